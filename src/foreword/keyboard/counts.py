"""Keeping the counts in step with the messages: what a message adds, and what it takes away when it goes.

At every moment the counts are those of the messages, whatever the order in which these came and went. A word counts
as an occurrence after its whole context. Whenever it follows a context for the first time, it counts once more after
the context that is one symbol shorter, as `ngram_model.py` has it; whenever for the last time, once less.
"""

import hashlib
import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, final

from foreword.keyboard.memory_file import fact, sensible
from foreword.keyboard.ngram_model import (
    ORDER,
    WINDOW,
    Context,
    Distribution,
    Followers,
    Lexicon,
    Recency,
    occurrences,
    suffixes,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
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


def moment(seconds: int) -> datetime:
    """A stored time.

    Raises:
        sqlite3.DatabaseError: there is no such time, so the file is damaged.
    """
    with sensible():
        return _EPOCH + timedelta(seconds=seconds)


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


KEPT_CONTEXTS: Final = 2_000
KEPT_DISTRIBUTIONS: Final = 8
MOST_MESSAGES: Final = 200
"""So many new messages are followed one by one; after more, all is read anew."""


@final
class View:
    """A memory's counts as of one moment, and how to get to a later one."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._numbers = ContextNumbers(fact(database, "key"))
        self._generation = fact(database, "generation")
        (self._seen,) = database.execute("SELECT coalesce(max(id), 0) FROM messages").fetchone()
        self._lexicon = Lexicon(
            database.execute(
                "SELECT words.id, text, ngrams.count FROM words JOIN ngrams ON context = ? AND word = words.id "
                "ORDER BY text",
                (EMPTY,),
            )
        )
        if (self._lexicon.counts < 0).any():
            raise sqlite3.DatabaseError("it counts less than nothing")
        self._recency = Recency(self._said(_last_messages(database)))
        self._followers: OrderedDict[int, Followers] = OrderedDict()
        self._distributions: OrderedDict[Context, Distribution] = OrderedDict()

    def distribution(self, database: sqlite3.Connection, context: Context) -> Distribution:
        """The probabilities of the words after a context."""
        if context not in self._distributions:
            levels = [self._read(database, each) for each in reversed(suffixes(context)[:-1])]
            self._distributions[context] = Distribution(
                self._lexicon, levels, self._recency.after(context[-1])
            )
            if len(self._distributions) > KEPT_DISTRIBUTIONS:
                self._distributions.popitem(last=False)
        return self._distributions[context]

    def catch_up(self, database: sqlite3.Connection) -> bool:
        """Take in what was learned since; False if that takes a new view, for it was much, or some was forgotten."""
        if fact(database, "generation") != self._generation:
            return False
        new = database.execute(
            "SELECT id, text FROM messages WHERE id > ? ORDER BY id LIMIT ?", (self._seen, MOST_MESSAGES + 1)
        ).fetchall()
        if len(new) > MOST_MESSAGES:
            return False
        for number, text in new:
            for word, context in occurrences(text):
                self._recount(database, word, context)
            self._recency.add(self._said([text]))
            self._seen = number
        if new:
            self._distributions.clear()
        return True

    def _recount(self, database: sqlite3.Connection, word: str, context: Context) -> None:
        """Read the counts of a word anew, wherever they are held here."""
        number = found(database.execute("SELECT id FROM words WHERE text = ?", (word,)))
        for each in suffixes(context):
            place = self._numbers.of(each)
            if place == EMPTY or place in self._followers:
                count = found(
                    database.execute(
                        "SELECT count FROM ngrams WHERE context = ? AND word = ?", (place, number)
                    )
                )
                if place == EMPTY:
                    self._lexicon.set(number, word, count)
                else:
                    self._followers[place].set(number, count)

    def _read(self, database: sqlite3.Connection, context: Context) -> Followers:
        number = self._numbers.of(context)
        if number not in self._followers:
            rows = database.execute("SELECT word, count FROM ngrams WHERE context = ?", (number,))
            followers = Followers(rows)
            if not self._lexicon.has(followers.ids) or (followers.counts < 1).any():
                raise sqlite3.DatabaseError("it counts what it does not know")
            self._followers[number] = followers
            if len(self._followers) > KEPT_CONTEXTS:
                self._followers.popitem(last=False)
        self._followers.move_to_end(number)
        return self._followers[number]

    def _said(self, messages: Iterable[str]) -> list[tuple[int, str]]:
        ids = self._lexicon.ids
        return [
            (ids[word], context[-1])
            for message in messages
            for word, context in occurrences(message)
            if word in ids
        ]


def _last_messages(database: sqlite3.Connection) -> list[str]:
    """The last messages, in their order: enough of them for the words of a moment ago."""
    said, words = [], 0
    for (text,) in database.execute("SELECT text FROM messages ORDER BY id DESC"):
        said.append(text)
        words += sum(1 for _ in occurrences(text))
        if words >= WINDOW:
            break
    return said[::-1]
