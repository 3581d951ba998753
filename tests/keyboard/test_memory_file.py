"""The file survives: whatever it is when it is opened, whatever happens while it is written."""

import os
import random
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from foreword.errors import (
    ForewordError,
    MemoryBusy,
    MemoryFull,
    MemoryReadOnly,
    MemoryTooNew,
    MemoryUnusable,
)
from foreword.keyboard import memory_schema, records
from foreword.keyboard.exchange import exported
from foreword.keyboard.memory import Memory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "me.memory"


@pytest.fixture
def taught(path: Path) -> Path:
    """The file of a memory, closed."""
    memory = Memory.open(path)
    memory.learn("see you tomorrow\n" * 300)
    memory.close()
    return path


def contents(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_the_file_comes_with_the_first_message_and_is_its_owners_alone(path: Path) -> None:
    memory = Memory.open(path)
    assert memory.candidates("see ", "", 3) == []
    assert not path.exists()
    memory.learn("see you")
    beside = [path, path.with_name("me.memory-wal"), path.with_name("me.memory-shm")]
    assert [stat.S_IMODE(each.stat().st_mode) for each in beside if os.name == "posix"] == [0o600] * 3
    memory.close()
    assert contents(path.parent) == ["me.memory"]
    assert Memory.open(path).candidates("see ", "", 1)[0].word == "you"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"see you\n" * (len(data) // 8), id="a text"),
        pytest.param(lambda data: data[:1000], id="cut off"),
        pytest.param(lambda data: data[: len(data) // 2], id="half of it"),
        pytest.param(lambda data: data[:100] + b"\xff" * (len(data) - 100), id="overwritten"),
        pytest.param(lambda data: data[:4096] + b"\x05" * (len(data) - 4096), id="overwritten later"),
        pytest.param(lambda data: bytes(len(data)), id="zeros"),
        pytest.param(lambda data: b"x" + data[1:], id="another first byte"),
    ],
)
@pytest.mark.parametrize("is_taught", [False, True])
def test_a_damaged_file_is_set_aside_and_a_new_one_begins(
    taught: Path, damage: object, is_taught: bool
) -> None:
    data = damage(taught.read_bytes())  # type: ignore[operator]
    taught.write_bytes(data)
    memory = Memory.open(taught)
    if is_taught:
        assert memory.learn("see me") == 1  # what is being learned is not lost
    assert [each.word for each in memory.candidates("see ", "", 3) if each.word == "me"] == ["me"] * is_taught
    assert taught.with_name("me.memory.damaged-1").read_bytes() == data
    (note,) = memory.notes
    assert note.startswith(f"{taught} is damaged (")
    assert note.endswith("it is kept as me.memory.damaged-1, and a new memory begins")


@pytest.mark.parametrize("seed", range(40))
def test_whatever_bytes_are_damaged_the_memory_goes_on(taught: Path, seed: int) -> None:
    """Either what is left makes sense, or the file is set aside: no other error ever comes of it."""
    chance = random.Random(seed)
    data = bytearray(taught.read_bytes())
    for _ in range(chance.choice([1, 20, 400])):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    taught.write_bytes(data)
    memory = Memory.open(taught)
    for use in (
        lambda: memory.candidates("see ", "t", 3),
        lambda: memory.learn("see you tomorrow"),
        lambda: list(exported(memory)),
        lambda: (memory.why("you"), memory.uses(10), memory.weights("a")),
        lambda: memory.forget("you"),
        lambda: memory.is_blocked("you"),
        lambda: memory.allow("you"),
        memory.clear,
    ):
        use()
    assert len(memory.notes) <= 1
    assert len(contents(taught.parent)) <= 1 + 3 + 3
    memory.learn("see me")
    assert memory.candidates("see ", "", 1)[0].word == "me"


@pytest.mark.parametrize(
    ("statement", "use"),
    [
        ("DELETE FROM words WHERE text = 'you'", lambda memory: memory.forget("you")),
        ("DELETE FROM words WHERE text = 'you'", lambda memory: memory.candidates("see ", "", 3)),
        ("DELETE FROM ngrams", lambda memory: memory.forget("you")),
        (f"UPDATE messages SET time = {2**62}", lambda memory: memory.messages()),
        ("UPDATE messages SET text = CAST(x'ff' AS TEXT)", lambda memory: memory.messages()),
        ("UPDATE words SET text = CAST(x'ff' AS TEXT) WHERE text = 'you'", lambda memory: memory.uses(9)),
        ("DROP TABLE words", lambda memory: memory.uses(9)),
    ],
)
def test_a_file_that_contradicts_itself_is_set_aside(
    taught: Path, statement: str, use: Callable[[Memory], object]
) -> None:
    other = sqlite3.connect(taught)
    other.execute(statement)
    other.commit()
    other.close()
    memory = Memory.open(taught)
    use(memory)
    (note,) = memory.notes
    assert note.startswith(f"{taught} is damaged (")
    assert "me.memory.damaged-1" in contents(taught.parent)


def test_a_mistake_of_ours_does_not_set_the_file_aside(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> None:
        raise TypeError("mistaken")

    monkeypatch.setattr(records, "add", mistaken)
    memory = Memory.open(taught)
    with pytest.raises(TypeError, match="mistaken"):
        memory.learn("see me")
    assert memory.notes == []
    assert memory.candidates("see ", "", 3)[0].word == "you"


def test_an_old_sqlite_is_named(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(MemoryUnusable, match=r"needs SQLite 3\.37 or later, and this Python has .*; install"):
        Memory.open(taught)


def test_damage_that_shows_while_typing_is_met_the_same_way(taught: Path) -> None:
    memory = Memory.open(taught)
    data = taught.read_bytes()
    taught.write_bytes(data[:4096] + b"\x05" * (len(data) - 4096))
    assert memory.candidates("see ", "", 3) == []
    assert memory.learn("see me") == 1
    assert len(memory.notes) == 1
    assert "me.memory.damaged-1" in contents(taught.parent)


def test_a_second_damaged_file_is_kept_beside_the_first(path: Path) -> None:
    for data in (b"first" * 100, b"second" * 100):
        path.write_bytes(data)
        Memory.open(path)
    assert contents(path.parent) == ["me.memory.damaged-1", "me.memory.damaged-2"]


def test_a_database_of_another_program_is_set_aside(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE shopping (what TEXT)")
    other.close()
    data = path.read_bytes()
    memory = Memory.open(path)
    assert memory.notes == [
        f"{path} is not a memory of Foreword's; it is kept as me.memory.damaged-1, and a new memory begins"
    ]
    assert path.with_name("me.memory.damaged-1").read_bytes() == data


def test_an_empty_file_is_a_memory_that_begins(path: Path) -> None:
    path.touch()
    memory = Memory.open(path)
    memory.learn("see you")
    assert memory.notes == []


def test_a_newer_memory_is_left_alone(taught: Path) -> None:
    later = sqlite3.connect(taught)
    later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(MemoryTooNew, match="later version of Foreword; run pip install --upgrade foreword"):
        Memory.open(taught)
    assert contents(taught.parent) == ["me.memory"]


def test_a_folder_is_no_memory(path: Path) -> None:
    path.mkdir()
    with pytest.raises(MemoryUnusable, match="is no file, so it cannot be a memory; move it away"):
        Memory.open(path)


def test_where_no_file_can_be_made_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    memory = Memory.open(tmp_path / "file" / "me.memory")
    assert memory.mass("", "") == 0
    with pytest.raises(MemoryReadOnly, match="cannot be made: Not a directory; choose another place with -m"):
        memory.learn("see you")


def test_a_full_disk_is_an_error_and_nothing_is_lost(taught: Path) -> None:
    memory = Memory.open(taught)
    (pages,) = memory._file.database.execute("PRAGMA page_count").fetchone()
    memory._file.database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(MemoryFull, match=r"cannot be written: .*full; make room on the disk and try again"):
        memory.learn("\n".join(f"word{number} and more" for number in range(3_000)))
    assert memory.candidates("see ", "", 3)[0].word == "you"  # it goes on
    assert memory.why("and") is None
    memory._file.database.execute(f"PRAGMA max_page_count = {2**30}")
    assert memory.learn("see me") == 1
    assert len(Memory.open(taught).messages()) == 301


def test_a_memory_that_may_not_be_written_suggests_and_says_that_it_cannot_learn(
    taught: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where neither the file nor its folder may be written; an administrator's tests may write everywhere."""
    connected = memory_schema.connected

    def forbidden(database: str, *, uri: bool = False) -> sqlite3.Connection:
        if not uri:
            raise unable_to_open()
        return connected(database, uri=uri)

    monkeypatch.setattr(memory_schema, "connected", forbidden)
    memory = Memory.open(taught)
    assert memory.candidates("see ", "", 3)[0].word == "you"
    for attempt in (lambda: memory.learn("see me"), lambda: memory.forget("see"), memory.clear):
        with pytest.raises(
            MemoryReadOnly, match="may not be written, so nothing can be learned or forgotten"
        ):
            attempt()
    assert memory.candidates("see ", "", 3)[0].word == "you"
    assert contents(taught.parent) == ["me.memory"]


def unable_to_open() -> sqlite3.OperationalError:
    """SQLite's own error, with its code."""
    try:
        sqlite3.connect("file:/nowhere/at/all?mode=ro", uri=True)
    except sqlite3.OperationalError as error:
        return error
    raise AssertionError


def test_a_file_that_may_not_be_written_in_a_folder_that_may(taught: Path) -> None:
    taught.chmod(0o400)
    if os.access(taught, os.W_OK):
        pytest.skip("an administrator may write everywhere")
    memory = Memory.open(taught)
    assert memory.candidates("see ", "", 3)[0].word == "you"
    with pytest.raises(MemoryReadOnly, match="may not be written"):
        memory.learn("see me")


def test_another_program_that_never_ends_its_writing_is_an_error(
    taught: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_schema, "PATIENCE_SECONDS", 0.05)
    memory, other = Memory.open(taught), sqlite3.connect(taught, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(MemoryBusy, match="is being written by another program; try again in a moment"):
        memory.learn("see me")
    assert memory.candidates("see ", "", 3)[0].word == "you"  # reading goes on meanwhile
    other.execute("ROLLBACK")
    other.close()
    assert memory.learn("see me") == 1


def test_what_another_learns_or_forgets_is_seen_at_the_next_key(path: Path) -> None:
    one, two = Memory.open(path), Memory.open(path)
    assert (one.candidates("see ", "", 1), two.candidates("see ", "", 1)) == ([], [])
    one.learn("see you")
    assert two.candidates("see ", "", 1)[0].word == "you"
    two.learn("see Anna\nsee Anna")
    assert one.candidates("see ", "", 1)[0].word == "Anna"
    two.forget("anna")
    assert [each.word for each in one.candidates("see ", "", 3)] == ["you", "see"]
    assert one.is_blocked("ANNA")
    two.clear()
    assert one.mass("see ", "") == 0


def test_a_file_that_is_exchanged_or_deleted_is_opened_anew(taught: Path, tmp_path: Path) -> None:
    other = Memory.open(tmp_path / "other.memory")
    other.learn("see Anna")
    other.close()
    memory = Memory.open(taught)
    assert memory.candidates("see ", "", 1)[0].word == "you"
    shutil.move(tmp_path / "other.memory", taught)
    assert memory.candidates("see ", "", 1)[0].word == "Anna"
    taught.unlink()
    for ending in ("-wal", "-shm"):
        taught.with_name(taught.name + ending).unlink(missing_ok=True)
    assert memory.candidates("see ", "", 1) == []
    memory.learn("see me")
    assert taught.exists()


def test_every_error_is_one_of_ours(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory.open(taught)
    memory._file.database.execute("PRAGMA query_only = ON")
    with pytest.raises(ForewordError):
        memory.learn("see me")
