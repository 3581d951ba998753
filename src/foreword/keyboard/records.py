"""What can be done to the tables of a memory. Each function is one step inside a transaction of `memory_file.py`."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, final

from foreword.keyboard.admission import admitted
from foreword.keyboard.counting import ContextNumbers, Message, count, uncount
from foreword.keyboard.forgetting import Blocked, comparable, cut, digest, digests, places
from foreword.keyboard.memory_schema import add_blocked, sensible
from foreword.text.secrets import Kind
from foreword.text.words import folded

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = 500
"""Characters at most of what was learned last: more of them hardly help a network (docs/log.md)."""
FORGETTABLE_AT_ONCE: Final = 2_000  # messages: what is held in the process while a word is forgotten


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class WordUse:
    """A word in exact case, how often it was written, and when last."""

    word: str
    times: int
    last: datetime


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What became of a word: how often it was deleted, from how many messages, and known words that have it inside."""

    word: str
    times: int
    messages: int
    inside: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The messages that were learned last, each a line, and a stamp that no other state of the memory has."""

    text: str
    stamp: tuple[int, int]


def key(database: sqlite3.Connection) -> bytes:
    """The key of this memory's hashes."""
    return bytes(database.execute("SELECT value FROM facts WHERE name = 'key'").fetchone()[0])


def numbers(database: sqlite3.Connection) -> ContextNumbers:
    """How this memory numbers contexts."""
    return ContextNumbers(key(database))


def generation(database: sqlite3.Connection) -> int:
    """How often something was taken away or blocked: what was read before then no longer holds."""
    return int(database.execute("SELECT value FROM facts WHERE name = 'generation'").fetchone()[0])


def begin_generation(database: sqlite3.Connection) -> None:
    """Have everybody who uses this memory read it anew."""
    database.execute("UPDATE facts SET value = value + 1 WHERE name = 'generation'")


def messages(database: sqlite3.Connection) -> Iterator[Message]:
    """All messages, in the order in which they were learned."""
    for text, seconds in database.execute("SELECT text, time FROM messages ORDER BY id"):
        yield Message(text=text, time=moment(seconds))


def latest(database: sqlite3.Connection) -> Latest:
    """The messages learned last, as many as are short enough together; of a very long one its end."""
    said: list[str] = []
    left = LATEST
    for (text,) in database.execute("SELECT text FROM messages ORDER BY id DESC"):
        left -= len(text) + 1
        if left < 0:
            said = said or [text[-LATEST:]]
            break
        said.append(text)
    (last,) = database.execute("SELECT coalesce(max(id), 0) FROM messages").fetchone()
    return Latest(text="\n".join(reversed(said)), stamp=(generation(database), last))


def size(database: sqlite3.Connection) -> int:
    """How many messages there are."""
    return int(database.execute("SELECT count(*) FROM messages").fetchone()[0])


def add(database: sqlite3.Connection, given: Iterable[Message]) -> tuple[int, Counter[Kind]]:
    """Learn messages, as far as they are admitted; how many those were, and the secrets that were taken out of them."""
    taken = Counter[Kind]()
    kept = list(admitted(given, blocked(database), taken, after=latest(database).text))
    database.executemany(
        "INSERT INTO messages (text, time) VALUES (?, ?)", [(each.text, each.seconds) for each in kept]
    )
    count(database, kept, numbers(database))
    return len(kept), taken


def remove(database: sqlite3.Connection, word: str) -> Forgotten:
    """Cut a word out of all messages and counts."""
    touched = times = last = 0
    while chunk := _messages_with(database, word, after=last):
        uncount(database, [before for _, before, _, _ in chunk], numbers(database))
        count(database, [after for _, _, after, _ in chunk if after.text], numbers(database))
        database.executemany(
            "UPDATE messages SET text = ? WHERE id = ?",
            [(after.text, number) for number, _, after, _ in chunk],
        )
        times += sum(found for _, _, _, found in chunk)
        touched += len(chunk)
        last = chunk[-1][0]
    database.execute("DELETE FROM messages WHERE text = ''")
    wanted = comparable(word)
    known = (text for (text,) in database.execute("SELECT text FROM words ORDER BY count DESC, text"))
    inside = tuple(text for text in known if wanted in comparable(text))
    return Forgotten(word=word, times=times, messages=touched, inside=inside)


def _messages_with(
    database: sqlite3.Connection, word: str, *, after: int
) -> list[tuple[int, Message, Message, int]]:
    """Some of the messages numbered above `after` that hold the word: as they are, without it, how often it is in."""
    found = []
    rows = database.execute("SELECT id, text, time FROM messages WHERE id > ? ORDER BY id", (after,))
    for number, text, seconds in rows:
        spans = places(text, word)
        if spans:
            before, rest = (Message(text=each, time=moment(seconds)) for each in (text, cut(text, spans)))
            found.append((number, before, rest, len(spans)))
        if len(found) == FORGETTABLE_AT_ONCE:
            break
    return found


def holding(database: sqlite3.Connection, word: str) -> list[Message]:
    """The messages that hold the word: those that it would be cut out of."""
    return [message for message in messages(database) if places(message.text, word)]


def block(database: sqlite3.Connection, word: str) -> None:
    """Never learn this word again, nor suggest it."""
    own = key(database)
    database.execute("INSERT OR IGNORE INTO blocked VALUES (?, ?)", (digest(word, own), own))


def unblock(database: sqlite3.Connection, word: str) -> bool:
    """Learn and suggest it again from now on; False if it was not blocked."""
    rows = database.execute("SELECT digest, key FROM blocked").fetchall()
    hits = [(hashed,) for hashed, its_key in rows if hashed in digests(word, its_key)]
    database.executemany("DELETE FROM blocked WHERE digest = ?", hits)
    return bool(hits)


def blocked(database: sqlite3.Connection) -> Blocked:
    """The forgotten words."""
    return Blocked(blocked_digests(database))


def blocked_digests(database: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    """The hashes of the forgotten words, and the key of each."""
    return database.execute("SELECT digest, key FROM blocked ORDER BY digest").fetchall()


def blocked_among(database: sqlite3.Connection, known: Iterable[str]) -> tuple[list[str], int]:
    """The forgotten words as far as they are among `known`, sorted, and how many others there are."""
    left = dict(blocked_digests(database))
    found = set()
    for word in {comparable(each): each for each in known}.values() if left else ():
        for own in set(left.values()):
            for hashed in digests(word, own) & left.keys():
                found.add(word)
                del left[hashed]
    return sorted(found), len(left)


def block_digests(database: sqlite3.Connection, digests: Iterable[tuple[bytes, bytes]]) -> list[Forgotten]:
    """Block words by their hashes, and cut those that are known out of all messages."""
    begin_generation(database)
    add_blocked(database, digests)
    holds = blocked(database).holds
    known = [text for (text,) in database.execute("SELECT text FROM words") if holds(text)]
    return [remove(database, word) for word in known]


def uses(database: sqlite3.Connection, limit: int, part: str = "") -> list[WordUse]:
    """The words used most, most used first: of those that have `part` in them, in any case."""
    rows = database.execute("SELECT text, count, last FROM words ORDER BY count DESC, text")
    found = (row for row in rows if folded(part) in folded(row[0]))
    return [WordUse(word=text, times=times, last=moment(last)) for text, times, last in islice(found, limit)]


def why(database: sqlite3.Connection, word: str) -> WordUse | None:
    """How often a word, in exact case, was written, and when last; None if it was not."""
    row = database.execute("SELECT count, last FROM words WHERE text = ?", (word,)).fetchone()
    return None if row is None else WordUse(word=word, times=row[0], last=moment(row[1]))


def has_source(database: sqlite3.Connection, fingerprint: bytes) -> bool:
    """Whether a source with this fingerprint was learned."""
    row = database.execute("SELECT 1 FROM sources WHERE digest = ?", (_of_source(database, fingerprint),))
    return row.fetchone() is not None


def add_source(database: sqlite3.Connection, fingerprint: bytes) -> None:
    """Note that a source was learned."""
    database.execute("INSERT OR IGNORE INTO sources VALUES (?)", (_of_source(database, fingerprint),))


def _of_source(database: sqlite3.Connection, fingerprint: bytes) -> bytes:
    """With a key, so that the fingerprint of a text that somebody else has tells them nothing."""
    return hashlib.blake2b(fingerprint, digest_size=16, key=key(database)).digest()


def weights(database: sqlite3.Connection, model: str) -> list[float] | None:
    """The weights kept for a model."""
    row = database.execute("SELECT weights FROM weights WHERE model = ?", (model,)).fetchone()
    with sensible():
        return None if row is None else [float(each) for each in json.loads(row[0])]


def set_weights(database: sqlite3.Connection, model: str, values: Sequence[float]) -> None:
    """Keep the weights for a model."""
    database.execute("INSERT OR REPLACE INTO weights VALUES (?, ?)", (model, json.dumps(list(values))))


def clear(database: sqlite3.Connection) -> int:
    """Delete all but what is blocked; how many messages there were."""
    there = size(database)
    for table in ("messages", "words", "ngrams", "sources", "weights"):
        database.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are ours
    return there


def moment(seconds: int) -> datetime:
    """A stored time as one of the world's.

    Raises:
        sqlite3.DatabaseError: there is no such time, so the file is damaged.
    """
    with sensible():
        return _EPOCH + timedelta(seconds=seconds)
