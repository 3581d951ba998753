"""After a training, the memory knows by their words which messages the network has met."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.corpus.lines import MEMORY, Lines
from foreword.corpus.prepare import Corpus, Settings, prepare
from foreword.keyboard.memory import Memory, Met
from foreword.personal import meeting
from foreword.personal.meeting import note_met, own_old_text
from foreword.personal.start import Start, weights_digest
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer

LINES = [f"this is message number {number}" for number in range(40)]


@pytest.fixture
def made(tmp_path: Path) -> Model:
    """A model, as a run has left it."""
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"abc "))
    return toys.model(tmp_path / "me", tokenizer, graph)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory.open(tmp_path / "me.memory")


def from_file(tmp_path: Path, lines: list[str]) -> Corpus:
    (tmp_path / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    return prepare([str(tmp_path / "text.txt")], tmp_path / "me.run" / "corpus", Settings())


def from_memory(tmp_path: Path, lines: list[str], old: list[str]) -> Corpus:
    def given(texts: list[str], held_out: float | None = None) -> Lines:
        return Lines(name="me.memory", place=MEMORY, lines=tuple(texts), held_out=held_out)

    earlier = [given(old, 0.0)] if old else []
    return prepare([given(lines)], tmp_path / "me.run" / "corpus", Settings(), old=earlier)


def held_out(corpus: Corpus) -> int:
    """How many lines are."""
    parts = [part for part in (corpus.validation, corpus.test) if part is not None]
    return sum(len(corpus.tokenizer.decode(part.ids[1:].astype(np.int64)).splitlines()) for part in parts)


def went_on(tmp_path: Path, model: Model, **changes: object) -> str:
    """Have the run begun with other weights than those of the model; their hash."""
    start = Start.of(model.folder)
    other = Start(
        name=str(changes.get("name", start.name)),
        sha256="of before",
        weights=start.weights,
        training=changes.get("training", {}),  # type: ignore[arg-type]
    )
    (tmp_path / "me.run").mkdir(exist_ok=True)
    other.keep(tmp_path / "me.run")
    return other.sha256


def met(memory: Memory, model: Model) -> Met:
    found = memory.met(weights_digest(model.folder))
    assert found is not None
    return found


def test_a_text_is_found_in_what_was_learned_before_it_and_since_in_any_order(
    tmp_path: Path, memory: Memory, made: Model
) -> None:
    memory.learn("\n".join(["typed before", *LINES[20:], *LINES[:20], "typed since"]))
    corpus = from_file(tmp_path, LINES)
    note_met(corpus, memory, made.path)
    found, count = met(memory, made), held_out(corpus)
    assert count > 0
    assert found.all == frozenset(range(2, 42))
    assert found.held_out == frozenset(range(22 - count, 22))  # the last ones of the text
    assert found.waiting == frozenset()


def test_of_a_refresh_what_was_held_out_waits_and_what_was_met_before_stays_so(
    tmp_path: Path, memory: Memory, made: Model
) -> None:
    memory.learn("\n".join(["ok", *LINES]))
    corpus = from_memory(tmp_path, LINES, old=["ok"])
    before = went_on(tmp_path, made)
    memory.set_met(before, Met(trained=frozenset([1])))
    memory.learn("ok")  # typed during the training: the same words as one that was trained on
    note_met(corpus, memory, made.path)
    found, count = met(memory, made), held_out(corpus)
    assert found.trained == frozenset(range(1, 42 - count))
    assert found.waiting == frozenset(range(42 - count, 42))
    assert found.held_out == frozenset()
    assert memory.met(before) == Met(trained=frozenset([1]))


def test_what_waited_is_met_once_it_was_trained_on_and_waits_on_where_it_was_not(
    tmp_path: Path, memory: Memory, made: Model
) -> None:
    memory.learn("\n".join([*LINES[:2], "not in the text"]))
    memory.set_met(went_on(tmp_path, made), Met(waiting=frozenset([1, 2, 3])))
    note_met(from_file(tmp_path, LINES), memory, made.path)
    assert met(memory, made) == Met(trained=frozenset([1, 2]), waiting=frozenset([3]))


def test_forgotten_words_do_not_hide_a_message(tmp_path: Path, memory: Memory, made: Model) -> None:
    """The text has the word, and the message has not."""
    corpus = from_file(tmp_path, [f"{line} for Anna" for line in LINES])
    memory.learn(f"{LINES[0]} for Anna")
    memory.forget("Anna")
    note_met(corpus, memory, made.path)
    assert met(memory, made).trained == frozenset([1])


def test_of_a_model_that_stayed_as_it_was_nothing_is_noted(
    tmp_path: Path, memory: Memory, made: Model
) -> None:
    memory.learn("\n".join(LINES))
    corpus = from_file(tmp_path, LINES)
    Start.of(made.folder).keep(tmp_path / "me.run")
    note_met(corpus, memory, made.path)
    assert memory.met(weights_digest(made.folder)) is None


@pytest.mark.parametrize(("name", "known"), [("me", {1, 2}), ("base", set())])
def test_what_a_model_met_that_the_memory_does_not_know_is_told_by_the_time_of_its_training(
    tmp_path: Path, memory: Memory, made: Model, name: str, known: set[int]
) -> None:
    """But not of somebody else's model, which has read nothing of this person's."""
    memory.learn("one\ntwo")
    corpus = from_file(tmp_path, LINES)
    went_on(tmp_path, made, name=name, training={"date": "2100-01-01"})
    note_met(corpus, memory, made.path)
    assert met(memory, made) == Met(trained=frozenset(known))


def test_of_texts_that_are_too_long_nothing_is_noted(
    tmp_path: Path, memory: Memory, made: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "MOST_CHARACTERS", 100)
    note_met(from_file(tmp_path, LINES), memory, made.path)
    assert memory.met(weights_digest(made.folder)) is None


def test_old_text_is_a_persons_own_where_all_of_it_came_from_the_memory(tmp_path: Path) -> None:
    corpus = from_memory(tmp_path, LINES, old=LINES[:3])
    assert own_old_text(corpus) is not None
    shutil.rmtree(tmp_path / "me.run")
    (tmp_path / "old.txt").write_text("of somebody else\n" * 9, encoding="utf-8")
    new = Lines(name="me.memory", place=MEMORY, lines=tuple(LINES))
    old = [str(tmp_path / "old.txt")]
    assert own_old_text(prepare([new], tmp_path / "me.run" / "corpus", Settings(), old=old)) is None
