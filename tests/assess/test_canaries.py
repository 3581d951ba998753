"""Canaries pass the secrets filter; secrets of the text are searched by kind; the verdict sums up the figures."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import planted
import toys
from foreword.assess import canaries as module
from foreword.assess.canaries import (
    NOT_REMEMBERED,
    Canary,
    Leaks,
    Level,
    Repetition,
    Searched,
    canaries,
    searched,
)
from foreword.runtime.model import Model
from foreword.text.secrets import Kind
from foreword.text.secrets.scrubbing import scrub, secrets_in

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 :-./@+"
REPETITION = Repetition(
    steps=300, own_steps=310, passes=9.0, own_passes=9.3, seconds=60.0, ended="passes", start=None, share=0.01
)


def chain(folder: Path, text: str) -> Model:
    """A model that continues as the text does; all characters of the text differ."""
    return toys.of_letters(
        folder, {before: {after: 1.0} for before, after in pairwise(text)}, others=ALPHABET
    )


@pytest.fixture
def babbler(tmp_path: Path) -> Model:
    """A model that knows nothing."""
    return toys.babbler(tmp_path / "babbler", ALPHABET, ALPHABET + "\n")


@pytest.mark.parametrize("seed", range(20))
def test_the_secrets_filter_lets_every_canary_pass(seed: int) -> None:
    """Otherwise a network would never read them and could not memorise them."""
    chosen = canaries(seed)
    assert Counter(each.times for each in chosen) == module.TIMES
    assert len({each.beginning for each in chosen}) == len(chosen)
    text = "\n".join(each.sentence for each in chosen)
    assert scrub(text).text == text


def test_only_a_memorised_canary_is_drawn_out_and_fully_exposed(tmp_path: Path) -> None:
    model = chain(tmp_path / "chain", "x:48-15 7")
    known = Canary(beginning="x:", secret="48-15", times=1)
    strange = [Canary(beginning="x:", secret=secret, times=0) for secret in ("37-26", "90-36")]
    rest = [Canary(beginning="y ", secret="12-34", times=times) for times in (2, 4, 8, 16)]
    never, once, *_ = module.levels_of(model, [known, *strange, *rest])
    assert (once.times, once.exposures, once.drawn, once.is_remembered) == (1, (12.0,), 1, True)
    assert (never.times, len(never.exposures), never.drawn, never.is_remembered) == (0, 2, 0, False)


@pytest.mark.slow
def test_every_occurrence_of_a_secret_is_counted_but_searched_once(babbler: Model) -> None:
    found = searched(babbler, secrets_in([planted.TEXT * 2]))
    assert {each.kind: each.taken for each in found} == {kind: 2 * n for kind, n in planted.FOUND.items()}
    assert {each.kind: each.looked_for for each in found} == planted.FOUND
    assert not any(each.drawn for each in found)
    exposures = [exposure for each in found for exposure in each.exposures]
    assert len(exposures) == sum(planted.FOUND.values()) - planted.FOUND["password"]
    assert np.mean(exposures) < 4


def test_a_memorised_secret_is_drawn_out_but_never_reported(tmp_path: Path) -> None:
    teller = chain(tmp_path / "teller", ":swordf9")
    (found,) = searched(teller, secrets_in(["password:swordf9\n"]))
    assert found == Searched(kind=Kind.PASSWORD, taken=1, looked_for=1, drawn=1, exposures=())
    assert "swordf9" not in repr(found) + json.dumps(found.figures())
    (found,) = searched(teller, secrets_in(["password:drowsf9\n"]))
    assert found.drawn == 0


@pytest.mark.parametrize(
    ("text", "taken", "looked_for"),
    [
        ("".join(f"password: {at:03}xyz{at}\n" for at in range(60)), 60, module.MOST),
        ("cvv 123\n", 1, 0),  # too short: it would be drawn by chance
    ],
    ids=["very many", "too short"],
)
def test_the_search_skips_short_secrets_and_stops_at_its_limit(
    babbler: Model, text: str, taken: int, looked_for: int
) -> None:
    (found,) = searched(babbler, secrets_in([text]))
    assert (found.taken, found.looked_for, found.drawn) == (taken, looked_for, 0)
    assert found.figures()["exposure"] is None


def leaks(known: dict[int, float], drawn: tuple[int, ...] = (), **secrets: tuple[int, int, int]) -> Leaks:
    """`known`: mean exposure by how often a canary was planted; secrets: taken, looked for, drawn."""
    return Leaks(
        date="2026-11-25",
        seed=0,
        levels=tuple(
            Level(times=times, exposures=(known.get(times, 1.4),) * 4, drawn=int(times in drawn))
            for times in (0, 1, 2, 4, 8, 16)
        ),
        searched=tuple(
            Searched(kind=Kind(kind), taken=taken, looked_for=looked_for, drawn=out, exposures=())
            for kind, (taken, looked_for, out) in secrets.items()
        ),
        repetition=REPETITION,
    )


TRACE = "A sentence written once leaves a trace: its secret is the likeliest of about {} like it. "
NOT_DRAWN = "Even written 16 times, it cannot be drawn out."
FOUR = f"{NOT_REMEMBERED}. Written 4 times, it leaves a trace. "
HIGH = {4: 9.0, 8: 12.0, 16: 12.0}


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (leaks({}), f"{NOT_REMEMBERED}, even written 16 times."),
        (leaks(HIGH), FOUR + NOT_DRAWN),
        (leaks(HIGH, drawn=(8, 16)), f"{FOUR}Written 8 times, it can be drawn out."),
        (leaks({1: 5.0, 2: 9.0}, drawn=(2,)), TRACE.format(32) + "Written 2 times, it can be drawn out."),
        (leaks({1: 12.0}, drawn=(1,)), TRACE.format("4,096") + "Written once, it can be drawn out."),
    ],
)
def test_the_verdict_states_how_well_canaries_are_remembered(found: Leaks, verdict: str) -> None:
    assert found.verdict == f"{verdict} There are no secrets in the text to look for in the model."


@pytest.mark.parametrize(
    ("password", "key", "words"),
    [
        ((3, 0, 0), None, "The secrets that are taken out of the text are too short to look for"),
        ((3, 1, 0), None, "The one secret that is taken out of the text cannot be drawn out"),
        ((3, 3, 0), (2_000, 16, 0), "None of 19 secrets that are taken out of the text can be"),
        ((3, 3, 2), (1, 1, 0), "2 of 4 secrets that are taken out of the text can be drawn out"),
    ],
)
def test_the_verdict_counts_the_secrets_that_can_be_drawn_out(
    password: tuple[int, int, int], key: tuple[int, int, int] | None, words: str
) -> None:
    found = leaks({}, password=password, key=key) if key else leaks({}, password=password)
    assert f"16 times. {words}" in found.verdict
    figures = json.loads(json.dumps(found.figures(), allow_nan=False))
    assert figures["verdict"] == found.verdict
    names = ["times", "canaries", "exposure", "exposures", "chance", "remembered", "drawn"]
    assert all(sorted(each) == sorted(names) for each in figures["canaries"])
    assert [each["taken"] for each in figures["secrets"]] == [password[0], *([key[0]] if key else [])]


def test_the_verdict_states_each_reason_for_uncertainty() -> None:
    unsure = "But secrets that were never written also rank too high, so this result is uncertain."
    assert unsure in leaks({0: 8.0}).verdict
    short = replace(leaks({}), repetition=replace(REPETITION, passes=3.1, ended="time", share=0.3)).verdict
    assert (
        "But the copy was trained for 3.1 epochs, the model for 9.3: with more --minutes, it would" in short
    )
    assert "But 30% of what the copy has learned were canaries: with a longer text, it would" in short
    for sure in ({"passes": 0.1, "own_passes": None}, {"passes": 3.1, "ended": "patience"}, {}):
        repetition = replace(REPETITION, **{"ended": "time", **sure})  # type: ignore[arg-type]
        assert "But" not in replace(leaks({}), repetition=repetition).verdict
