"""The counts of the n-gram model: they change with the messages in the file, and a view in memory answers quickly.

The counts are always those of the messages, in any order of learning and deletion. A word counts as an occurrence after
its whole context. When it first follows a context, it also counts once after the context that is one symbol shorter,
as `ngram_model.py` needs it. When its last occurrence after that context goes, this count goes too.
"""

import hashlib
import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from itertools import chain, islice
from typing import Final, final

from foreword.keyboard.memory_file import fact
from foreword.keyboard.messages import Message, moment
from foreword.keyboard.ngram_model import (
    ORDER,
    WINDOW,
    Context,
    CountedWords,
    Distribution,
    Followers,
    Recency,
    occurrences,
    suffixes,
)
from foreword.keyboard.signs import Signs

EMPTY: Final = 0  # the number of the context without symbols

KEPT_CONTEXTS: Final = 2_000
KEPT_DISTRIBUTIONS: Final = 8
TEXT_WITH_SIGNS: Final = 100_000
"""The characters of the last messages whose signs are counted. They show a person's habits, and take 60 ms."""
COUNTED_AT_ONCE: Final = 2_000  # messages
WORDS: Final = 2
"""The rule for the words counted. By the first, which no file names, the signs of Hebrew stood between words."""
MOST_NEW: Final = 200
"""At most this many new messages are added one by one; after more, all is read again."""


def number_of(context: Context, key: bytes) -> int:
    """A context as a number of 64 bits: a keyed hash that reveals none of the words in it."""
    if not context:
        return EMPTY
    digest = hashlib.blake2b("\0".join(context).encode(), digest_size=8, key=key).digest()
    return int.from_bytes(digest, "big", signed=True)


def count(database: sqlite3.Connection, messages: Iterable[Message], key: bytes) -> None:
    """Add messages to the counts, inside a transaction."""
    given = _Occurrences(messages)
    ids = dict(
        database.execute(
            "INSERT INTO words (text, count, last) VALUES (?, ?, ?) ON CONFLICT (text) DO UPDATE SET "
            "count = count + excluded.count, last = max(last, excluded.last) RETURNING text, id",
            (word, times, given.last[word]),
        ).fetchone()
        for word, times in sorted(given.words.items())
    )
    for symbols in range(ORDER - 1, -1, -1):
        for number, word, context, times in given.numbered(symbols, ids, key):
            (total,) = database.execute(
                "INSERT INTO ngrams VALUES (?, ?, ?) ON CONFLICT (context, word) DO UPDATE SET "
                "count = count + excluded.count RETURNING count",
                (number, ids[word], times),
            ).fetchone()
            if total == times and context:  # new: it counts once in the shorter context
                given.after[symbols - 1][context[1:], word] += 1


def uncount(database: sqlite3.Connection, messages: Iterable[Message], key: bytes) -> None:
    """Remove counted messages from the counts, inside a transaction."""
    given = _Occurrences(messages)
    known = "SELECT id FROM words WHERE text = ?"
    ids = {word: _found(database.execute(known, (word,))) for word in given.words}
    for symbols in range(ORDER - 1, -1, -1):
        for number, word, context, times in given.numbered(symbols, ids, key):
            place = number, ids[word]
            less = "UPDATE ngrams SET count = count - ? WHERE context = ? AND word = ? RETURNING count"
            if _found(database.execute(less, (times, *place))) == 0:
                database.execute("DELETE FROM ngrams WHERE context = ? AND word = ?", place)
                if context:
                    given.after[symbols - 1][context[1:], word] += 1
    rows = [(times, ids[word]) for word, times in given.words.items()]
    database.executemany("UPDATE words SET count = count - ? WHERE id = ?", rows)
    database.executemany("DELETE FROM words WHERE id = ? AND count = 0", [(each,) for each in ids.values()])


def recount(database: sqlite3.Connection) -> None:
    """Count all messages again, inside a transaction, if an earlier version of Foreword counted other words in them."""
    if database.execute("SELECT 1 FROM facts WHERE name = 'words' AND value = ?", (WORDS,)).fetchone():
        return
    divided = "SELECT 1 FROM messages WHERE text GLOB '*[\u05be\u05f3\u05f4]*' LIMIT 1"
    if database.execute(divided).fetchone():
        key = fact(database, "key")
        database.execute("DELETE FROM words")
        database.execute("DELETE FROM ngrams")
        rows = database.execute("SELECT text, time FROM messages ORDER BY id")
        while some := list(islice(rows, COUNTED_AT_ONCE)):
            count(database, [Message(text=text, time=moment(seconds)) for text, seconds in some], key)
        database.execute("UPDATE facts SET value = value + 1 WHERE name = 'generation'")
    database.execute("INSERT OR REPLACE INTO facts VALUES ('words', ?)", (WORDS,))


@final
class _Occurrences:
    """The words of some messages, with the count of each, also after each whole context, by context length."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.words: Counter[str] = Counter()
        self.last: dict[str, int] = {}  # seconds
        self.after: list[Counter[tuple[Context, str]]] = [Counter() for _ in range(ORDER)]
        for message in messages:
            seconds = message.seconds
            for word, context in occurrences(message.text):
                self.words[word] += 1
                self.last[word] = max(seconds, self.last.get(word, seconds))
                self.after[len(context)][context, word] += 1

    def numbered(self, symbols: int, ids: dict[str, int], key: bytes) -> list[tuple[int, str, Context, int]]:
        """The occurrences after contexts of this length, in the table's order, which is written fastest."""
        given = self.after[symbols].items()
        numbers = {context: number_of(context, key) for context, _ in self.after[symbols]}
        rows = [(numbers[context], word, context, times) for (context, word), times in given]
        return sorted(rows, key=lambda row: (row[0], ids[row[1]]))


def _found(rows: sqlite3.Cursor) -> int:
    """A number that every undamaged file has.

    Raises:
        sqlite3.DatabaseError: it is missing, so the file is damaged.
    """
    row = rows.fetchone()
    if row is None:
        raise sqlite3.DatabaseError("its counts are not those of its messages")
    return int(row[0])


@final
class CountsView:
    """A memory's counts at one moment, held in the process; it can catch up with a later moment.

    All known words are here. The followers of a context are read when a text first ends in it; those used last stay.
    After any program learns a message, only the words in it are read again.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._key: bytes = fact(database, "key")
        self._generation = fact(database, "generation")
        (self._seen,) = database.execute("SELECT coalesce(max(id), 0) FROM messages").fetchone()
        known = (
            "SELECT words.id, text, ngrams.count, words.count FROM words "
            "JOIN ngrams ON context = ? AND word = words.id"
        )
        self._words = CountedWords(database.execute(known, (EMPTY,)))
        if (self._words.counts < 0).any():
            raise sqlite3.DatabaseError("it counts less than nothing")
        self._recency = Recency(self._said(_last_messages(database, WINDOW, _symbols)))
        self._signs: Signs | None = None  # counted at the first request
        self._followers: OrderedDict[int, Followers] = OrderedDict()
        self._distributions: OrderedDict[Context, Distribution] = OrderedDict()

    def distribution(self, database: sqlite3.Connection, context: Context) -> Distribution:
        """The probabilities of the words after a context."""
        if context not in self._distributions:
            levels = [self._read(database, each) for each in reversed(suffixes(context)[:-1])]
            recent = self._recency.after(context[-1])
            self._distributions[context] = Distribution(self._words, levels, recent)
            if len(self._distributions) > KEPT_DISTRIBUTIONS:
                self._distributions.popitem(last=False)
        return self._distributions[context]

    def signs(self, database: sqlite3.Connection) -> Signs:
        """The signs of the last messages."""
        if self._signs is None:
            self._signs = Signs(_last_messages(database, TEXT_WITH_SIGNS, len))
        return self._signs

    def catch_up(self, database: sqlite3.Connection) -> bool:
        """Add the messages learned since; False if a new view is needed: after many messages or a forgotten word."""
        if fact(database, "generation") != self._generation:
            return False
        new = database.execute(
            "SELECT id, text FROM messages WHERE id > ? ORDER BY id LIMIT ?", (self._seen, MOST_NEW + 1)
        ).fetchall()
        if len(new) > MOST_NEW:
            return False
        for number, text in new:
            for word, context in occurrences(text):
                self._recount(database, word, context)
            self._recency.add(self._said([text]))
            if self._signs is not None:
                self._signs.add(text)
            self._seen = number
        if new:
            self._distributions.clear()
        return True

    def _recount(self, database: sqlite3.Connection, word: str, context: Context) -> None:
        """Read the counts of a word again, for each context held here."""
        rows = database.execute("SELECT id, count FROM words WHERE text = ?", (word,))
        number, written = next(rows, (0, 0))
        for each in suffixes(context):
            place = number_of(each, self._key)
            if place == EMPTY or place in self._followers:
                counted = "SELECT count FROM ngrams WHERE context = ? AND word = ?"
                times = _found(database.execute(counted, (place, number)))
                if place == EMPTY:
                    self._words.set(number, word, times, written)
                else:
                    self._followers[place].set(number, times)

    def _read(self, database: sqlite3.Connection, context: Context) -> Followers:
        number = number_of(context, self._key)
        if number not in self._followers:
            rows = database.execute("SELECT word, count FROM ngrams WHERE context = ?", (number,))
            followers = Followers(rows)
            if not self._words.has(followers.ids) or (followers.counts < 1).any():
                raise sqlite3.DatabaseError("it counts an unknown word")
            self._followers[number] = followers
            if len(self._followers) > KEPT_CONTEXTS:
                self._followers.popitem(last=False)
        self._followers.move_to_end(number)
        return self._followers[number]

    def _said(self, messages: Iterable[str]) -> list[tuple[int, str]]:
        ids, said = self._words.ids, chain.from_iterable(map(occurrences, messages))
        return [(ids[word], context[-1]) for word, context in said if word in ids]


def _last_messages(database: sqlite3.Connection, enough: int, size: Callable[[str], int]) -> list[str]:
    """The last messages, in order, until their sizes are enough."""
    said, sizes = [], 0
    for (text,) in database.execute("SELECT text FROM messages ORDER BY id DESC"):
        said.append(text)
        sizes += size(text)
        if sizes >= enough:
            break
    return said[::-1]


def _symbols(text: str) -> int:
    return sum(1 for _ in occurrences(text))
