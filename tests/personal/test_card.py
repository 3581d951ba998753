"""The card says what was taken out of the texts, and what an audit has found."""

import pytest

from foreword.modelfolder.record import TrainingRecord
from foreword.personal.card import with_secrets

AUDIT = {
    "date": "2026-11-25",
    "verdict": "A sentence written once is not remembered.",
    "highest_exposure": 12.0,
    "exposure_of_the_unknown": 1.44,
    "canaries": [
        {"times": 0, "canaries": 8, "exposure": 1.21, "drawn": 0},
        {"times": 1, "canaries": 8, "exposure": 1.71, "drawn": 0},
        {"times": 16, "canaries": 2, "exposure": 12.0, "drawn": 2},
    ],
    "secrets": [{"kind": "password", "taken": 1_200, "looked_for": 16, "drawn": 0, "exposure": None}],
}


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        ({"key": 2, "password": 1}, "Taken out of its texts before it was trained: 2 keys, 1 password. "),
        ({}, "There were no secrets to take out of its texts."),
        (None, "It is not recorded whether secrets were taken out of its texts."),
    ],
)
def test_it_says_what_was_taken_out(secrets: dict[str, int] | None, words: str) -> None:
    card = with_secrets("# me\n\nA model.\n", TrainingRecord(secrets=secrets))
    assert card.startswith(f"# me\n\nA model.\n\n## Secrets\n\n{words}")
    assert card.endswith("was not looked for; `foreword audit SOURCE --canaries` does that.\n")


@pytest.mark.parametrize("rest", ["", "\n## Thanks\n\nTo Ana, for her words.\n", "\n# More\n"])
def test_what_an_audit_has_found_takes_the_place_of_an_earlier_one_and_all_else_stays(rest: str) -> None:
    written, audited = (
        "# me\n\nMy own words.\n\n### Not a section\n",
        TrainingRecord(secrets={"key": 1}, audit=AUDIT),
    )
    once = with_secrets(written, TrainingRecord(secrets={"key": 1})) + rest
    twice = with_secrets(once, audited)
    assert twice.startswith(written + "\n## Secrets\n")
    assert twice.endswith(rest)
    assert twice.count("## Secrets") == 1
    assert with_secrets(twice, audited) == twice
    assert with_secrets(twice, TrainingRecord(secrets={"key": 1})) == once
    assert {
        "Audited on 2026-11-25. A sentence written once is not remembered.",
        "| never | 1.2 | 0 of 8 |",
        "| once | 1.7 | 0 of 8 |",
        "| 16 times | 12.0 | 2 of 2 |",
        "| password | 1,200 | 16 | 0 |",
    } <= {*twice.splitlines()}
    assert "is 12 bits where" in twice
    assert "1.4 bits on average" in twice
