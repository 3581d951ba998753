"""Typos are found by undoing them."""

import string

import pytest

from foreword.runtime.typos import (
    APOSTROPHE,
    DOUBLING,
    NEIGHBOURS,
    OMISSION,
    SUBSTITUTION,
    SWAP,
    UMLAUT,
    VOWEL,
    WRONG_DOUBLE,
    intended,
)


@pytest.mark.parametrize(
    ("typed", "meant", "chance"),
    [
        ("mt", "my", SUBSTITUTION / len(NEIGHBOURS["t"])),
        ("ym", "my", SWAP),
        ("helli", "hello", SUBSTITUTION / len(NEIGHBOURS["i"])),
        ("hllo", "hello", OMISSION),
        ("dont", "don't", APOSTROPHE),
        *(("Uebun", "Übun", UMLAUT), ("foers", "førs", UMLAUT)),
        ("hillo", "hello", VOWEL),
        ("helllo", "hello", DOUBLING),
        ("heelo", "hello", WRONG_DOUBLE),
    ],
)
def test_each_typo_has_its_rate(typed: str, meant: str, chance: float) -> None:
    assert intended(typed, string.ascii_lowercase)[meant] == pytest.approx(chance)


def test_letters_that_need_two_typos_are_not_undone() -> None:
    assert not {"hello", "hell"} & intended("gellp", string.ascii_lowercase).keys()
