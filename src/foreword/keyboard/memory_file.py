"""The file of a memory: an SQLite database that survives what happens to files.

Write-ahead logging lets others read while one writes, and whoever is killed leaves whole messages. `secure_delete`
overwrites what is deleted. The file is for its owner alone (mode 0600).
"""

import contextlib
import glob
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import Final, final

from foreword.errors import (
    MemoryBusy,
    MemoryDamaged,
    MemoryFull,
    MemoryReadOnly,
    MemoryTooNew,
    MemoryUnusable,
)
from foreword.keyboard import memory_schema as schema
from foreword.text.counting import counted

BESIDE: Final = ("", "-wal", "-shm")  # a database and what SQLite puts beside it


@final
class MemoryFile:
    """The database at a path, or one that lives and dies with the process where there is none.

    A file comes into being with the first thing that is written. One that is no memory or is damaged is set aside.
    `notes` tells a person of it; `openings` grows with each file that is opened at the path.

    Raises:
        MemoryTooNew: a later version of Foreword wrote it.
        MemoryUnusable: it is no file, or cannot be read; or Python has an old SQLite.
    """

    def __init__(self, path: Path | None) -> None:
        if sqlite3.sqlite_version_info < schema.OLDEST_SQLITE:
            raise MemoryUnusable(
                f"a memory needs SQLite {'.'.join(map(str, schema.OLDEST_SQLITE))} or later, and this Python has "
                f"{sqlite3.sqlite_version}; install foreword with a newer Python"
            )
        self.path = path
        self.notes: list[str] = []
        self.openings = 0
        self._rescued: set[tuple[bytes, bytes]] = set()
        self.connect()

    def connect(self) -> None:
        """Open the file that is at the path now; as long as there is none, an empty database stands for it."""
        self.openings += 1
        self._version = -1
        self._is_full = False  # the disk, so that the file can be read only
        self._identity = _identity(self.path)
        try:
            self.database = (
                self._opened() if self._identity else schema.prepared(schema.connected(":memory:"))
            )
        except MemoryDamaged as damage:
            self.notes.append(str(damage))
            self.connect()
        if self._identity is None:  # a memory set aside may have had no successor yet
            self._rescued.update(*map(schema.blocked_in, self.damaged()))
            schema.add_blocked(self.database, self._rescued)
        elif self._rescued:  # another program was faster to make one
            rescued, self._rescued = self._rescued, set()
            with self.writing() as database:
                schema.add_blocked(database, rescued)

    def damaged(self) -> list[Path]:
        """The files that were set aside here, with what lies beside each."""
        if self.path is None:
            return []
        return sorted(self.path.parent.glob(f"{glob.escape(self.path.name)}.damaged-*"))

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
        except (
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            ArithmeticError,
        ):  # what was read makes no sense, or we made none
            if self.path is None or schema.is_whole(self.database):
                raise
            raise self._set_aside("is damaged (what it holds makes no sense)") from None

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
        if self._is_full:  # there may be room again
            self.database.close()
            self.connect()
        is_new = self.path is not None and self._identity is None
        if is_new:
            self._create()
        try:
            with self.reading() as database:
                database.execute("BEGIN IMMEDIATE")
                try:
                    yield database
                    database.execute("COMMIT")
                except BaseException:
                    if database.in_transaction:
                        database.execute("ROLLBACK")
                    raise
        except MemoryFull:
            if is_new:
                self._delete()
                self.connect()
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
        try:
            database = schema.prepared(schema.connected(str(self.path)))
            schema.add_blocked(database, self._rescued)
            database.close()
        except sqlite3.Error as error:
            explained = self._explained(error)
            if isinstance(explained, MemoryFull):
                self._delete()
            self.connect()
            raise explained from None
        self._rescued = set()
        self.connect()

    def _delete(self) -> None:
        """Leave no file where a new memory could not be written: nothing was in it."""
        self.database.close()
        for ending in (*BESIDE, "-journal"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)

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
            return self._checked(schema.connected(str(self.path)))
        except sqlite3.OperationalError as error:
            self._is_full = schema.code(error) in schema.FULL
            if schema.code(error) not in (*schema.FORBIDDEN, *schema.FULL) or self._has_log():
                raise self._explained(error) from None
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._explained(error) from None
        try:  # where the file may not be written, or the disk has no room beside it, nobody writes meanwhile
            return self._checked(schema.connected(f"{self.path.absolute().as_uri()}?immutable=1", uri=True))
        except sqlite3.Error as error:
            raise self._explained(error) from None

    def _has_log(self) -> bool:
        """Whether something is written that is not yet in the file itself."""
        log = Path(f"{self.path}-wal")
        return log.exists() and (not self._is_full or log.stat().st_size > 0)

    def _checked(self, database: sqlite3.Connection) -> sqlite3.Connection:
        if schema.is_too_new(database):
            database.close()
            raise MemoryTooNew(
                f"{self.path} was written by a later version of Foreword; run pip install --upgrade foreword"
            )
        fault = schema.fault(database)
        if fault:
            database.close()
            raise self._set_aside(fault)
        return schema.prepared(database)

    def _explained(self, error: sqlite3.Error | UnicodeDecodeError) -> Exception:
        """The error in words; what is damaged is set aside."""
        code = schema.code(error) if isinstance(error, sqlite3.Error) else sqlite3.SQLITE_CORRUPT
        if code in schema.DAMAGE:
            return self._set_aside(f"is damaged ({error})")
        if code in schema.FULL or (code in schema.FORBIDDEN and self._is_full):
            reason = "the disk is full" if self._is_full else error
            return MemoryFull(
                f"{self.path or 'the memory'} cannot be written: {reason}; make room on the disk and try again "
                "(what was learned before is kept)"
            )
        if code in schema.BUSY:
            return MemoryBusy(f"{self.path} is being written by another program; try again in a moment")
        if code in schema.FORBIDDEN and self.path is not None and not os.access(self.path, os.R_OK):
            return MemoryUnusable(f"{self.path} may not be read; allow it, or name another with -m")
        if code in schema.FORBIDDEN:
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
                self._rescued |= schema.blocked_in(Path(f"{aside}{ending}"))
        stay = f", with {counted(len(self._rescued), 'forgotten word')} blocked" if self._rescued else ""
        return MemoryDamaged(
            f"{self.path} {reason}; it is kept as {aside.name}, and a new memory begins{stay}"
        )


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Which file is at a path: None if there is none, or one in which nothing is yet."""
    try:
        found = os.stat(path) if path is not None else None  # noqa: PTH116 - at each key
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (
        None
        if found is None or (found.st_size == 0 and S_ISREG(found.st_mode))
        else (found.st_dev, found.st_ino)
    )
