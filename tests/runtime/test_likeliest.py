"""The beam against all texts that there are; lengths in characters whatever the tokens; each text once."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.errors import OptionError
from foreword.runtime.generate import generate
from foreword.runtime.likeliest import likeliest
from foreword.runtime.model import Model
from foreword.runtime.nocopy import NoCopy
from foreword.text.tokenizer import characters_tokenizer, subwords_tokenizer, words_tokenizer


@pytest.fixture
def letters(tmp_path: Path) -> Model:
    """A random network of two letters, each of which it may spell as a character or as a byte."""
    tokenizer = characters_tokenizer({"a": 9, "b": 9})
    return toys.model(tmp_path / "toy", tokenizer, toys.recurrent_graph(toys.preferring(tokenizer, b"ab")))


def by_brute_force(model: Model, prompt: str, characters: int) -> dict[str, float]:
    """The probability of each continuation, all of its spellings added up."""
    tokens = model.tokenizer.tokens
    usual = [token for token, spelled in enumerate(tokens) if spelled in (b"a", b"b")]
    ids = [model.tokenizer.newline, *model.tokenizer.encode(prompt).tolist()]
    found: dict[str, float] = {}
    for path in itertools.product(usual, repeat=characters):
        text = b"".join(tokens[token] for token in path).decode()
        rows, _ = model.network.step(np.array([*ids, *path])[:, None], model.network.initial_state())
        steps = rows[len(ids) - 1 : -1, 0].astype(np.float64)
        chance = math.exp(sum(steps[at, token] for at, token in enumerate(path)))
        found[text] = found.get(text, 0.0) + chance
    return found


def test_a_wide_beam_finds_all_texts_with_their_probabilities(letters: Model) -> None:
    expected = by_brute_force(letters, "ab", 4)
    found = likeliest(letters, "ab", characters=4, width=300)
    chances = {each.text: math.exp(each.log_probability) for each in found}

    assert {text: chances[text] for text in expected} == pytest.approx(expected, rel=1e-4)
    assert [each.text for each in found][:16] == sorted(expected, key=lambda text: -expected[text])
    assert len({each.text for each in found}) == len(found)


def test_a_beam_beats_taking_the_likeliest_each_time(tmp_path: Path) -> None:
    tokenizer = characters_tokenizer(dict.fromkeys("abcd", 9))
    table = toys.transitions(
        tokenizer,
        {
            "\n": {"a": 0.6, "b": 0.4},
            "a": {"c": 0.55, "d": 0.45},
            "b": {"d": 1.0},
            "c": {"c": 1.0},
            "d": {"d": 1.0},
        },
    )
    model = toys.model(tmp_path / "toy", tokenizer, toys.table_graph(table))

    assert "".join(generate(model, characters=3, temperature=0)) == "acc"
    best, *others = likeliest(model, characters=3, width=3)
    assert best.text == "bdd"
    assert math.exp(best.log_probability) == pytest.approx(0.4)
    assert {other.text for other in others} == {"acc", "add"}
    assert [each.text for each in likeliest(model, characters=3, width=1)] == ["acc"]


@pytest.mark.parametrize("unit", ["words", "subwords"])
@pytest.mark.parametrize("prompt", ["see you tom", "see you ", "see y", "see you tomorrow"])
def test_tokens_of_any_length_give_the_length_asked_for(tmp_path: Path, unit: str, prompt: str) -> None:
    """A half-typed word is gone on with as its own token would, and its letters do not count against it."""
    sentence = "see you tomorrow at noon "
    make = words_tokenizer if unit == "words" else subwords_tokenizer
    tokenizer = make([sentence * 50], 320)
    ids = tokenizer.encode(sentence * 2)
    table = np.full((tokenizer.size, tokenizer.size), toys.UNLIKELY, dtype=np.float32)
    table[[tokenizer.newline, *ids[:-1]], ids] = 0.0
    table -= np.logaddexp.reduce(table, axis=1, keepdims=True)
    model = toys.model(tmp_path / "toy", tokenizer, toys.table_graph(table))

    for characters in (1, 3, 7, 9):
        found = likeliest(model, prompt, characters=characters, width=4)
        assert {len(each.text) for each in found} == {characters}
        assert prompt + found[0].text == sentence[: len(prompt) + characters]
        assert found[0].log_probability == pytest.approx(0.0, abs=0.01)


def test_characters_in_bytes_are_never_broken(tmp_path: Path) -> None:
    tokenizer = characters_tokenizer({"a": 9})
    bias = np.where(np.arange(tokenizer.size) < 0x80, -9.0, 0.0).astype(np.float32)
    model = toys.model(tmp_path / "toy", tokenizer, toys.recurrent_graph(bias))
    found = likeliest(model, "a", characters=5, width=6)

    assert len(found) == 6
    assert all(len(each.text) == 5 and "\ufffd" not in each.text for each in found)
    assert any(ord(character) > 0x7F for each in found for character in each.text)


def test_the_likeliest_text_that_repeats_no_more_than_it_may(letters: Model) -> None:
    expected = by_brute_force(letters, "ab", 5)
    best = max(expected, key=lambda text: expected[text])
    no_copy = NoCopy("ab" + best, characters=3)
    allowed = {
        text: chance
        for text, chance in expected.items()
        if not any(("ab" + text)[end - 4 : end] in "ab" + best for end in range(4, 8))
    }
    found = likeliest(letters, "ab", characters=5, width=300, no_copy=no_copy)

    assert found[0].text == max(allowed, key=lambda text: allowed[text])
    assert [each.text for each in found if set(each.text) <= {"a", "b"}] == sorted(
        allowed, key=lambda text: -allowed[text]
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"characters": 0}, "characters must be at least 1, not 0"),
        ({"width": 0}, "the width of a beam must be at least 1, not 0"),
    ],
)
def test_a_wrong_option_is_named(letters: Model, options: dict[str, int], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        likeliest(letters, **options)  # type: ignore[arg-type]
