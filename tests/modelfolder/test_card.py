"""The card of a model: its figures, and a section on the secrets that were taken out of its texts."""

import pytest

from foreword.modelfolder.card import card
from foreword.modelfolder.record import HeldOut, InitialModel, Score, Source, TrainingRecord


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
    recipe: dict[str, dict[str, object]] = {"model": {"architecture": "gru"}, "text": {"unit": "words"}}
    found = card("me", TrainingRecord(recipe=recipe, secrets=secrets), parameters=9, has_picture=False)
    assert found.partition("\n\n## Secrets\n\n")[2].startswith(words)
    assert found.endswith("\n\nNobody has measured which other secrets it remembers.\n")
