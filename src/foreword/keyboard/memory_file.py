"""The file of a memory: an SQLite database that survives what happens to files.

    messages   what was learned, as it is after cleaning; the counts follow from it
    words      each word in exact case: how often it stands in the messages, and when it was last learned
    ngrams     what followed each context (`counting.py`); the empty context has the number 0
    sources    keyed hashes by which a source that was learned is known again
    blocked    keyed hashes of forgotten words
    weights    by model, how much the keyboard believes whom
    facts      the key of the hashes; the generation, which grows when something was taken away

Write-ahead logging lets others read while one writes, and whoever is killed leaves whole messages. `secure_delete`
overwrites what is deleted. The file is for its owner alone (mode 0600).
"""

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, final

from foreword.errors import (
    MemoryBusy,
    MemoryDamaged,
    MemoryFull,
    MemoryReadOnly,
    MemoryTooNew,
    MemoryUnusable,
)

APPLICATION: Final = 0x466F7265  # "Fore"
VERSION: Final = 1
PATIENCE_SECONDS: Final = 10.0  # how long another program's writing is waited for
BESIDE: Final = ("", "-wal", "-shm")  # a database and what SQLite puts beside it

_SCHEMA: Final = """
CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, time INTEGER NOT NULL);
CREATE TABLE words (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, count INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE ngrams (
    context INTEGER NOT NULL, word INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (context, word)
) WITHOUT ROWID;
CREATE TABLE sources (digest BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE blocked (digest BLOB PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE weights (model TEXT PRIMARY KEY, weights TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
"""
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FULL: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_FORBIDDEN: Final = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)


@final
class MemoryFile:
    """The database at a path, or one that lives and dies with the process where there is none.

    A file comes into being with the first thing that is written. One that is no memory or is damaged is set aside.
    `notes` tells a person of it; `openings` grows with each file that is opened at the path.

    Raises:
        MemoryTooNew: a later version of Foreword wrote it.
        MemoryUnusable: it is no file, or cannot be read.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.notes: list[str] = []
        self.openings = 0
        self.connect()

    def connect(self) -> None:
        """Open the file that is at the path now; as long as there is none, an empty database stands for it."""
        self.openings += 1
        self._version = -1
        self._identity = _identity(self.path)
        try:
            self.database = self._opened() if self._identity else _prepared(_connected(":memory:"))
        except MemoryDamaged as damage:
            self.notes.append(str(damage))
            self.connect()

    def reopen_if_replaced(self) -> None:
        """Open what is at the path now if that is another file, or for the first time one."""
        if self.path is not None and _identity(self.path) != self._identity:
            self.database.close()
            self.connect()

    def has_changed(self) -> bool:
        """Whether another program has written since this was last asked. To be asked inside a snapshot."""
        version = self._version
        self._version = int(self.database.execute("PRAGMA data_version").fetchone()[0])
        return version != self._version

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, and this project's errors for those of SQLite.

        Raises:
            MemoryDamaged: what was read makes no sense; the file has been set aside, and the next try finds none.
        """
        try:
            yield self.database
        except sqlite3.Error as error:
            raise self._explained(error) from None

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """The database as it is at one moment, whatever others write meanwhile.

        Raises:
            MemoryDamaged: as in `reading`.
        """
        with self.reading() as database:
            database.execute("BEGIN")
            try:
                yield database
            finally:
                if database.in_transaction:
                    database.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The database inside a transaction, of which all is kept or, after an error or a kill, nothing.

        Raises:
            MemoryFull, MemoryBusy, MemoryReadOnly: it could not be written; nothing has changed.
            MemoryDamaged: as in `reading`.
        """
        if self.path is not None and self._identity is None:
            self._create()
        with self.reading() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise

    def wipe(self) -> bool:
        """Leave no trace of what was deleted, in the file or beside it; False if another program still reads it."""
        with self.reading() as database:
            database.execute("VACUUM")
            busy, _, _ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # never opened
            self.database.close()

    def _create(self) -> None:
        if self.path is None:
            raise AssertionError
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            reason = "Not a directory" if isinstance(error, FileExistsError) else error.strerror
            raise MemoryReadOnly(
                f"{self.path} cannot be made: {reason}; choose another place with -m, or another data folder "
                "with FOREWORD_HOME"
            ) from None
        self.database.close()
        self.connect()

    def _opened(self) -> sqlite3.Connection:
        """The file's connection, checked.

        Raises:
            MemoryDamaged: it was no memory, or damaged; it has been set aside.
        """
        if self.path is None:
            raise AssertionError
        if not self.path.is_file():
            raise MemoryUnusable(f"{self.path} is no file, so it cannot be a memory; move it away")
        try:
            return self._checked(_connected(str(self.path)))
        except sqlite3.OperationalError as error:
            if _code(error) not in _FORBIDDEN or Path(f"{self.path}-wal").exists():
                raise self._explained(error) from None
        except sqlite3.Error as error:
            raise self._explained(error) from None
        try:  # where neither the file nor its folder may be written, nobody writes meanwhile
            return self._checked(_connected(f"{self.path.absolute().as_uri()}?immutable=1", uri=True))
        except sqlite3.Error as error:
            raise self._explained(error) from None

    def _checked(self, database: sqlite3.Connection) -> sqlite3.Connection:
        (application,) = database.execute("PRAGMA application_id").fetchone()
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if application == APPLICATION and version > VERSION:
            database.close()
            raise MemoryTooNew(
                f"{self.path} was written by a later version of Foreword; run pip install --upgrade foreword"
            )
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION:
            database.close()
            raise self._set_aside("is not a memory of Foreword's")
        return _prepared(database)

    def _explained(self, error: sqlite3.Error) -> Exception:
        """The error in words; what is damaged is set aside."""
        code = _code(error)
        if code in _DAMAGE:
            return self._set_aside(f"is damaged ({error})")
        if code in _FULL:
            return MemoryFull(
                f"{self.path or 'the memory'} cannot be written: {error}; make room on the disk and try again "
                "(what was learned before is kept)"
            )
        if code in _BUSY:
            return MemoryBusy(f"{self.path} is being written by another program; try again in a moment")
        if code in _FORBIDDEN:
            return MemoryReadOnly(
                f"{self.path} may not be written, so nothing can be learned or forgotten; allow it, or name another "
                "with -m"
            )
        return error

    def _set_aside(self, reason: str) -> MemoryDamaged:
        """Rename the file and those beside it; nothing is deleted."""
        if self.path is None:
            raise AssertionError
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        with contextlib.suppress(AttributeError):  # not open yet
            self.database.close()
        if _identity(self.path) == self._identity:  # else another program has set it aside already
            for ending in BESIDE:
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{self.path}{ending}").replace(f"{aside}{ending}")
        return MemoryDamaged(f"{self.path} {reason}; it is kept as {aside.name}, and a new memory begins")


def is_memory(path: Path) -> bool:
    """Whether the file at a path begins as a memory does; to be asked before a file that somebody named is opened."""
    with path.open("rb") as file:
        head = file.read(72)
    return head.startswith(b"SQLite format 3\0") and head[68:] == APPLICATION.to_bytes(4, "big")


def _connected(database: str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection on which transactions begin and end where this project says so."""
    return sqlite3.connect(
        database, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )


def _prepared(database: sqlite3.Connection) -> sqlite3.Connection:
    """A connection set up, with the tables in the database."""
    database.execute("PRAGMA secure_delete = ON")
    database.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log no crash can damage the file
    if database.execute("PRAGMA user_version").fetchone()[0] == 0:
        # Before there is a log, so that the file itself, from its first moment on, says what it is.
        database.execute("BEGIN IMMEDIATE")
        if database.execute("PRAGMA user_version").fetchone()[0] == 0:  # nobody was faster
            for statement in _SCHEMA.split(";"):
                database.execute(statement)
            database.execute(
                "INSERT INTO facts VALUES ('key', ?), ('generation', 0)", (secrets.token_bytes(32),)
            )
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    if database.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        _write_ahead(database)
    return database


def _write_ahead(database: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, if the file may be written; another program that does the same is waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) in _FORBIDDEN:
                return
            if _code(error) not in _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)  # here SQLite does not wait by itself
        else:
            return


def _code(error: sqlite3.Error) -> int:
    """SQLite's result code, without what refines it."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Which file is at a path: None if there is none."""
    try:
        found = os.stat(path) if path is not None else None  # noqa: PTH116 - at each key
    except (FileNotFoundError, NotADirectoryError):
        return None
    return None if found is None else (found.st_dev, found.st_ino)
