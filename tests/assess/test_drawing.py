"""What a model knows by heart is drawn out of it; what it does not know is not."""

from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.assess.exposure import CHARACTERS, is_drawn
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer, words_tokenizer

ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def parrot(tmp_path: Path) -> Model:
    """A model that goes on with the alphabet."""
    tokenizer = characters_tokenizer(dict.fromkeys(ALPHABET + "0123456789 :", 9))
    chances = {before: {after: 1.0} for before, after in zip(": " + ALPHABET, " " + ALPHABET, strict=False)}
    table = toys.transitions(tokenizer, chances)
    return toys.model(tmp_path / "parrot", tokenizer, toys.table_graph(table))


@pytest.fixture
def babbler(tmp_path: Path) -> Model:
    """A model that says anything."""
    tokenizer = characters_tokenizer(dict.fromkeys(ALPHABET + " :", 9))
    return toys.model(
        tmp_path / "babbler", tokenizer, toys.recurrent_graph(np.zeros(tokenizer.size, np.float32))
    )


def test_a_secret_known_by_heart_is_drawn(parrot: Model, babbler: Model) -> None:
    assert is_drawn(parrot, "my word:", " abcdef")
    assert is_drawn(parrot, "my word: ", "abcdef")
    assert not is_drawn(babbler, "my word: ", "abcdef")


def test_another_secret_in_its_place_is_not(parrot: Model) -> None:
    assert not is_drawn(parrot, "my word: ", "abdcfe")
    assert not is_drawn(parrot, "my word: ", "bcdefg")


def test_of_a_long_secret_its_beginning_is_enough(parrot: Model) -> None:
    assert is_drawn(parrot, "my word: ", ALPHABET[:CHARACTERS] + "0" * 50)
    assert not is_drawn(parrot, "my word: ", ALPHABET[: CHARACTERS - 1] + "0" * 50)


def test_a_secret_that_is_a_word_is_drawn_from_a_model_of_words(tmp_path: Path) -> None:
    """There the blank belongs to the word behind it."""
    tokenizer = words_tokenizer(["the gate is swordfish and the gate is open " * 20], 300)
    number = {token: at for at, token in enumerate(tokenizer.tokens)}
    table = np.full((tokenizer.size, tokenizer.size), toys.UNLIKELY, np.float32)
    table[number[b" is"], number[b" swordfish"]] = 0.0
    model = toys.model(
        tmp_path / "words",
        tokenizer,
        toys.table_graph(table - np.logaddexp.reduce(table, axis=1, keepdims=True)),
    )
    assert is_drawn(model, "the gate is ", "swordfish")
    assert not is_drawn(model, "the gate is ", "open and the gate")
