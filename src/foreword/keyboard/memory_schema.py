"""How the database of a memory is laid out, made and recognised.

messages   what was learned, as it is after cleaning; the counts follow from it
words      each word in exact case: how often it stands in the messages, and when it was last learned
ngrams     what followed each context (`counting.py`); the empty context has the number 0
sources    keyed hashes by which a source that was learned is known again
blocked    keyed hashes of forgotten words
weights    by model, how much the keyboard believes whom; and how often the person takes what is shown
facts      the key of the hashes; the generation, which grows when something was taken away; what networks have met
"""

import contextlib
import mmap
import re
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

APPLICATION: Final = 0x466F7265  # "Fore"
VERSION: Final = 1
PATIENCE_SECONDS: Final = 10.0  # how long another program's writing is waited for
DAMAGE: Final = (
    *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB),
    *(
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
    ),  # no statement of ours breaks a rule of a whole file
)
OLDEST_SQLITE: Final = (3, 37)  # it checks the types of what is stored (STRICT)
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
"""All that the schema of a memory has."""

QUICKLY_CHECKED: Final = 2 << 20
"""Bytes; all pages of a file that is no larger are checked when it is opened, which takes 30 ms at most."""
_NONSENSE: Final = """
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
"""What holds of no memory that Foreword wrote. Types are checked with the pages."""

# A row of `blocked` as SQLite writes it: its length, the length of its head, and the kinds of its two columns.
_BLOCKED_ROW: Final = re.compile(rb"\x33\x03\x2c\x4c(.{16})(.{32})", re.DOTALL)
_MOST_RESCUED: Final = 10_000


def is_memory(path: Path) -> bool:
    """Whether the file at a path begins as a memory does; to be asked before a file that somebody named is opened."""
    with path.open("rb") as file:
        head = file.read(72)
    return head.startswith(b"SQLite format 3\0") and head[68:] == APPLICATION.to_bytes(4, "big")


def is_too_new(database: sqlite3.Connection) -> bool:
    """Whether a later version of Foreword wrote it."""
    return _number(database, "application_id") == APPLICATION and _number(database, "user_version") > VERSION


def fault(database: sqlite3.Connection) -> str | None:
    """What speaks against its being a memory or, as yet, an empty file."""
    objects = set(database.execute("SELECT type, name, sql FROM sqlite_master"))
    if not objects and not _number(database, "application_id"):
        return None
    if _number(database, "application_id") != APPLICATION:
        return "is not a memory of Foreword's"
    if not objects >= _OBJECTS or _number(database, "user_version") < VERSION:
        return "is damaged (its tables are not those of a memory)"
    for kind, name, _ in objects - _OBJECTS:
        return f"is no memory as Foreword writes it (it holds a {kind} called {str(name)[:40]!r})"
    return _contradiction(database)


def _contradiction(database: sqlite3.Connection) -> str | None:
    """What in the rows of a memory makes no sense."""
    size = _number(database, "page_count") * _number(database, "page_size")
    if size <= QUICKLY_CHECKED and not is_whole(database, quickly=True):
        return "is damaged (its pages contradict one another)"
    nonsense = database.execute(_NONSENSE).fetchone()
    return nonsense and f"is damaged ({nonsense[0]} makes no sense)"


@contextmanager
def sensible() -> Iterator[None]:
    """For reading what is stored in a form of ours.

    Raises:
        sqlite3.DatabaseError: it is not in that form, so the file is damaged.
    """
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError):
        raise sqlite3.DatabaseError("what it holds makes no sense") from None


def blocked_in(path: Path) -> set[tuple[bytes, bytes]]:
    """The hashes of forgotten words and their keys, as far as they can be read in a file that is damaged.

    They are looked for in its bytes alone, so it does not matter what else is damaged, and nothing in it is run.
    """
    with (
        contextlib.suppress(OSError, ValueError),  # there is none, or it is empty
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return {(each[1], each[2]) for each in islice(_BLOCKED_ROW.finditer(data), _MOST_RESCUED)}
    return set()


def add_blocked(database: sqlite3.Connection, digests: Iterable[tuple[bytes, bytes]]) -> None:
    """Block words by their hashes, each with its key."""
    database.executemany("INSERT OR IGNORE INTO blocked VALUES (?, ?)", digests)


def is_whole(database: sqlite3.Connection, *, quickly: bool = False) -> bool:
    """Whether all pages and types are as they must be; `quickly`, without the indexes. This reads the whole file."""
    check = "quick_check" if quickly else "integrity_check"
    try:
        return bool(database.execute(f"PRAGMA {check}(1)").fetchone()[0] == "ok")
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def connected(database: str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection on which transactions begin and end where this project says so.

    Nothing that a file brings along is trusted: no function is called for its schema, and each cell is checked.
    """
    connection = sqlite3.connect(
        database, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def prepared(database: sqlite3.Connection) -> sqlite3.Connection:
    """A connection set up, with the tables in the database."""
    database.execute("PRAGMA secure_delete = ON")
    database.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log no crash can damage the file
    if _number(database, "user_version") == 0:
        # Before there is a log, so that the file itself, from its first moment on, says what it is.
        database.execute("BEGIN IMMEDIATE")
        if _number(database, "user_version") == 0:  # nobody was faster
            for table in _TABLES:
                database.execute(table)
            database.execute(
                "INSERT INTO facts VALUES ('key', ?), ('generation', 0)", (secrets.token_bytes(32),)
            )
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    if database.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        _write_ahead(database)
    return database


def code(error: sqlite3.Error) -> int:
    """SQLite's result code, without what refines it.

    What Python itself says of a database is that a text in it is no UTF-8, so it is damaged, or that it was misused.
    """
    misused = isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError)
    own = sqlite3.SQLITE_MISUSE if misused else sqlite3.SQLITE_CORRUPT
    return int(getattr(error, "sqlite_errorcode", own)) & 0xFF


def _write_ahead(database: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, if the file can be written; another program that does the same is waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if code(error) in (*FORBIDDEN, *FULL):
                return
            if code(error) not in BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)  # here SQLite does not wait by itself
        else:
            return


def _number(database: sqlite3.Connection, pragma: str) -> int:
    return int(database.execute(f"PRAGMA {pragma}").fetchone()[0])
