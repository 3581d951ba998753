"""The card of a model: its figures, and a section on secrets: what was taken out, and what an audit found."""

import pytest

from foreword.modelfolder.card import card, with_secrets
from foreword.modelfolder.record import HeldOut, InitialModel, Score, Source, TrainingRecord

AUDIT = {
    "date": "2026-11-25",
    "verdict": "A sentence written once is not remembered.",
    "highest_exposure": 12.0,
    "exposure_of_the_unknown": 1.44,
    "canaries": [
        {"times": 0, "canaries": 8, "exposure": 1.21},
        {"times": 1, "canaries": 8, "exposure": 1.71},
        {"times": 16, "canaries": 2, "exposure": 12.0, "drawn": 2},  # an earlier version wrote more
    ],
}


def test_the_card_has_the_figures_of_the_training() -> None:
    before = Score(bits_per_character=2.5)
    record = TrainingRecord(
        sources=(Source(name="a.txt"),),
        characters=12_345,
        recipe={"model": {"architecture": "lstm", "hidden": 8}, "text": {"unit": "characters"}},
        steps=100,
        seconds=90.0,
        started_from=InitialModel(name="me", sha256="0123456789abcdef"),
        share=0.75,
        history=(TrainingRecord(),),
        held_out=HeldOut(
            test=Score(bits_per_character=1.5, characters=1_000, uniform=6.0, ngram=before, start=before),
            old=Score(bits_per_character=2.0, characters=500, start=before),
        ),
    )
    assert {
        "| network | lstm, hidden 8 |",
        "| trained on | 12,345 characters from 1 source |",
        "| trained in | 100 steps, 1.5 minutes |",
        "| continued from | me, weights 0123456789ab, with 1 earlier training; interpolated, 75% of the new weights |",
        "On 1,000 characters that it was not trained on:",
        "| this model | 1.500 |",
        "| the model it continued from | 2.500 |",
        "| an n-gram of the same text | 2.500 |",
        "| a uniform guess | 6.000 |",
        "On 500 characters of old text: 2.000, 2.500 before it went on.",
    } <= {*card("me", record, parameters=1_000, has_picture=False).splitlines()}


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        ({"key": 2, "password": 1}, "Taken out of its texts before it was trained: 2 keys, 1 password. "),
        ({}, "There were no secrets to take out of its texts."),
        (None, "It is not recorded whether secrets were taken out of its texts."),
    ],
)
def test_the_card_states_which_secrets_were_removed(secrets: dict[str, int] | None, words: str) -> None:
    found = with_secrets("# me\n\nA model.\n", TrainingRecord(secrets=secrets))
    assert found.startswith(f"# me\n\nA model.\n\n## Secrets\n\n{words}")
    assert found.endswith("it remembers; `foreword audit SOURCE --canaries` does that.\n")


@pytest.mark.parametrize("rest", ["", "\n## Thanks\n\nTo Ana, for her words.\n", "\n# More\n"])
def test_a_new_audit_changes_only_the_secrets_section_of_the_card(rest: str) -> None:
    audited = TrainingRecord(secrets={"key": 1}, audit=AUDIT)
    written = "# me\n\nMy own words.\n\n### Not a section\n"
    once = with_secrets(written, TrainingRecord(secrets={"key": 1})) + rest
    twice = with_secrets(once, audited)
    assert twice.startswith(written + "\n## Secrets\n")
    assert twice.endswith(rest)
    assert twice.count("## Secrets") == 1
    assert with_secrets(twice, audited) == twice
    assert with_secrets(twice, TrainingRecord(secrets={"key": 1})) == once
    assert {
        "Audited on 2026-11-25. A sentence written once is not remembered.",
        "| never | 1.2 |",
        "| once | 1.7 |",
        "| 16 times | 12.0 |",
    } <= {*twice.splitlines()}
    assert "is 12 bits if" in twice
    assert "1.4 bits on average" in twice
