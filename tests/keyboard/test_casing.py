"""When capitals mean a word that is known in small letters."""

import pytest

from foreword.keyboard.casing import (
    SHOUTED,
    SHOUTED_ON,
    capitalized,
    is_capitalized,
    is_shouted,
    lowered,
    shouting,
)


@pytest.mark.parametrize(
    ("word", "loud", "large"),
    [
        ("TOM", True, False),
        ("T", False, True),
        ("Tom", False, True),
        ("tom", False, False),
        ("iOS", False, False),
        ("ΑΒΓ", True, False),
        ("D2", False, True),
        ("今天", False, False),
        ("", False, False),
    ],
)
def test_words_are_shouted_or_capitalized_or_neither(word: str, loud: bool, large: bool) -> None:
    assert (is_shouted(word), is_capitalized(word)) == (loud, large)


def test_a_word_gets_one_capital() -> None:
    assert [capitalized(word) for word in ("tomorrow", "éa", "ßx", "", "3d")] == [
        "Tomorrow", "Éa", "ßx", "", "3d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "typed", "loud"),
    [
        ("see you ", "TO", SHOUTED),
        ("see you ", "T", 0.0),
        ("SEE YOU ", "T", SHOUTED_ON),
        ("SEE YOU ", "", SHOUTED_ON),
        ("SEE YOU ", "t", 0.0),
        ("SEE YOU\\n", "", 0.0),
        ("see you, I ", "", 0.0),
        ("", "", 0.0),
    ],
)
def test_capitals_throughout_go_on(before: str, typed: str, loud: float) -> None:
    assert shouting(before.replace("\\n", "\n"), typed) == loud


def test_only_the_last_line_is_written_small() -> None:
    assert lowered("Ana:\nSEE YOU TO") == "Ana:\nsee you to"
