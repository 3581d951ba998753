"""Sources are learned whole or in pieces, and nothing is learned twice."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foreword.keyboard import forgotten, learn
from foreword.keyboard.learn import learn_source, messages_of
from foreword.keyboard.memory import Memory
from foreword.text.document import Document
from foreword.text.secrets import scrubbing

LINES = [f"line {number} of many" for number in range(25)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "PIECE", 10)


def outcome(memory: Memory, documents: list[Document]) -> tuple[int, int]:
    learned = learn_source(memory, documents)
    return learned.messages, learned.known


def source(lines: list[str]) -> list[Document]:
    return [Document(text="\n".join(lines) + "\n")]


def test_a_grown_source_adds_only_its_new_lines() -> None:
    memory = Memory.open()
    for length in (7, 13, 25, 20):
        learn_source(memory, source(LINES[:length]))
    assert [each.text for each in memory.messages()] == LINES


def test_an_interrupted_source_continues_where_it_stopped() -> None:
    def broken() -> Iterator[Document]:
        yield Document(text="\n".join(LINES[:18]) + "\n")
        raise KeyboardInterrupt

    memory = Memory.open()
    with pytest.raises(KeyboardInterrupt):
        learn_source(memory, broken())
    assert len(memory.messages()) == 10
    assert outcome(memory, source(LINES)) == (15, 10)
    assert [each.text for each in memory.messages()] == LINES


def test_lines_are_learned_again_from_another_source_and_after_clearing() -> None:
    memory = Memory.open()
    learn_source(memory, source(["first", *LINES]))
    assert outcome(memory, source(LINES)) == (25, 0)
    assert outcome(memory, source([])) == (0, 0)
    memory.clear()
    assert outcome(memory, source(LINES)) == (25, 0)


@pytest.mark.parametrize("cut", range(1, 22, 4))
def test_the_cut_between_documents_does_not_change_the_messages(cut: int) -> None:
    text = "one two\r\nthree\n\n four \nfive"
    documents = [Document(text=text[:cut], continued=True), Document(text=text[cut:])]
    memory = Memory.open()
    learn_source(memory, documents)
    assert [each.text for each in memory.messages()] == ["one two", "three", "four", "five"]


def test_a_document_ends_a_line_and_has_its_own_time() -> None:
    said = datetime(2020, 1, 2, tzinfo=UTC)
    documents = [*(Document(text=text, time=said) for text in ("one", "two\nthree")), Document(text="four")]
    found = [(each.text, each.time == said) for each in messages_of(documents)]
    assert found == [("one", True), ("two", True), ("three", True), ("four", False)]


def test_a_very_long_line_is_cut_into_shorter_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgotten, "LONGEST", 20)
    monkeypatch.setattr(scrubbing, "LONGEST_LINE", 24)
    memory = Memory.open()
    pieces = [Document(text="many words in one line " * 2, continued=True), Document(text="x" * 50)]
    learn_source(memory, pieces)
    texts = [each.text for each in memory.messages()]
    assert all(len(text) <= 20 for text in texts)
    assert "".join(texts).replace(" ", "") == ("many words in one line " * 2 + "x" * 50).replace(" ", "")


def test_a_secret_at_the_border_of_two_blocks_is_not_learned() -> None:
    before = "so it goes on. " * 20_000
    memory = Memory.open()
    documents = [
        Document(text=before + "my card is 4111 1111 ", continued=True),
        Document(text="1111 1111 ok"),
    ]
    learned = learn_source(memory, documents)
    assert learned.taken.total() == 1
    assert not any("1111" in each.text for each in memory.messages())


def test_an_export_that_begins_later_adds_only_its_new_messages() -> None:
    said = datetime(2020, 1, 2, 3, 4, tzinfo=UTC)
    chat = [
        Document(text=text, author="Ana", time=said) for text in ("ok", "ok", "see you", "at noon", "yes")
    ]
    memory = Memory.open()
    assert outcome(memory, chat[:4]) == (4, 0)
    assert outcome(memory, chat[1:]) == (1, 3)
    assert [each.text for each in memory.messages()] == ["ok", "ok", "see you", "at noon", "yes"]


@pytest.mark.parametrize("year", [1, 9999])
def test_an_impossible_time_does_not_damage_the_memory(tmp_path: Path, year: int) -> None:
    memory = Memory.open(path := tmp_path / "me.memory")
    learn_source(memory, [Document(text="see you", time=datetime(year, 1, 2, tzinfo=UTC))])
    memory.close()
    again = Memory.open(path)
    assert [each.time.astimezone().year in range(1899, 3001) for each in again.messages()] == [True]
    assert not again.notes


def test_many_characters_are_learned_in_portions() -> None:
    assert list(learn.portions([10, learn.AT_ONCE, 1, 1], start=1)) == [(1, 2), (2, 4)]
    assert list(learn.portions([5, 5])) == [(0, 2)]
    assert not list(learn.portions([5], start=1))
