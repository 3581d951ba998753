"""Typos are found by undoing them, and words through them by the search: against trying all."""

import math
from collections import defaultdict
from pathlib import Path

import pytest

import toys
from foreword.runtime.beam import Beam
from foreword.runtime.predictor import Predictor
from foreword.runtime.typos import (
    DOUBLING,
    NEIGHBOURS,
    OMISSION,
    SUBSTITUTION,
    SWAP,
    TypoBeam,
    intended,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def mistyped(meant: str) -> dict[str, float]:
    """What one typo makes of the beginning of a word, with its probability: the other way round than in the source."""
    made: defaultdict[str, float] = defaultdict(float)
    for at, letter in enumerate(meant):
        head, tail = meant[:at], meant[at + 1 :]
        for near in NEIGHBOURS.get(letter, ""):
            made[head + near + tail] = max(made[head + near + tail], SUBSTITUTION / len(NEIGHBOURS[letter]))
        if tail and tail[0] != letter:
            made[head + tail] = max(made[head + tail], OMISSION)
            made[head + tail[0] + letter + tail[1:]] = max(made[head + tail[0] + letter + tail[1:]], SWAP)
        made[head + letter + letter + tail] = max(made[head + letter + letter + tail], DOUBLING)
    return made


@pytest.mark.parametrize("typed", ["tge", "hte", "helllo", "tomrow", "aab", "ab"])
def test_what_was_meant_is_what_one_typo_turns_into_what_was_typed(typed: str) -> None:
    found = intended(typed, LETTERS)
    beginnings = {typed[:at] + letter + typed[at:] for at in range(len(typed) + 1) for letter in LETTERS} | {
        typed[:at] + letter + typed[at + 1 :] for at in range(len(typed)) for letter in LETTERS
    }
    beginnings |= {typed[:at] + typed[at + 1 :] for at in range(len(typed))}
    beginnings |= {typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in range(len(typed) - 1)}
    expected = {meant: mistyped(meant).get(typed, 0.0) for meant in beginnings - {typed}}

    assert {meant: math.exp(log) for meant, log in found.items()} == pytest.approx(
        {meant: chance for meant, chance in expected.items() if chance}
    )


@pytest.fixture
def search(tmp_path: Path) -> tuple[TypoBeam, Predictor]:
    """A network that knows two words, 'hello' and 'tomorrow', each half the time."""
    known = {
        "\n": {"h": 0.5, "t": 0.5},
        " ": {"h": 0.5, "t": 0.5},
        "l": {"l": 0.4, "o": 0.6},
        "r": {"r": 0.5, "o": 0.5},
    }
    known |= {
        "o": {" ": 0.5, "m": 0.3, "r": 0.2},
        "h": {"e": 1.0},
        "e": {"l": 1.0},
        "t": {"o": 1.0},
        "m": {"o": 1.0},
    }
    predictor = Predictor(
        toys.of_letters(tmp_path / "toy", {letter: {" ": 1.0} for letter in LETTERS} | known)
    )
    return TypoBeam(Beam(predictor)), predictor


@pytest.mark.parametrize(
    ("typed", "word", "chance"),
    [
        ("hwl", "hello", SUBSTITUTION / len(NEIGHBOURS["e"])),
        ("hll", "hello", OMISSION),
        ("ehl", "hello", SWAP),
        ("hhel", "hello", DOUBLING),
        ("tm", "tomo", OMISSION),
    ],
)
def test_a_word_is_found_through_a_typo_in_its_beginning(
    search: tuple[TypoBeam, Predictor], typed: str, word: str, chance: float
) -> None:
    beam, predictor = search
    found = beam.find(predictor.read("hello "), typed, 5)
    chances = {"hello": 0.5 * 0.4 * 0.6 * 0.5, "tomo": 0.5 * 0.5 * 0.0 + 0.5 * 0.3 * 0.5}

    assert word in found
    assert found[word] == pytest.approx(chance * chances[word], rel=0.02)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_what_no_typo_explains_finds_nothing(search: tuple[TypoBeam, Predictor]) -> None:
    beam, predictor = search

    assert all(chance < 1e-9 for chance in beam.find(predictor.read(""), "qqq", 3).values())
    assert beam.find(predictor.read(""), "h!l", 3) == {}
