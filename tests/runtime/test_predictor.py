"""From a text to its state: any sequence of keys gives the same state, and one key costs hardly any work."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.runtime import predictor as module
from foreword.runtime.model import Model
from foreword.runtime.network import Network, State
from foreword.runtime.predictor import Predictor, Reading, anchor, recent


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return toys.babbler(tmp_path / "toy", "abcdeé ")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The shapes of the ids of all steps from now on."""
    made: list[tuple[int, ...]] = []
    step = Network.step

    def counted(self: Network, ids: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        made.append(ids.shape)
        return step(self, ids, state)

    monkeypatch.setattr(Network, "step", counted)
    return made


def read(predictor: Predictor, text: str, preceding: str = "") -> Reading:
    return predictor.read_to_cursor(text, preceding).reading


def test_a_reading_covers_the_first_newline_and_all_tokens(model: Model) -> None:
    ids = np.concatenate([[model.tokenizer.newline], model.tokenizer.encode("bad cab")])
    rows, state = model.network.step(ids[:, None], model.network.initial_state())
    reading = read(Predictor(model), "bad cab")
    np.testing.assert_allclose(reading.log_probabilities, rows[-1, 0], atol=1e-5)
    np.testing.assert_allclose(reading.state[0], state[0], atol=1e-5)


def test_one_more_character_costs_one_step_and_a_deletion_costs_none(
    model: Model, steps: list[tuple[int, ...]]
) -> None:
    predictor = Predictor(model)
    read(predictor, "a cab")
    steps.clear()
    read(predictor, "a cabb")
    assert steps == [(1, 1)]
    read(predictor, "a c")
    read(predictor, "a cab")
    read(predictor, "")
    assert steps == [(1, 1)]


def test_preceding_messages_are_read_as_if_they_stood_before_the_text(model: Model) -> None:
    predictor = Predictor(model)
    after, apart = read(predictor, "abe", preceding="bad\ncab"), read(predictor, "abe")
    whole = read(predictor, "bad\ncab\nabe")
    np.testing.assert_allclose(after.log_probabilities, whole.log_probabilities, atol=1e-5)
    assert not np.allclose(after.log_probabilities, apart.log_probabilities, atol=1e-5)
    long = "abc cab\n" * 100  # it is long enough without preceding messages
    assert read(predictor, long, preceding="bad") is read(predictor, long)
    assert read(predictor, "abe\u0301\r\nc\x07") is read(predictor, "abé\nc")  # a text is cleaned first


def test_the_cache_keeps_the_last_used_text(
    model: Model, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[int, ...]]
) -> None:
    monkeypatch.setattr(module, "CACHE_BYTES", 0)
    predictor = Predictor(model)
    for text in "abcde" * 20:
        read(predictor, "a")
        read(predictor, text * 20)
    steps.clear()
    read(predictor, "a")
    assert steps == []
    fresh = read(Predictor(model), "ab" * 9)
    assert np.array_equal(read(predictor, "ab" * 9).log_probabilities, fresh.log_probabilities)


def test_reading_a_very_long_text_starts_near_its_end(model: Model, steps: list[tuple[int, ...]]) -> None:
    predictor = Predictor(model)
    long = "abc cab\n" * 12_500
    read(predictor, long)
    first = len(steps)
    assert first < 2_100
    read(predictor, long + "a")
    assert len(steps) == first + 1


MANY = "a" * 1_100


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0),
        ("a" * 1_999, 0),
        (f"{MANY}\n{MANY}", 1_101),
        (f"{MANY} {MANY}", 1_101),
        (f"{MANY} b\n{MANY}", 1_103),
        ("a" * 2_500, 1_000),
    ],
    ids=["nothing", "all", "a line", "a word", "a line after a word", "anywhere"],
)
def test_reading_starts_at_a_line_or_a_word(text: str, at: int) -> None:
    assert anchor(text) == at


def test_the_start_of_reading_moves_once_in_a_thousand_keys() -> None:
    text = "some words of a line\n" * 300
    places = [anchor(text[:length]) for length in range(len(text))]
    assert sum(a != b for a, b in pairwise(places)) == len(text) // 1_000 - 1
    assert all(length - place < 2_000 for length, place in enumerate(places))
    for length, place in enumerate(places):
        end = recent(text[:length])
        assert len(end) < 4_000
        assert end[anchor(end) :] == text[place:length]


def test_preceding_messages_are_read_once_and_in_one_step(model: Model, steps: list[tuple[int, ...]]) -> None:
    predictor = Predictor(model)
    read(predictor, "ab", preceding="bad\ncab")
    read(predictor, "abe", preceding="bad\ncab")
    assert steps == [(8, 1), *[(1, 1)] * 4]
    read(predictor, "abe", preceding="dad")
    assert steps[5:] == [(4, 1), *[(1, 1)] * 4]
