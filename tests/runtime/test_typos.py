"""Typos are found by undoing them, and the search finds the intended words with their exact probabilities."""

import math
from pathlib import Path

import pytest

import toys
from foreword.runtime.beam import Beam
from foreword.runtime.state_cache import Predictor
from foreword.runtime.typos import (
    DOUBLING,
    NEIGHBOURS,
    OMISSION,
    SUBSTITUTION,
    SWAP,
    VOWEL,
    WRONG_DOUBLE,
    TypoBeam,
    intended,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"


SENTENCE = "hello my hello\n"


@pytest.fixture
def search(tmp_path: Path) -> tuple[TypoBeam, Predictor]:
    """A network that knows two words, 'hello' and 'tomorrow', each half the time."""
    known = {"\n": {"h": 0.5, "t": 0.5}, "l": {"l": 0.4, "o": 0.6}, "r": {"r": 0.5, "o": 0.5}}
    known |= {" ": known["\n"], "o": {" ": 0.5, "m": 0.3, "r": 0.2}}
    known |= {"h": {"e": 1.0}, "e": {"l": 1.0}, "t": {"o": 1.0}, "m": {"o": 1.0}}
    table = {letter: {" ": 1.0} for letter in LETTERS} | known
    predictor = Predictor(toys.of_letters(tmp_path / "toy", table))
    return TypoBeam(Beam(predictor)), predictor


def test_letters_that_no_typo_explains_find_no_word(search: tuple[TypoBeam, Predictor]) -> None:
    beam, predictor = search
    assert all(chance < 1e-9 for chance in beam.find(predictor.read_to_cursor("qqq"), 3).values())
    assert all(chance < 1e-9 for chance in beam.find(predictor.read_to_cursor("hello q-l"), 3).values())


def test_the_search_skips_words_below_the_least_probability(search: tuple[TypoBeam, Predictor]) -> None:
    beam, predictor = search
    cursor = predictor.read_to_cursor("hello hwl")
    found = beam.find(cursor, 5)
    assert beam.find(cursor, 5, least=0.9 * found["hello"])["hello"] == pytest.approx(
        found["hello"], rel=0.02
    )
    assert beam.find(cursor, 5, least=100 * found["hello"]) == {}


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
@pytest.mark.parametrize(
    ("before", "typed", "meant"),
    [
        ("hello ", "mt", "my"),
        ("hello ", "ym", "my"),
        ("my ", "helli", "hello"),
        ("my ", "hllo", "hello"),
        ("my ", "hillo", "hello"),
        ("my hello\n", "helllo", "hello"),
        ("my ", "heelo", "hello"),
    ],
)
def test_a_corrected_word_has_its_probability_times_that_of_the_typo(
    unit: str, before: str, typed: str, meant: str, tmp_path: Path
) -> None:
    model = toys.parrot(tmp_path / "toy", toys.tokenizer_of(unit, SENTENCE), SENTENCE * 2, unlikely=-6.0)
    predictor = Predictor(model)
    beam = Beam(predictor)
    typos = TypoBeam(beam)
    found = typos.find(predictor.read_to_cursor(before + typed), 3)
    (word,) = beam.find(predictor.read_to_cursor(before), 0, protected=[meant]).words
    typo = max(log for each, log in intended(typed, typos.letters).items() if meant.startswith(each))
    rates = {
        "mt": SUBSTITUTION / len(NEIGHBOURS["t"]),
        "ym": SWAP,
        "helli": SUBSTITUTION / len(NEIGHBOURS["i"]),
    }
    rates |= {"hllo": OMISSION, "helllo": DOUBLING, "hillo": VOWEL, "heelo": WRONG_DOUBLE}
    assert math.exp(typo) == pytest.approx(rates[typed])
    assert found[meant] == pytest.approx(word.probability * math.exp(typo), rel=0.1)
