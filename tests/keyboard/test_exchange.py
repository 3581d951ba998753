"""A memory is exported and imported as JSON lines, and nothing is learned twice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from foreword.errors import SourceNotText
from foreword.keyboard.exchange import exported, import_lines, merge
from foreword.keyboard.memory import Memory
from kneser_ney import words_after

SAID = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.fixture
def memory() -> Memory:
    found = Memory.open()
    found.learn("see you\nok\nok\n今天 🙂", SAID)
    found.learn("see Anna")
    found.forget("Anna")
    return found


def texts(memory: Memory) -> list[str]:
    return sorted(each.text for each in memory.messages())


def test_export_and_import_give_the_same_memory(memory: Memory) -> None:
    lines = list(exported(memory))
    assert all("Anna" not in line for line in lines)
    other = Memory.open()
    assert import_lines(other, lines, "here") == 5
    assert other.messages() == memory.messages()
    assert words_after(other, "see ") == pytest.approx(words_after(memory, "see "))
    assert other.is_blocked("anna")
    assert list(exported(other)) == lines
    assert other.allow("anna")
    assert not other.is_blocked("Anna")


def test_known_messages_are_not_imported_again(memory: Memory, tmp_path: Path) -> None:
    assert import_lines(memory, list(exported(memory)), "here") == 0
    other = Memory.open(tmp_path / "other.memory")
    other.learn("ok\nok\nok\nsee me", SAID)
    assert merge(memory, tmp_path / "other.memory") == 2
    assert merge(memory, tmp_path / "other.memory") == 0
    assert texts(memory) == sorted(["see you", "ok", "ok", "ok", "今天 🙂", "see …", "see me"])


def test_an_import_that_was_killed_is_completed_by_the_next_one(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A known message counts for one message of the file, also if the equal ones are learned in another portion."""
    monkeypatch.setattr("foreword.keyboard.learn.AT_ONCE", 1)
    other = Memory.open()
    other.learn("see you\nok", SAID)
    assert import_lines(other, list(exported(memory)), "here") == 3
    assert texts(other) == texts(memory)


def test_the_work_of_an_import_does_not_grow_with_the_square_of_its_messages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("foreword.keyboard.learn.AT_ONCE", 100)
    steps = []
    for number in (200, 800):
        other = Memory.open()
        other.learn("\n".join(f"line {each}" for each in range(number)), SAID)
        steps.append(0)
        other._file.database.set_progress_handler(lambda: steps.append(steps.pop() + 1), 10)
        assert import_lines(other, list(exported(other)), "here") == 0
    assert steps[1] < 6 * steps[0]


def test_an_import_forgets_words_that_are_no_rows_of_the_counts() -> None:
    here, there = Memory.open(), Memory.open()
    here.learn("昨天王小明来了\nwrite anna@example.org today\nAC/DC rocks\nask Bea's mother")
    for word in ("王小明", "anna@example.org", "AC/DC", "Bea"):
        there.forget(word)
    import_lines(here, exported(there), "there")
    assert texts(here) == sorted(["昨天…来了", "write … today", "… rocks", "ask … mother"])


def test_a_memory_is_merged_once_although_a_word_is_forgotten(memory: Memory, tmp_path: Path) -> None:
    other = Memory.open(tmp_path / "other.memory")
    other.learn("hello Bob how are you", SAID)
    memory.forget("Bob")
    assert merge(memory, tmp_path / "other.memory") == 1
    assert merge(memory, tmp_path / "other.memory") == 0


@pytest.mark.parametrize("first", ["see you", '{"text": "see you"}', "[1, 2]", "3"])
def test_lines_without_the_export_header_or_of_a_later_version_are_refused(first: str) -> None:
    with pytest.raises(SourceNotText, match="here, line 1, is not from an exported memory; name a file that"):
        import_lines(Memory.open(), [first], "here")
    with pytest.raises(SourceNotText, match="here was written by a later version of Foreword"):
        import_lines(Memory.open(), ['{"format": "foreword-memory", "version": 99}'], "here")


@pytest.mark.parametrize(
    "damaged",
    [
        *('{"text": "see"}', '{"text": "see", "time": "soon"}', '{"text": "see", "time": 3}', '{"text": 3}'),
        *('{"blocked": "xyz", "key": "00"}', '{"text": "see you', "[" * 100_000),
        *('{"blocked": "00", "key": "00"}', f'{{"blocked": "{"00" * 16}", "key": "{"00" * 65}"}}'),
        '{"text": "see", "time": "0001-01-01T00:00:00"}',
    ],
)
def test_one_damaged_line_stops_the_whole_import(memory: Memory, damaged: str) -> None:
    other = Memory.open()
    with pytest.raises(SourceNotText, match="here, line 9, is not from an exported memory"):
        import_lines(other, [*exported(memory), "", damaged], "here")
    assert other.messages() == []


def test_merging_a_damaged_memory_fails_but_blocks_its_forgotten_words(
    memory: Memory, tmp_path: Path
) -> None:
    path = tmp_path / "other.memory"
    other = Memory.open(path)
    other.learn("see me")
    other.forget("Xaver")
    other.close()
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * 1000 + data[1100:])
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SourceNotText, match=r"other\.memory is damaged .*; put a copy back"):
        merge(memory, path)
    assert memory.is_blocked("xaver")
    assert sorted(tmp_path.iterdir()) == before
