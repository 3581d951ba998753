"""The file of a memory: an SQLite database that survives accidents.

Write-ahead logging lets others read while one writes, and a killed process leaves whole messages. `secure_delete`
overwrites deleted data. Only the owner may open the file (mode 0600). Its tables:

messages   the messages learned, after cleaning; the counts follow from them
words      each word in exact case: its count in the messages, and the time when it was last learned
ngrams     the words that followed each context (`counts.py`); the empty context has the number 0
sources    keyed hashes that identify the sources already learned
blocked    keyed hashes of forgotten words
weights    the weights of the mixture, by model; and the person's attention (`ignored.py`)
facts      the key of the hashes; the generation, which grows at each removal; the messages that networks learned;
           the rule for the words counted
"""

import contextlib
import glob
import mmap
import os
import re
import secrets
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from stat import S_ISREG, S_IWUSR
from traceback import clear_frames
from typing import Any, Final, final

from foreword.errors import (
    MemoryBusy,
    MemoryDamaged,
    MemoryFull,
    MemoryReadOnly,
    MemoryTooNew,
    MemoryUnusable,
)
from foreword.text.plural import counted

APPLICATION: Final = 0x466F7265  # "Fore"
VERSION: Final = 1
PATIENCE_SECONDS: Final = 10.0  # the longest wait for another program that writes
# Our statements break no rule of an undamaged file.
DAMAGE: Final = tuple(
    getattr(sqlite3, f"SQLITE_{name}") for name in ("CORRUPT", "NOTADB", "CONSTRAINT", "MISMATCH")
)
OLDEST_SQLITE: Final = (3, 37)  # it checks the types of stored values (STRICT)
BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
FULL: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
FORBIDDEN: Final = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)

_STATEMENTS: Final = """
CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE TABLE words (
    id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, count INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT;
CREATE TABLE ngrams (
    context INTEGER NOT NULL, word INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (context, word)
) STRICT, WITHOUT ROWID;
CREATE TABLE sources (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE blocked (digest BLOB PRIMARY KEY, key BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE weights (model TEXT PRIMARY KEY, weights TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
"""
_TABLES: Final = tuple(each.strip() for each in _STATEMENTS.split(";") if each.strip())
_OBJECTS: Final = frozenset(
    [
        *(("table", each.split()[2], each) for each in _TABLES),
        ("table", "sqlite_sequence", "CREATE TABLE sqlite_sequence(name,seq)"),
        ("index", "sqlite_autoindex_words_1", None),
    ]
)
"""All objects in the schema of a memory."""

NONSENSE: Final = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""Errors in reading stored values: the values make no sense, or our code has a mistake."""
QUICKLY_CHECKED: Final = 2 << 20  # bytes; on opening, all pages of such a file are checked: 30 ms at most
_CONTRADICTIONS: Final = """
SELECT 'the key of its hashes' WHERE NOT EXISTS (
    SELECT 1 FROM facts WHERE name = 'key' AND typeof(value) = 'blob' AND length(value) BETWEEN 1 AND 64)
UNION ALL SELECT 'its generation' WHERE NOT EXISTS (
    SELECT 1 FROM facts WHERE name = 'generation' AND typeof(value) = 'integer' AND value BETWEEN 0 AND 1 << 53)
UNION ALL SELECT 'a number of its messages' FROM sqlite_sequence WHERE NOT seq BETWEEN 0 AND 1 << 53
UNION ALL SELECT 'a number of its messages' FROM (SELECT min(id) AS first, max(id) AS last FROM messages)
    WHERE first < 1 OR last > 1 << 53
UNION ALL SELECT 'a number of its words'
    FROM (SELECT min(id) AS first, max(id) AS last, count(*) AS words, min(count) AS least, max(count) AS most
    FROM words)
    WHERE first < 1 OR last > 4 * words + 1000000 OR least < 1 OR most > 1 << 53
UNION ALL SELECT 'a word' FROM words WHERE text = '' OR text GLOB '*[' || char(1, 45, 31, 127, 45, 159) || ']*'
UNION ALL SELECT 'a forgotten word' FROM blocked WHERE length(digest) <> 16 OR NOT length(key) BETWEEN 1 AND 64
LIMIT 1
"""
"""Finds values that Foreword never writes. Types are checked with the pages."""

# A row of `blocked` as SQLite writes it: its length, the length of its header, and the types of its two columns.
_BLOCKED_ROW: Final = re.compile(rb"\x33\x03\x2c\x4c(.{16})(.{32})", re.DOTALL)
_MOST_RESCUED: Final = 10_000
NEWER: Final = "was written by a later version of Foreword; run pip install --upgrade foreword"
SET_ASIDE: Final = "put a copy back, or go on: it will be kept under another name, and a new memory begins"
BESIDE: Final = ("", "-wal", "-shm")  # a database and the files that SQLite puts beside it
_NAMED: Final = (
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"  # ends a journal that names another file; none of ours does
)


@final
class MemoryFile:
    """The database at a path; without a path, one that ends with the process.

    The first write creates it. A memory that is damaged is set aside, as is any file that ends in `.memory` and is
    none; `notes` says so to the person. `openings` grows with each file that is opened at the path.

    Raises:
        MemoryTooNew: a later version of Foreword wrote it.
        MemoryUnusable: it is no file, or cannot be read; or Python has an old SQLite.
    """

    def __init__(self, path: Path | None) -> None:
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            needed = f"a memory needs SQLite {'.'.join(map(str, OLDEST_SQLITE))} or later"
            there = f"this Python has {sqlite3.sqlite_version}"
            raise MemoryUnusable(f"{needed}, and {there}; install foreword with a newer Python")
        self.path = path
        self.notes: list[str] = []
        self.openings = 0
        self._rescued: set[tuple[bytes, bytes]] = set()
        self._is_closed = False
        self.connect()

    def connect(self) -> None:
        """Open the file that is at the path now; if there is none yet, use an empty database in its place."""
        self.openings += 1
        self._version = -1
        self._is_full = False  # the disk is full, or fails, so the file is read only
        self._is_refused = False  # the file may not be written
        self._identity = _identity(self.path)
        try:
            if self.path is None or self._identity is None:
                self.database = prepared(connected(":memory:"))
            else:
                self.database = self._opened(self.path)
        except MemoryDamaged as damage:
            self.notes.append(str(damage))
            self.connect()
        except MemoryUnusable:
            self._identity = 0, 0  # no file has this one, so the next use tries again
            raise
        # A memory that is dropped closes its file, also in a cycle of references, where __del__ may come too late.
        weakref.finalize(self, self.database.close).atexit = False
        if self._identity is None:  # perhaps no new memory has followed one set aside
            self._rescued.update(*map(blocked_in, self.damaged()))
            add_blocked(self.database, self._rescued)
        elif self._rescued:  # another program has made one first
            rescued, self._rescued = self._rescued, set()
            with self.writing() as database:
                add_blocked(database, rescued)

    def close(self) -> None:
        """Close the file for good."""
        self._is_closed = True
        self.database.close()

    def damaged(self) -> list[Path]:
        """The files that were set aside here, with the files that SQLite put beside each."""
        if self.path is None:
            return []
        return sorted(self.path.parent.glob(f"{glob.escape(self.path.name)}.damaged-*"))

    def reopen_if_replaced(self) -> None:
        """Open the file that is at the path now if it is another one, or the first one."""
        if self._is_closed:
            raise MemoryUnusable(f"{self.path or 'the memory'} was closed; open it again")
        if self.path is not None and _identity(self.path) != self._identity:
            if not self._is_log_of_new():  # else the old file's log damages the new one
                with contextlib.suppress(sqlite3.Error):
                    self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._reconnect()

    def has_changed(self) -> bool:
        """True if another program has written since the last call. Call it inside a snapshot."""
        version = self._version
        self._version = _number(self.database, "data_version")
        return version != self._version

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """The database at one moment, even if others write meanwhile.

        Raises:
            MemoryDamaged: the content makes no sense; the file has been set aside, and the next try finds none.
        """
        with self._explaining(), self._transaction("BEGIN", "ROLLBACK"):
            yield self.database

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The database inside a transaction: all changes are kept, or none after an error or a kill.

        Raises:
            MemoryFull, MemoryBusy, MemoryReadOnly: it could not be written; nothing has changed.
            MemoryDamaged: as in `snapshot`.
        """
        if self._is_full or self._is_refused:  # there may be room again, or the person has allowed it
            self._reconnect()
        if self.path is not None and self._identity is None:
            self._create()
        with self._explaining(), self._transaction("BEGIN IMMEDIATE", "COMMIT"):
            yield self.database

    def wipe(self) -> bool:
        """Remove all traces of deleted data, in the file and beside it; False if another program still reads it."""
        with self._explaining():
            self.database.execute("VACUUM")
            busy, _, _ = self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    @contextmanager
    def _transaction(self, begin: str, end: str) -> Iterator[None]:
        self.database.execute(begin)
        try:
            yield
            self.database.execute(end)
        except BaseException:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            raise

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Turn SQLite's errors into this project's, and set aside a file whose content makes no sense."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._explained(error) from None
        except NONSENSE:
            if self.path is None or is_whole(self.database):  # then the mistake is ours
                raise
            raise self._set_aside("is damaged (its contents are not valid)") from None

    def _reconnect(self) -> None:
        self.database.close()
        self.connect()

    def _create(self) -> None:
        assert self.path is not None  # noqa: S101 - for mypy
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(0o600)
        except OSError as error:
            reason = "Not a directory" if isinstance(error, FileExistsError) else error.strerror
            remedy = "choose another place with -m, or another data folder with FOREWORD_HOME"
            raise MemoryReadOnly(f"{self.path} cannot be made: {reason}; {remedy}") from None
        key = fact(self.database, "key")
        self.database.close()
        try:
            database = prepared(connected(str(self.path)), key)
            add_blocked(database, self._rescued)
            database.close()
        except sqlite3.Error as error:
            explained = self._explained(error)
            self.connect()
            raise explained from None
        self._rescued = set()
        self.connect()

    def _opened(self, path: Path) -> sqlite3.Connection:
        """The checked connection to the file.

        Raises:
            MemoryDamaged: it was no memory, or damaged; it has been set aside.
        """
        if not path.is_file():
            raise MemoryUnusable(f"{path} is not a file, so it cannot be a memory; move it away")
        if _deletes(journal := Path(f"{os.path.realpath(path)}-journal")):  # SQLite follows links
            raise MemoryUnusable(f"{journal} would delete another file, and is not from Foreword; delete it")
        _allow_beside(path)
        self._is_refused = not os.access(path, os.W_OK)
        try:
            return self._checked(connected(str(path)))
        except (sqlite3.Error, UnicodeDecodeError) as error:
            found = code(error)
            self._is_full, self._is_refused = found in FULL, found in FORBIDDEN
            if found not in (*FORBIDDEN, *FULL) or self._has_log():
                raise self._explained(error) from None
        try:  # the file may not be written, or the disk is full, so nobody writes meanwhile
            return self._checked(connected(f"{path.absolute().as_uri()}?immutable=1", uri=True))
        except sqlite3.Error as error:
            raise self._explained(error) from None

    def _is_log_of_new(self) -> bool:
        """True if the log was written after the file came to its path: another program uses both already."""
        try:
            return Path(f"{self.path}-wal").stat().st_mtime_ns > Path(f"{self.path}").stat().st_ctime_ns
        except OSError:
            return False

    def _has_log(self) -> bool:
        """True if the log holds changes that are not yet in the file itself."""
        log = Path(f"{self.path}-wal")
        return log.exists() and (not self._is_full or log.stat().st_size > 0)

    def _checked(self, database: sqlite3.Connection) -> sqlite3.Connection:
        try:
            if _is_newer(database):
                raise MemoryTooNew(f"{self.path} {NEWER}")
            fault = _fault(database)
            if not fault:
                for ending in BESIDE:
                    _close_to_others(Path(f"{self.path}{ending}"))
                return prepared(database)
        except BaseException:
            database.close()
            raise
        database.close()
        raise self._set_aside(fault)

    def _explained(self, error: sqlite3.Error | UnicodeDecodeError) -> Exception:
        """This project's error for one of SQLite's; a damaged file is set aside."""
        found = code(error)
        if found in DAMAGE:
            own = getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE[:2]  # SQLite's, about pages
            clear_frames(error.__traceback__)  # an open cursor in one would keep the file open
            return self._set_aside(f"is damaged ({_reason(error)})", looks_again=own)
        if found in FULL or (found in FORBIDDEN and self._is_full):
            is_full = found == sqlite3.SQLITE_FULL  # any other error may also be that of a quota
            reason, check = (error, "") if is_full else ("the disk is full, or fails", ", or check it,")
            remedy = f"make room on the disk{check} and try again (what was learned before is kept)"
            return MemoryFull(f"{self.path or 'the memory'} cannot be written: {reason}; {remedy}")
        if found in BUSY:
            return MemoryBusy(f"{self.path} is being written by another program; try again in a moment")
        if found in FORBIDDEN:
            remedy = "allow it, or name another with -m"
            if self.path is not None and not os.access(self.path, os.R_OK):
                return MemoryUnusable(f"{self.path} may not be read; {remedy}")
            self._is_refused = True
            lost = "nothing can be learned or forgotten"
            return MemoryReadOnly(f"{self.path} may not be written, so {lost}; {remedy}")
        return error

    def _disk_fault(self, *, looks_again: bool) -> str | None:
        """The fault of a disk whose failed reading SQLite took for damage; None if the file itself is damaged."""
        try:
            for ending in BESIDE[:2]:
                with contextlib.suppress(FileNotFoundError), Path(f"{self.path}{ending}").open("rb") as file:
                    while file.read(1 << 20):
                        pass
            with contextlib.closing(connected(str(self.path))) as again:
                is_damaged = not looks_again or _fault(again) or not is_whole(again)
                return None if is_damaged else "could not be read"
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        except (sqlite3.Error, UnicodeDecodeError):
            return None

    def _set_aside(self, reason: str, *, looks_again: bool = True) -> MemoryUnusable:
        """Rename the file and the files beside it; nothing is deleted. Another program's file keeps its name."""
        assert self.path is not None  # noqa: S101 - for mypy
        with contextlib.suppress(AttributeError):  # not open yet
            self.database.close()  # first: a file that is read beside SQLite takes SQLite's locks away
        opened, self._identity = self._identity, (0, 0)  # the next use opens it again
        is_same = _identity(self.path) == opened  # else another program has set it aside already
        if is_same and (fault := self._disk_fault(looks_again=looks_again)):
            return MemoryUnusable(f"{self.path} {fault}; check the disk, and try again")
        if self.path.suffix != ".memory" and not is_memory(self.path):
            return MemoryUnusable(f"{self.path} is not a Foreword memory; name another file")
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        if _identity(self.path) == opened:
            for ending in BESIDE:
                try:
                    Path(f"{self.path}{ending}").replace(f"{aside}{ending}")
                except FileNotFoundError:
                    pass
                except OSError as error:
                    why = f"and cannot be set aside: {error.strerror}"
                    return MemoryUnusable(f"{self.path} {reason}, {why}; mend that, or name another with -m")
                self._rescued |= blocked_in(Path(f"{aside}{ending}"))
        stay = f", with {counted(len(self._rescued), 'forgotten word')} blocked" if self._rescued else ""
        kept = f"it is kept as {aside.name}, and a new memory begins"
        return MemoryDamaged(f"{self.path} {reason}; {kept}{stay}")


def _identity(path: Path | None) -> tuple[int, int] | None:
    """The device and inode of the file at a path; None if it is missing or empty."""
    try:
        found = os.stat(path) if path is not None else None  # noqa: PTH116 - at each key
    except (FileNotFoundError, NotADirectoryError):
        return None
    is_empty = found is None or (found.st_size == 0 and S_ISREG(found.st_mode))
    return None if found is None or is_empty else (found.st_dev, found.st_ino)


def _deletes(journal: Path) -> bool:
    """True if SQLite would delete a file that this journal names: a stranger may have put it beside a memory."""
    if not journal.is_file():
        return False
    with contextlib.suppress(OSError), journal.open("rb") as file:  # it is shorter, or may not be read
        file.seek(-len(_NAMED), os.SEEK_END)
        return file.read() == _NAMED
    return False


def counts_in(path: Path) -> tuple[int, int]:
    """The numbers of messages and words in the file at a path; errors as in `only_read`."""
    with only_read(path) as database:
        if not _number(database, "user_version"):
            return 0, 0
        counts = "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM words)"
        messages, words = database.execute(counts).fetchone()
        return int(messages), int(words)


@contextmanager
def only_read(path: Path) -> Iterator[sqlite3.Connection]:
    """The database in the file at a path. It is only read: nothing is set aside.

    Raises:
        MemoryDamaged, MemoryTooNew, MemoryUnusable: it cannot be used.
    """
    if not path.is_file():
        raise MemoryUnusable(f"{path} is not a file, so it cannot be a memory; move it away")
    try:
        log = Path(f"{path}-wal")
        # Without a log, no file need be made beside it, so the folder may be read only.
        how = "mode=ro" if log.exists() and log.stat().st_size > 0 else "immutable=1"
        with contextlib.closing(connected(f"{path.absolute().as_uri()}?{how}", uri=True)) as database:
            if _is_newer(database):
                raise MemoryTooNew(f"{path} {NEWER}")
            if fault := _fault(database):
                raise MemoryDamaged(f"{path} {fault}; {SET_ASIDE}")
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if code(error) in DAMAGE:
            raise MemoryDamaged(f"{path} is damaged ({_reason(error)}); {SET_ASIDE}") from None
        raise MemoryUnusable(f"{path} may not be read ({error}); allow it, or name another with -m") from None


def connected(database: str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection on which only this project begins and ends transactions.

    The content of a file is not trusted: its schema may call no unsafe function, and each cell is checked.
    """
    connection = sqlite3.connect(
        database, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")  # else VACUUM writes all messages into /var/tmp
    return connection


def prepared(database: sqlite3.Connection, key: bytes = b"") -> sqlite3.Connection:
    """Set up a connection, and create the tables in a new database, with this key or a new one."""
    database.execute("PRAGMA secure_delete = ON")
    database.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log no crash can damage the file
    if _number(database, "user_version") == 0:
        # This comes before the log, so that the file is marked as a memory from the start.
        database.execute("BEGIN IMMEDIATE")
        if _number(database, "user_version") == 0:  # no other program was first
            for table in _TABLES:
                database.execute(table)
            key = key or secrets.token_bytes(32)
            database.execute("INSERT INTO facts VALUES ('key', ?), ('generation', 0)", (key,))
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    try:
        database.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:  # the next program that opens the file tries again
        if code(error) not in (*FORBIDDEN, *FULL, *BUSY):
            raise
    return database


def is_memory(path: Path) -> bool:
    """True if the file at a path begins like a memory. Call it before you open a file that a person named."""
    with path.open("rb") as file:
        head = file.read(72)
    return head.startswith(b"SQLite format 3\0") and head[68:] == APPLICATION.to_bytes(4, "big")


def is_whole(database: sqlite3.Connection, *, quickly: bool = False) -> bool:
    """True if all pages and types are correct; `quickly` skips the indexes. This reads the whole file."""
    check = "quick_check" if quickly else "integrity_check"
    try:
        return bool(database.execute(f"PRAGMA {check}(1)").fetchone()[0] == "ok")
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def _allow_beside(path: Path) -> None:
    """Let its owner write the files beside a memory: SQLite makes them read only while the memory is."""
    for ending in BESIDE[1:]:
        beside = Path(f"{os.path.realpath(path)}{ending}")
        with contextlib.suppress(OSError):  # it is not there, or may not be changed
            if path.stat().st_mode & ~beside.stat().st_mode & S_IWUSR:
                beside.chmod(0o600)


def _close_to_others(path: Path) -> None:
    """Let only its owner read a memory: one from a backup or an archive may be readable by all."""
    with contextlib.suppress(OSError):  # it is not there, or may not be changed
        if (mode := path.stat().st_mode) & 0o077:
            path.chmod(mode & 0o700)


def _is_newer(database: sqlite3.Connection) -> bool:
    return _number(database, "application_id") == APPLICATION and _number(database, "user_version") > VERSION


def _fault(database: sqlite3.Connection) -> str | None:
    """The fault of a file that is no memory; None for a memory or a file that is still empty."""
    objects = set(database.execute("SELECT type, name, sql FROM sqlite_master"))
    if not objects and not _number(database, "application_id"):
        return None
    if _number(database, "application_id") != APPLICATION:
        return "is not a Foreword memory"
    if not objects >= _OBJECTS or _number(database, "user_version") < VERSION:
        return "is damaged (its tables are not those of a memory)"
    for kind, name, _ in objects - _OBJECTS:
        return f"is not a Foreword memory (it has a {kind} called {str(name)[:40]!r})"
    size = _number(database, "page_count") * _number(database, "page_size")
    if size <= QUICKLY_CHECKED and not is_whole(database, quickly=True):
        return "is damaged (its pages contradict one another)"
    found = database.execute(_CONTRADICTIONS).fetchone()
    return found and f"is damaged ({found[0]} is not valid)"


def code(error: sqlite3.Error | UnicodeDecodeError) -> int:
    """SQLite's primary result code, without its extension.

    Python itself raises some errors: a text is no UTF-8, so the database is damaged, or the database was misused.
    """
    misused = isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError)
    own = sqlite3.SQLITE_MISUSE if misused else sqlite3.SQLITE_CORRUPT
    return int(getattr(error, "sqlite_errorcode", own)) & 0xFF


def _reason(error: sqlite3.Error | UnicodeDecodeError) -> str:
    """The message of an error, without the text that cannot be decoded: it is one that the person wrote."""
    return str(error).partition(" with text ")[0]


def _number(database: sqlite3.Connection, pragma: str) -> int:
    return int(database.execute(f"PRAGMA {pragma}").fetchone()[0])


@contextmanager
def sensible() -> Iterator[None]:
    """A context that turns the errors of reading our own form into those of SQLite.

    Raises:
        sqlite3.DatabaseError: it is not in that form, so the file is damaged.
    """
    try:
        yield
    except NONSENSE:
        raise sqlite3.DatabaseError("its contents are not valid") from None


def fact(database: sqlite3.Connection, name: str) -> Any:
    """The `key` of this memory's hashes, or its `generation`: the number of removals and blocks so far."""
    return database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()[0]


def add_blocked(database: sqlite3.Connection, digests: Iterable[tuple[bytes, bytes]]) -> None:
    """Block words by their hashes, each with its key."""
    database.executemany("INSERT OR IGNORE INTO blocked VALUES (?, ?)", digests)


def blocked_in(path: Path) -> set[tuple[bytes, bytes]]:
    """The hashes of forgotten words and their keys, as far as they are readable in a damaged file.

    The search reads only bytes. So other damage does not matter, and nothing in the file is run.
    """
    with (
        contextlib.suppress(OSError, ValueError),  # the file is missing or empty
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return {(each[1], each[2]) for each in islice(_BLOCKED_ROW.finditer(data), _MOST_RESCUED)}
    return set()
