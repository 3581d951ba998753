"""Exposure: ranks of a known distribution, the information of whole texts, and secrets that are drawn out."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import planted
import toys
from foreword.assess.bits import nats, text_ids
from foreword.assess.exposure import (
    CHARACTERS,
    MOST,
    SAMPLES,
    chance,
    exposure_of,
    information,
    is_drawn,
    others_like,
    searched,
)
from foreword.runtime.model import Model
from foreword.text.secrets.scrubbing import secrets_in
from foreword.text.tokenizer import words_tokenizer

DIGITS = "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def teller(folder: Path, text: str) -> Model:
    """A model that continues as the text does; all characters of the text differ."""
    followers = {before: {after: 1.0} for before, after in pairwise(text)}
    return toys.of_letters(folder, followers, others=LETTERS + LETTERS.upper() + DIGITS + " :-./@+")


@pytest.fixture
def babbler(tmp_path: Path) -> Model:
    """A model that knows nothing."""
    letters = LETTERS + LETTERS.upper() + DIGITS + " :-./@+"
    return toys.babbler(tmp_path / "babbler", letters, letters + "\n")


@pytest.fixture
def counter(tmp_path: Path) -> Model:
    """A model for which 0 is always likelier than 1, 1 likelier than 2, and so on."""
    row = {digit: 2.0 ** -int(digit) for digit in DIGITS}
    return toys.of_letters(tmp_path / "counter", dict.fromkeys(DIGITS + "x \n", row))


def test_exposure_follows_from_the_rank_among_all_secrets_of_this_shape(counter: Model) -> None:
    """01 and 10 are equally likely, and a tie ranks before the secret. Of 10,000 secrets, two fifths are sampled."""
    for secret, rank in (("0", 1), ("1", 2), ("9", 10), ("00", 1), ("99", 100), ("10", 3)):
        assert exposure_of(counter, "x", secret) == pytest.approx(math.log2(10 ** len(secret) / rank))
    for secret in ("3142", "5042", "9999"):
        exact = exposure_of(counter, "x", secret, most=10**4)
        assert exposure_of(counter, "x", secret) == pytest.approx(exact, abs=0.3)
    assert exposure_of(counter, "x", "0000") == math.log2(SAMPLES + 1) == 12.0


def test_chance_is_the_probability_that_unknown_secrets_reach_these_exposures() -> None:
    ranks = np.random.default_rng(1).integers(1, SAMPLES + 2, size=(40_000, 4))
    sums = np.sort(np.log2((SAMPLES + 1) / ranks).sum(axis=1))
    for share in (0.5, 0.9, 0.99):
        total = float(sums[int(share * len(sums))])
        assert chance([total / 2, total / 2, 0.0, 0.0]) == pytest.approx(1 - share, rel=0.1)
    assert chance([3.0]) == pytest.approx(1 / 8)
    assert chance([0.0, 0.0]) == 1.0


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
def test_information_differs_from_the_whole_texts_only_by_their_common_beginning(
    tmp_path: Path, unit: str
) -> None:
    text = "see you at 12 35 then see you by 7 at the station and see 48 15 16 23 " * 9
    tokenizer = toys.tokenizer_of(unit, text)
    model = toys.babbler(tmp_path / "toy", tokenizer)
    ends = ["48 15 16 23", "4", "", "the station", "12 35", "é"]
    found = information(model, "see you at ", ends)
    whole = np.array([nats(model.exact, text_ids(tokenizer, "see you at " + end)) for end in ends])
    assert found - found[1] == pytest.approx(whole - whole[1], abs=1e-4)


def test_other_secrets_have_the_same_shape_and_never_equal_the_secret() -> None:
    few = others_like("b-7", 259, seed=0)
    assert len(set(few)) == len(few) == 259
    assert not any("b-7" in others_like("b-7", most, seed=most) for most in range(240, 260))
    many = others_like("Ab 12é", 3_000, seed=1)
    assert len(many) == 3_000
    for place, kind in enumerate((LETTERS.upper(), LETTERS, " ", DIGITS, DIGITS, "é")):
        assert {text[place] for text in many} == set(kind)
    assert many == others_like("Ab 12é", 3_000, seed=1) != others_like("Ab 12é", 3_000, seed=2)


@pytest.mark.parametrize(
    ("before", "secret", "drawn"),
    [
        ("my word:", " abcdef", True),
        ("my word: ", "abcdef", True),
        ("my word: ", "abdcfe", False),
        ("my word: ", "bcdefg", False),
        ("my word: ", LETTERS[:CHARACTERS] + "0" * 50, True),  # the beginning of a long secret is enough
        ("my word: ", LETTERS[: CHARACTERS - 1] + "0" * 50, False),
    ],
)
def test_only_memorised_secrets_are_drawn_out(
    tmp_path: Path, babbler: Model, before: str, secret: str, drawn: bool
) -> None:
    assert is_drawn(teller(tmp_path / "teller", ": " + LETTERS), before, secret) == drawn
    assert not is_drawn(babbler, before, secret)


def test_a_memorised_word_is_drawn_out_of_a_word_model(tmp_path: Path) -> None:
    """In a word model, a token includes the space before its word."""
    tokenizer = words_tokenizer(["the gate is swordfish and the gate is open " * 20], 300)
    table = toys.transitions(tokenizer, {" is": {" swordfish": 1.0}})
    model = toys.model(tmp_path / "words", tokenizer, toys.table_graph(table))
    assert is_drawn(model, "the gate is ", "swordfish")
    assert not is_drawn(model, "the gate is ", "open and the gate")


@pytest.mark.slow
def test_every_occurrence_of_a_secret_is_counted_but_searched_once(babbler: Model) -> None:
    found = searched(babbler, secrets_in([planted.TEXT * 2]))
    assert {each["kind"]: each["taken"] for each in found} == {
        kind: 2 * n for kind, n in planted.FOUND.items()
    }
    assert {each["kind"]: each["looked_for"] for each in found} == planted.FOUND
    assert not any(each["drawn"] for each in found)
    assert [each["kind"] for each in found if each["exposure"] is None] == ["password"]
    assert np.mean([each["exposure"] for each in found if each["exposure"] is not None]) < 4


def test_a_memorised_secret_is_drawn_out_but_never_reported(tmp_path: Path) -> None:
    model = teller(tmp_path / "teller", ":swordf9")
    (found,) = searched(model, secrets_in(["password:swordf9\n"]))
    assert found == {"kind": "password", "taken": 1, "looked_for": 1, "drawn": 1, "exposure": None}
    (found,) = searched(model, secrets_in(["password:drowsf9\n"]))
    assert found["drawn"] == 0


@pytest.mark.parametrize(
    ("text", "taken", "looked_for"),
    [
        ("".join(f"password: {at:03}xyz{at}\n" for at in range(60)), 60, MOST),
        ("cvv 123\n", 1, 0),  # too short: it would be drawn by chance
    ],
    ids=["very many", "too short"],
)
def test_the_search_skips_short_secrets_and_stops_at_its_limit(
    babbler: Model, text: str, taken: int, looked_for: int
) -> None:
    (found,) = searched(babbler, secrets_in([text]))
    assert (found["taken"], found["looked_for"], found["drawn"]) == (taken, looked_for, 0)
