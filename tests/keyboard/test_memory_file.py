"""The memory survives any damage to its file and any failure while the file is written."""

import errno
import os
import random
import shutil
import sqlite3
import stat
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest

from foreword.errors import MemoryBusy, MemoryFull, MemoryReadOnly, MemoryTooNew, MemoryUnusable
from foreword.keyboard import counts, memory_file
from foreword.keyboard.exchange import exported
from foreword.keyboard.memory import KnownMessages, Memory
from kneser_ney import words_after

ASIDE = "me.memory.damaged-1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "me.memory"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a memory that has learned something."""
    path = tmp_path_factory.mktemp("kept") / "me.memory"
    memory = Memory.open(path)
    memory.learn("see you tomorrow\n" * 300)
    memory.close()
    return path.read_bytes()


@pytest.fixture
def taught(path: Path, kept: bytes) -> Path:
    """The file of that memory, closed."""
    path.write_bytes(kept)
    return path


def contents(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def changed(path: Path, *statements: str) -> None:
    """Have another program change the file."""
    other = sqlite3.connect(path)
    for statement in statements:
        other.execute(statement)
    other.commit()
    other.close()


def knows(memory: Memory, word: str) -> bool:
    """Whether the word is suggested after "see "."""
    return word in words_after(memory, "see ")


def every_use(memory: Memory) -> None:
    """Use every operation of a memory."""
    words_after(memory, "see "), memory.learn("see you tomorrow"), list(exported(memory))
    memory.why("you"), memory.uses(10), memory.weights("a"), memory.known_to("a"), memory.latest()
    memory.set_known_to("b", KnownMessages(trained=frozenset([1])))
    memory.set_weights("a", [1.0])
    memory.forget("you"), memory.is_blocked("you"), memory.allow("you"), memory.clear()


def test_the_first_message_creates_a_file_for_its_owner_only(path: Path) -> None:
    memory = Memory.open(path)
    assert not knows(memory, "you")
    assert (memory.allow("you"), memory.clear()) == (False, 0)
    assert not path.exists()
    memory.learn("see you")
    beside = [path, path.with_name("me.memory-wal"), path.with_name("me.memory-shm")]
    for mode in (0o600, 0o664):  # as made, and as an archive may unpack it
        path.chmod(mode)
        memory.close()
        memory = Memory.open(path)
        memory.learn("see you")
        assert [stat.S_IMODE(each.stat().st_mode) for each in beside if os.name == "posix"] == [0o600] * 3
    beside[2].chmod(0o400)  # as SQLite makes it if the memory may only be read
    Memory.open(path).close()
    assert beside[2].stat().st_mode & stat.S_IWUSR
    memory.close()
    assert contents(path.parent) == ["me.memory"]
    assert knows(Memory.open(path), "you")
    path.write_bytes(b"")  # an empty file is an empty memory
    memory = Memory.open(path)
    assert (memory.size(), path.stat().st_size) == (0, 0)
    assert memory.learn("see you") == 1
    assert (Memory.open(path).size(), memory.notes) == (1, [])


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"see you\n" * (len(data) // 8), id="a text"),
        pytest.param(lambda data: data[: len(data) // 2], id="half of it"),
        pytest.param(lambda data: data[:100] + b"\xff" * (len(data) - 100), id="overwritten"),
        pytest.param(lambda data: data[:4096] + b"\x05" * (len(data) - 4096), id="overwritten later"),
        pytest.param(lambda data: b"x" + data[1:], id="another first byte"),
    ],
)
def test_a_damaged_file_is_set_aside_and_a_new_one_begins(
    taught: Path, damage: Callable[[bytes], bytes]
) -> None:
    data = damage(taught.read_bytes())
    taught.write_bytes(data)
    memory = Memory.open(taught)
    assert memory.learn("see me") == 1  # the message being learned is not lost
    assert knows(memory, "me")
    assert not knows(memory, "you")
    assert taught.with_name(ASIDE).read_bytes() == data
    (note,) = memory.notes
    assert note.startswith(f"{taught} is damaged (")
    assert note.endswith(f"it is kept as {ASIDE}, and a new memory begins")


FOREIGN = [
    "CREATE TRIGGER t AFTER INSERT ON messages BEGIN DELETE FROM blocked; END",
    "CREATE VIEW v AS SELECT load_extension('x')",
    "CREATE TABLE shopping (what TEXT)",
    "CREATE INDEX i ON words (abs(count))",
    "CREATE VIRTUAL TABLE f USING fts5(x)",
]
NETWORKS = [
    *("7", "x'ff'", "'['", "'[]'", "'{\"a\": 3}'", '\'{"a": {"trained": [[1, 1e12]]}}\''),
    *('\'{"a": {"trained": [[1, 100000000000]]}}\'', "replace(hex(zeroblob(100000)), '00', '[')"),
]
FACT = "UPDATE facts SET value = {} WHERE name = '{}'"
NONSENSE = [
    *(FACT.format(value, "key") for value in ("'text'", "7", "x''", "zeroblob(65)")),
    *(FACT.format(value, "generation") for value in ("'x'", "-1", "x'00'", "1e300")),
    "DELETE FROM facts",
    *(f"INSERT INTO facts VALUES ('networks', {value})" for value in NETWORKS),
    *(f"INSERT INTO weights VALUES ('a', '{value}')" for value in ("x", "[null]", "7", "{}x")),
    *(f"UPDATE words SET count = {value}" for value in (-1, 0, 2**62)),
    *(f"UPDATE words SET id = {value} WHERE text = 'you'" for value in (-5, 2**40, 2**62)),
    *(f"UPDATE ngrams SET count = {value}" for value in (-1, 0)),
    *(f"UPDATE OR REPLACE ngrams SET word = {value}" for value in (-1, 2**62)),
    *(f"UPDATE messages SET id = {value} WHERE id = 1" for value in (-1, 2**63 - 1)),
    f"UPDATE sqlite_sequence SET seq = {2**63 - 1}",
    "UPDATE words SET text = char(27) || '[2J' WHERE text = 'you'",
    "UPDATE words SET text = char(155) || '2J' WHERE text = 'you'",
    "INSERT INTO blocked VALUES (x'00', x'01'), (zeroblob(16), zeroblob(65))",
    "UPDATE words SET text = '' WHERE text = 'you'",
    "DELETE FROM words WHERE text = 'you'",
    "UPDATE messages SET text = CAST(x'736563726574ff' AS TEXT)",  # "secret", and a damaged letter
    "UPDATE words SET text = CAST(x'ff' AS TEXT) WHERE text = 'you'",
    "DROP TABLE words",
]


@pytest.mark.parametrize("statement", [*FOREIGN, *NONSENSE])
def test_a_file_with_impossible_contents_is_set_aside_with_a_one_line_note(
    taught: Path, statement: str
) -> None:
    changed(taught, statement)
    memory = Memory.open(taught)
    every_use(memory)
    (note,) = memory.notes
    assert note.startswith(f"{taught} is ")
    assert "and a new memory begins" in note
    assert "\n" not in note
    assert "secret" not in note, "it goes to the logs of editors and of IBus"


@pytest.mark.parametrize("seed", range(30))
def test_a_memory_with_random_damage_still_works(path: Path, seed: int) -> None:
    """Either the rest makes sense, or the file is set aside; no other error occurs."""
    chance, memory = random.Random(seed), Memory.open(path)
    memory.learn("see you tomorrow\nsee Anna there\n" * 10)
    memory.set_known_to("a", KnownMessages(trained=frozenset(range(5))))
    memory.set_weights("a", [1.0])
    memory.forget("Anna")
    files = [each for each in sorted(path.parent.iterdir()) if each.suffix != ".memory-shm"]
    data = {each: bytearray(each.read_bytes()) for each in files}
    memory.close()
    for each, inside in data.items():  # the log, too, as after a crash
        for _ in range(chance.choice([0, 1, 3, 30, 400]) if inside else 0):
            inside[chance.randrange(len(inside))] ^= 1 << chance.randrange(8)
        each.write_bytes(inside)
    try:
        memory = Memory.open(path)
    except MemoryTooNew:  # the damage changed the version number
        return
    every_use(memory)
    assert len(memory.notes) <= 1
    memory.learn("see me")
    assert knows(memory, "me")


def test_a_bug_in_foreword_does_not_set_the_file_aside(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "count", Mock(side_effect=TypeError("mistaken")))
    memory = Memory.open(taught)
    with pytest.raises(TypeError, match="mistaken"):
        memory.learn("see me")
    assert memory.notes == []
    assert knows(memory, "you")


def test_a_disk_that_fails_to_read_sets_no_memory_aside(
    taught: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite takes a failed reading for damage."""
    with monkeypatch.context() as failing:
        failing.setattr(memory_file, "is_whole", Mock(side_effect=[False, True, True, False]))
        with pytest.raises(MemoryUnusable, match="could not be read; check the disk, and try again"):
            Memory.open(taught)
        failing.setattr(Path, "open", Mock(side_effect=OSError(errno.EIO, "broken")))
        with pytest.raises(MemoryUnusable, match="cannot be read: broken; check the disk, and try again"):
            Memory.open(taught)
    assert knows(Memory.open(taught), "you")


def test_a_damaged_file_that_cannot_be_set_aside_is_one_error(
    taught: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught.write_bytes(b"x" * 5000)
    monkeypatch.setattr(Path, "replace", Mock(side_effect=OSError(errno.EROFS, "Read-only file system")))
    why = r"is damaged \(.*\), and cannot be set aside: Read-only file system; mend that, or name another"
    with pytest.raises(MemoryUnusable, match=why):
        Memory.open(taught)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the open files of a process")
def test_a_file_damaged_while_it_is_open_is_closed_before_it_is_set_aside(
    taught: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows renames no open file; each use then says so."""
    memory, open_then = Memory.open(taught), []

    def refuse(path: Path, _: str) -> None:
        open_then.append(str(path) in {os.path.realpath(each) for each in Path("/proc/self/fd").iterdir()})
        raise PermissionError(errno.EACCES, "Access is denied")

    changed(taught, "UPDATE messages SET text = CAST(x'ff' AS TEXT)")
    with monkeypatch.context() as on_windows:
        on_windows.setattr(Path, "replace", refuse)
        for _ in range(2):
            with pytest.raises(MemoryUnusable, match="cannot be set aside: Access is denied; mend that"):
                memory.messages()
    assert open_then == [False, False]
    assert memory.messages() == []
    assert contents(taught.parent) == [ASIDE]


def test_a_database_of_another_program_is_set_aside(path: Path) -> None:
    for number in (1, 2):  # the second beside the first
        changed(path, "CREATE TABLE shopping (what TEXT)")
        data, aside = path.read_bytes(), f"me.memory.damaged-{number}"
        kept = f"it is kept as {aside}, and a new memory begins"
        assert Memory.open(path).notes == [f"{path} is not a Foreword memory; {kept}"]
        assert path.with_name(aside).read_bytes() == data


@pytest.mark.parametrize("name", ["notes.txt", "shopping.db"])
def test_a_file_of_another_program_keeps_its_name(tmp_path: Path, name: str) -> None:
    """`Memory.open("notes.txt")` by mistake must not take a person's notes away."""
    file = tmp_path / name
    if name == "notes.txt":
        file.write_bytes(b"see you tomorrow\n" * 100)
    else:
        changed(file, "CREATE TABLE shopping (what TEXT)")
    with pytest.raises(MemoryUnusable, match=f"{name} is not a Foreword memory; name another file"):
        Memory.open(file)
    assert contents(tmp_path) == [name]


def test_a_journal_beside_a_memory_of_a_stranger_deletes_no_file(taught: Path, tmp_path: Path) -> None:
    """SQLite undoes an interrupted change by the journal, then deletes the file that the journal names."""
    (tmp_path / "thesis.txt").write_text("three years of work")
    data, name, mark = taught.read_bytes(), bytes(tmp_path / "thesis.txt"), bytes.fromhex("d9d505f920a163d7")
    head = mark + struct.pack(">5I", 1, 0, len(data) // 4096, 512, 4096).ljust(504, b"\0")
    page = struct.pack(">I4096sI", 1, data[:4096], sum(data[3896:0:-200]))
    end = struct.pack(f">I{len(name)}sII", 2**30 // 4096 + 1, name, len(name), sum(name)) + mark
    taught.with_name("me.memory-journal").write_bytes(head + page + end)
    (tmp_path / "link.memory").symlink_to(taught)
    for path in (tmp_path / "link.memory", taught):
        with pytest.raises(MemoryUnusable, match="-journal would delete another file"):
            Memory.open(path)
    assert "thesis.txt" in contents(tmp_path)


def test_a_memory_whose_path_another_thing_took_says_so_until_that_is_gone(taught: Path) -> None:
    memory = Memory.open(taught)
    taught.rename(taught.with_name("moved.memory"))
    taught.mkdir()
    for _ in range(2):
        with pytest.raises(MemoryUnusable, match="is not a file, so it cannot be a memory"):
            memory.learn("see me")
    taught.rmdir()
    taught.with_name("moved.memory").rename(taught)
    assert memory.learn("see me") == 1


def test_a_closed_memory_says_so_and_stays_closed(taught: Path) -> None:
    memory = Memory.open(taught)
    memory.close()
    memory.close()
    taught.rename(taught.with_name("moved.memory"))
    for use in (memory.latest, lambda: memory.learn("see me")):
        with pytest.raises(MemoryUnusable, match="memory was closed; open it again"):
            use()
    assert contents(taught.parent) == ["moved.memory"]


HELD = """
import sys, threading, foreword
memory = foreword.Memory.open(sys.argv[1])
memory.learn("see me")
threading.excepthook = lambda _: memory
"""


@pytest.mark.slow
def test_a_memory_that_a_callback_holds_ends_with_the_program_without_a_word(taught: Path) -> None:
    """The modules of a program that ends are gone before such a memory."""
    done = subprocess.run([sys.executable, "-c", HELD, taught], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_a_memory_of_a_later_version_is_left_unchanged(taught: Path) -> None:
    changed(taught, "PRAGMA user_version = 99")
    with pytest.raises(MemoryTooNew, match="later version of Foreword; run pip install --upgrade foreword"):
        Memory.open(taught)
    assert contents(taught.parent) == ["me.memory"]


def refused(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = code
    return error


@pytest.fixture
def forbid(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Callable[[], None]]:
    """Make SQLite refuse every file except one that nobody writes; the returned function ends this."""

    def begin(code: int) -> Callable[[], None]:
        connected, is_forbidden = memory_file.connected, [True]

        def connect(database: str, *, uri: bool = False) -> sqlite3.Connection:
            if is_forbidden and not uri and database != ":memory:":
                raise refused(code)
            return connected(database, uri=uri)

        monkeypatch.setattr(memory_file, "connected", connect)
        return is_forbidden.clear

    return begin


def test_an_unusable_path_or_sqlite_version_is_a_named_error(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.mkdir()
    with pytest.raises(MemoryUnusable, match="is not a file, so it cannot be a memory; move it away"):
        Memory.open(path)
    (tmp_path / "file").touch()
    memory = Memory.open(tmp_path / "file" / "me.memory")
    assert words_after(memory, "") == {}
    with pytest.raises(MemoryReadOnly, match="cannot be made: Not a directory; choose another place with -m"):
        memory.learn("see you")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(MemoryUnusable, match=r"needs SQLite 3\.37 or later, and this Python has .*; install"):
        Memory.open(path)


def test_a_full_disk_is_an_error_and_nothing_is_lost(taught: Path) -> None:
    memory = Memory.open(taught)
    (pages,) = memory._file.database.execute("PRAGMA page_count").fetchone()
    memory._file.database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(MemoryFull, match=r"cannot be written: .*full; make room on the disk and try again"):
        memory.learn("\n".join(f"word{number} and more" for number in range(1_000)))
    assert knows(memory, "you")  # the memory still works
    assert memory.why("and") is None
    memory._file.database.execute(f"PRAGMA max_page_count = {2**30}")
    assert memory.learn("see me") == 1
    assert len(Memory.open(taught).messages()) == 301


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [  # simulated: SQLite needs space beside a file even to read it, and root may write everywhere
        (
            sqlite3.SQLITE_IOERR,
            MemoryFull,
            "cannot be written: the disk is full, or fails; make room on the disk, or check it,",
        ),
        (sqlite3.SQLITE_CANTOPEN, MemoryReadOnly, "may not be written, so nothing can be learned"),
    ],
)
def test_an_unwritable_file_can_be_read_and_later_written(
    taught: Path, forbid: Callable[[int], Callable[[], None]], code: int, error: type[Exception], words: str
) -> None:
    allow = forbid(code)
    memory, untried = Memory.open(taught), Memory.open(taught)
    for attempt in (lambda: memory.learn("see me"), lambda: memory.forget("see"), memory.clear):
        with pytest.raises(error, match=words):
            attempt()
    assert knows(memory, "you")
    assert contents(taught.parent) == ["me.memory"]
    allow()
    assert (untried.learn("see us"), memory.learn("see me")) == (1, 1)


def test_an_unreadable_memory_is_a_named_error(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_file, "connected", Mock(side_effect=refused(sqlite3.SQLITE_CANTOPEN)))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(MemoryUnusable, match=r"me\.memory may not be read; allow it, or name another"):
        Memory.open(taught)


def test_a_file_locked_by_another_program_is_a_named_error(
    taught: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_file, "PATIENCE_SECONDS", 0.05)
    memory, other = Memory.open(taught), sqlite3.connect(taught, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(MemoryBusy, match="is being written by another program; try again in a moment"):
        memory.learn("see me")
    assert knows(memory, "you")  # reading still works
    other.execute("ROLLBACK")
    other.close()
    assert memory.learn("see me") == 1


def test_changes_by_another_program_are_seen_at_the_next_key(path: Path) -> None:
    one, two = Memory.open(path), Memory.open(path)
    assert (words_after(one, "see "), words_after(two, "see ")) == ({}, {})
    one.learn("see you")
    assert [*words_after(two, "see ")] == ["you", "see"]
    two.learn("see Anna\nsee Anna")
    assert [*words_after(one, "see ", limit=1)] == ["Anna"]
    two.forget("anna")
    assert [*words_after(one, "see ")] == ["you", "see"]
    assert one.is_blocked("ANNA")
    two.clear()
    assert words_after(one, "see ") == {}


def test_an_exchanged_or_deleted_file_is_opened_again(taught: Path, tmp_path: Path) -> None:
    other = Memory.open(tmp_path / "other.memory")
    other.learn("see Anna")
    other.close()
    memory = Memory.open(taught)
    assert knows(memory, "you")
    shutil.move(tmp_path / "other.memory", taught)
    assert knows(memory, "Anna")
    for ending in ("", "-wal", "-shm"):
        taught.with_name(taught.name + ending).unlink(missing_ok=True)
    assert words_after(memory, "see ") == {}
    memory.learn("see me")
    assert taught.exists()


def damaged_after_forgetting(path: Path) -> None:
    """Forget two words, then damage the file."""
    memory = Memory.open(path)
    memory.forget("tomorrow")
    memory.forget("Xylophon42")
    memory.close()
    path.write_bytes(b"\xff" * 4096 + path.read_bytes()[4096:])


@pytest.mark.parametrize("ends_early", [False, True])
def test_forgotten_words_stay_blocked_when_the_file_is_damaged(taught: Path, ends_early: bool) -> None:
    damaged_after_forgetting(taught)
    if ends_early:  # the file is set aside, and the program ends before there is a new one
        Memory.open(taught).close()
        taught.unlink(missing_ok=True)
    memory = Memory.open(taught)
    if not ends_early:
        assert memory.notes[0].endswith("and a new memory begins, with 2 forgotten words blocked")
    assert memory.is_blocked("tomorrow")
    memory.learn("see you tomorrow with a xylophon42")
    assert [each.text for each in memory.messages()] == ["see you … with a …"]
    memory.close()
    assert Memory.open(taught).is_blocked("Tomorrow")


def test_forgotten_words_stay_blocked_when_damage_is_found_during_use(taught: Path) -> None:
    memory = Memory.open(taught)
    memory.forget("tomorrow")
    memory._file.database.execute("DELETE FROM ngrams")
    memory.forget("you")  # this finds that the counts do not match the messages
    memory.learn("see you tomorrow")
    assert "tomorrow" not in str(memory.messages())
    assert len(memory.notes) == 1


def test_an_older_copy_put_back_beside_the_log_of_a_later_file_is_set_aside_whole(
    path: Path, kept: bytes
) -> None:
    path.write_bytes(kept)
    for text in ("later words " * 2_000, "even later"):
        memory = Memory.open(path)
        memory.learn(f"{text}\n" * 20)
        log = path.with_name("me.memory-wal").read_bytes()
        memory.close()
    path.write_bytes(kept)
    path.with_name("me.memory-wal").write_bytes(log)  # a power cut leaves it
    assert Memory.open(path).size() == 0
    assert path.with_name(ASIDE).read_bytes() == kept


def test_a_copy_put_back_while_the_memory_is_open_goes_on_without_the_old_log(
    taught: Path, tmp_path: Path, kept: bytes
) -> None:
    """Programs for backups and synchronisation rename a file into the place of the old one."""
    memory = Memory.open(taught)
    memory.learn("see me after the copy was made\n" * 20)
    memory.learn("later words " * 2_000)
    (tmp_path / "copy").write_bytes(kept)
    (tmp_path / "copy").replace(taught)
    assert (memory.size(), memory.learn("see her")) == (300, 1)
    memory.close()
    assert (Memory.open(taught).size(), memory.notes) == (301, [])


def test_messages_that_another_program_learns_into_a_copy_put_back_stay(
    taught: Path, tmp_path: Path, kept: bytes
) -> None:
    memory, log = Memory.open(taught), taught.with_name(f"{taught.name}-wal")
    assert memory.size() == 300
    (tmp_path / "copy").write_bytes(kept)
    (tmp_path / "copy").replace(taught)
    with closing(Memory.open(taught)) as other:
        learned = other.learn("see her")
        while log.stat().st_mtime_ns <= taught.stat().st_ctime_ns:  # the clock of files ticks slowly
            learned += other.learn("see her")
        assert memory.size() == other.size() == 300 + learned


def test_counting_the_messages_of_a_file_leaves_nothing_beside_it(taught: Path) -> None:
    """Doctor and the overview change nothing. So they also work where nobody may write."""
    assert memory_file.counts_in(taught) == (300, 3)
    assert contents(taught.parent) == ["me.memory"]
    memory = Memory.open(taught)
    memory.learn("see me")  # it is in the log
    assert memory_file.counts_in(taught) == (301, 4)


def test_clearing_deletes_damaged_files_but_keeps_their_forgotten_words_blocked(taught: Path) -> None:
    damaged_after_forgetting(taught)
    shutil.move(taught, taught.with_name(ASIDE))  # as earlier versions left it
    memory = Memory.open(taught)
    assert [each.name for each in memory.damaged()] == [ASIDE]
    memory.clear()
    assert memory.damaged() == []
    assert memory.is_blocked("tomorrow")
    memory.close()
    assert contents(taught.parent) == ["me.memory"]
