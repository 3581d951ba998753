"""What is new to a network, by what the memory beside it knows of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import toys
from foreword.keyboard.exchange import exported, import_lines
from foreword.keyboard.memory import Memory, Met
from foreword.personal.fresh import FEWEST, fresh_for, fresh_in
from foreword.personal.start import weights_digest
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer

TRAINED = "2026-03-01T12:00:00+00:00"


def model(tmp_path: Path, **training: object) -> Model:
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"abc "))
    return toys.model(tmp_path / "me", tokenizer, graph, training)


def said(memory: Memory, text: str, month: int) -> None:
    memory.learn(text, datetime(2026, month, 1, 12, tzinfo=UTC))


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    found = Memory.open(tmp_path / "me.memory")
    for text, month in (("one", 1), ("two", 2), ("three", 3), ("four", 4)):
        said(found, text, month)
    return found


def texts(found: tuple[object, ...]) -> list[str]:
    return [each.message.text for each in found]  # type: ignore[attr-defined]


def test_what_the_network_has_not_met_is_new_however_long_ago_it_was_said(
    memory: Memory, tmp_path: Path
) -> None:
    me = model(tmp_path, time=TRAINED)
    met = Met(trained=frozenset([2]), held_out=frozenset([3]), waiting=frozenset([4]))
    memory.set_met(weights_digest(me.folder), met)
    found = fresh_for(me.folder)
    assert found.name == "me.memory"
    assert texts(found.new) == ["one"]
    assert (texts(found.trained), texts(found.held_out), texts(found.waiting)) == (
        ["two"],
        ["three"],
        ["four"],
    )
    assert found.characters == len("one\n")


@pytest.mark.parametrize(
    ("training", "new"),
    [
        ({"time": TRAINED, "date": "2026-01-01"}, ["four"]),
        ({"date": "2026-02-01"}, ["three", "four"]),  # to the end of that day
        ({"date": "soon"}, ["one", "two", "three", "four"]),
        ({"time": "soon"}, ["one", "two", "three", "four"]),
        ({}, ["one", "two", "three", "four"]),
    ],
)
def test_in_a_memory_that_does_not_know_it_what_was_said_up_to_its_training_is_not_new(
    memory: Memory, tmp_path: Path, training: dict[str, object], new: list[str]
) -> None:
    """As where it was exported and imported on another computer."""
    other = Memory.open()
    import_lines(other, exported(memory), "here")
    assert texts(fresh_in(other, model(tmp_path, **training).folder).new) == new


def test_a_model_without_a_memory_has_nothing_to_learn_and_none_comes_into_being(tmp_path: Path) -> None:
    assert fresh_for(model(tmp_path).folder).new == ()
    assert not (tmp_path / "me.memory").exists()


def test_so_many_characters_are_enough(tmp_path: Path) -> None:
    memory = Memory.open(tmp_path / "me.memory")
    me = model(tmp_path).folder
    memory.learn("a" * (FEWEST - 3))
    assert not fresh_in(memory, me).is_enough()
    memory.learn("b")
    assert fresh_in(memory, me).is_enough()


def test_a_damaged_memory_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "me.memory").write_bytes(b"no memory" * 100)
    (note,) = fresh_for(model(tmp_path).folder).notes
    assert "it is kept as me.memory.damaged-1" in note
