"""The verdict says in plain words what the figures come to."""

import json
from dataclasses import replace

import pytest

from foreword.assess.canaries import HIGHEST, NOT_REMEMBERED, UNKNOWN, Leaks, Level, Repetition, Searched
from foreword.text.secrets import Kind

REPETITION = Repetition(
    steps=300, own_steps=310, passes=9.0, own_passes=9.3, seconds=60.0, ended="passes", start=None, share=0.01
)


def leaks(known: dict[int, float], drawn: tuple[int, ...] = (), **secrets: tuple[int, int, int]) -> Leaks:
    """With the mean exposures of canaries by how often they were planted; secrets as taken, looked for and drawn."""
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


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (
            leaks({}),
            f"{NOT_REMEMBERED}, even written 16 times.",
        ),
        (
            leaks({4: 9.0, 8: 12.0, 16: 12.0}),
            (
                f"{NOT_REMEMBERED}. Written 4 times, it leaves a trace. Even written 16 times, it cannot be drawn out."
            ),
        ),
        (
            leaks({4: 9.0, 8: 12.0, 16: 12.0}, drawn=(8, 16)),
            (f"{NOT_REMEMBERED}. Written 4 times, it leaves a trace. Written 8 times, it can be drawn out."),
        ),
        (
            leaks({1: 5.0, 2: 9.0}, drawn=(2,)),
            (
                "A sentence written once leaves a trace: its secret is the likeliest of about 32 like it. "
                "Written 2 times, it can be drawn out."
            ),
        ),
        (
            leaks({1: 12.0}, drawn=(1,)),
            (
                "A sentence written once leaves a trace: its secret is the likeliest of about 4,096 like it. "
                "Written once, it can be drawn out."
            ),
        ),
    ],
)
def test_what_is_said_of_canaries(found: Leaks, verdict: str) -> None:
    assert found.verdict == f"{verdict} There are no secrets in the text to look for in the model."


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        (
            {"password": (3, 0, 0)},
            "The secrets that are taken out of the text are too short to look for in the model.",
        ),
        (
            {"password": (3, 1, 0)},
            "The one secret that is taken out of the text cannot be drawn out of the model.",
        ),
        (
            {"password": (3, 3, 0), "key": (2_000, 16, 0)},
            "None of 19 secrets that are taken out of the text can be drawn out of the model.",
        ),
        (
            {"password": (3, 3, 2), "key": (1, 1, 0)},
            (
                "2 of 4 secrets that are taken out of the text can be drawn out of the model: they stand elsewhere in "
                "what it has learned, or it has learned them before they were taken out."
            ),
        ),
    ],
)
def test_what_is_said_of_secrets(secrets: dict[str, tuple[int, int, int]], words: str) -> None:
    assert leaks({}, **secrets).verdict.endswith(f"16 times. {words}")


def test_what_makes_it_unsure_is_said() -> None:
    assert "But secrets never written rank too high as well, so this is not sure." in leaks({0: 8.0}).verdict
    short = replace(leaks({}), repetition=replace(REPETITION, passes=3.1, ended="time", share=0.3))
    assert (
        "But the copy has made 3.1 passes over its text, the model 9.3: with more --minutes, it would remember more. "
        "But 30% of what the copy has learned were canaries: of a longer text, it would remember less of them. "
    ) in short.verdict
    for sure in (
        replace(REPETITION, passes=0.1, own_passes=None, ended="time"),
        replace(REPETITION, passes=3.1, ended="patience"),
        replace(REPETITION, ended="time"),
    ):
        assert "But" not in replace(leaks({}), repetition=sure).verdict


def test_the_figures_are_all_there_for_programs() -> None:
    found = leaks({1: 5.0}, password=(3, 2, 0))
    figures = json.loads(json.dumps(found.figures(), allow_nan=False))
    assert figures["verdict"] == found.verdict
    assert [each["times"] for each in figures["canaries"]] == [0, 1, 2, 4, 8, 16]
    assert figures["secrets"] == [
        {"kind": "password", "taken": 3, "looked_for": 2, "drawn": 0, "exposure": None}
    ]
    assert (
        (figures["highest_exposure"], figures["exposure_of_the_unknown"])
        == (HIGHEST, UNKNOWN)
        == (12.0, UNKNOWN)
    )
    assert figures["copy"]["passes"] == 9.0
