"""How the database of a memory is laid out, made and recognised.

messages   what was learned, as it is after cleaning; the counts follow from it
words      each word in exact case: how often it stands in the messages, and when it was last learned
ngrams     what followed each context (`counting.py`); the empty context has the number 0
sources    keyed hashes by which a source that was learned is known again
blocked    keyed hashes of forgotten words
weights    by model, how much the keyboard believes whom; and how often the person takes what is shown
facts      the key of the hashes; the generation, which grows when something was taken away; what networks have met
"""

import secrets
import sqlite3
import time
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
    tables = {sql for (sql,) in database.execute("SELECT sql FROM sqlite_master")}
    if not tables and not _number(database, "application_id"):
        return None
    if _number(database, "application_id") != APPLICATION:
        return "is not a memory of Foreword's"
    if not tables.issuperset(_TABLES) or _number(database, "user_version") < VERSION:
        return "is damaged (its tables are not those of a memory)"
    return None


def is_whole(database: sqlite3.Connection) -> bool:
    """Whether all pages and types are as they must be. This reads the whole file."""
    try:
        return bool(database.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def connected(database: str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection on which transactions begin and end where this project says so."""
    return sqlite3.connect(
        database, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )


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
    """Switch to write-ahead logging, if the file may be written; another program that does the same is waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if code(error) in FORBIDDEN:
                return
            if code(error) not in BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)  # here SQLite does not wait by itself
        else:
            return


def _number(database: sqlite3.Connection, pragma: str) -> int:
    return int(database.execute(f"PRAGMA {pragma}").fetchone()[0])
