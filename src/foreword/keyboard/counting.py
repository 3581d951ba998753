"""Keeping the counts in step with the messages: what a message adds, and what it takes away when it goes.

At every moment the counts are those of the messages, whatever the order in which these came and went. A word counts
as an occurrence after its whole context. Whenever it follows a context for the first time, it counts once more after
the context that is one symbol shorter, as `ngrams.py` has it; whenever for the last time, once less.
"""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, final

from foreword.keyboard.contexts import ORDER, Context, occurrences

EMPTY: Final = 0  # the number of the context without symbols


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text as it was said, and when: one line, cleaned, once it is in the memory."""

    text: str
    time: datetime

    @property
    def seconds(self) -> int:
        """The time as whole seconds since 1970, which is how it is stored."""
        return int(self.time.timestamp())


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@final
class ContextNumbers:
    """Contexts as numbers of 64 bits: keyed hashes, so that a number tells nothing of the words in it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, context: Context) -> int:
        """The number of a context, `EMPTY` for the one without symbols."""
        if not context:
            return EMPTY
        digest = hashlib.blake2b("\0".join(context).encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "big", signed=True)


def found(rows: sqlite3.Cursor) -> int:
    """The number that a whole file has there.

    Raises:
        sqlite3.DatabaseError: it is missing, so the file is damaged.
    """
    row = rows.fetchone()
    if row is None:
        raise sqlite3.DatabaseError("its counts are not those of its messages")
    return int(row[0])


def count(database: sqlite3.Connection, messages: Iterable[Message], numbers: ContextNumbers) -> int:
    """Add messages to the counts; their number of words. To be called inside a transaction."""
    given = _Occurrences(messages)
    ids = dict(
        database.execute(
            "INSERT INTO words (text, count, last) VALUES (?, ?, ?) ON CONFLICT (text) DO UPDATE SET "
            "count = count + excluded.count, last = max(last, excluded.last) RETURNING text, id",
            (word, times, given.last[word]),
        ).fetchone()
        for word, times in sorted(given.words.items())
    )
    times_after = given.after
    for symbols in range(ORDER - 1, -1, -1):
        for number, word, context, times in _numbered(times_after[symbols], numbers, ids):
            (total,) = database.execute(
                "INSERT INTO ngrams VALUES (?, ?, ?) ON CONFLICT (context, word) DO UPDATE SET "
                "count = count + excluded.count RETURNING count",
                (number, ids[word], times),
            ).fetchone()
            if total == times and context:
                times_after[symbols - 1][context[1:], word] += 1
    return sum(given.words.values())


def uncount(database: sqlite3.Connection, messages: Iterable[Message], numbers: ContextNumbers) -> None:
    """Take messages, which were counted, out of the counts again. To be called inside a transaction."""
    given = _Occurrences(messages)
    ids = {
        word: found(database.execute("SELECT id FROM words WHERE text = ?", (word,))) for word in given.words
    }
    times_after = given.after
    for symbols in range(ORDER - 1, -1, -1):
        for number, word, context, times in _numbered(times_after[symbols], numbers, ids):
            left = found(
                database.execute(
                    "UPDATE ngrams SET count = count - ? WHERE context = ? AND word = ? RETURNING count",
                    (times, number, ids[word]),
                )
            )
            if left == 0:
                database.execute("DELETE FROM ngrams WHERE context = ? AND word = ?", (number, ids[word]))
                if context:
                    times_after[symbols - 1][context[1:], word] += 1
    database.executemany(
        "UPDATE words SET count = count - ? WHERE id = ?",
        [(times, ids[word]) for word, times in given.words.items()],
    )
    database.executemany("DELETE FROM words WHERE id = ? AND count = 0", [(each,) for each in ids.values()])


@final
class _Occurrences:
    """The words of some messages.

    Attributes:
        words: how often each stands there.
        last: when it did last, in seconds.
        after: by the number of symbols in the context, how often each stands after each whole context.
    """

    def __init__(self, messages: Iterable[Message]) -> None:
        self.words: Counter[str] = Counter()
        self.last: dict[str, int] = {}
        self.after: list[Counter[tuple[Context, str]]] = [Counter() for _ in range(ORDER)]
        for message in messages:
            for word, context in occurrences(message.text):
                self.words[word] += 1
                self.last[word] = max(message.seconds, self.last.get(word, 0))
                self.after[len(context)][context, word] += 1


def _numbered(
    after: Counter[tuple[Context, str]], numbers: ContextNumbers, ids: dict[str, int]
) -> list[tuple[int, str, Context, int]]:
    """The occurrences in the order in which the table holds them, for so they are written fastest."""
    rows = [(numbers.of(context), word, context, times) for (context, word), times in after.items()]
    return sorted(rows, key=lambda row: (row[0], ids[row[1]]))
