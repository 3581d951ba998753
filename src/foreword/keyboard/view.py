"""What the memory holds in the process to answer at once: read from the file when first asked for, then kept in step.

All known words lie here. The followers of a context are read when a text first ends in it; the ones used last stay.
After a message was learned, by whichever program, only the words in it are read again.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, final

from foreword.keyboard import records
from foreword.keyboard.contexts import Context, occurrences, suffixes
from foreword.keyboard.counting import EMPTY, found
from foreword.keyboard.lexicon import Lexicon
from foreword.keyboard.ngrams import Distribution, Followers
from foreword.keyboard.recency import WINDOW, Recency

KEPT_CONTEXTS: Final = 2_000
KEPT_DISTRIBUTIONS: Final = 8
MOST_MESSAGES: Final = 200
"""So many new messages are followed one by one; after more, all is read anew."""


@final
class View:
    """A memory's counts as of one moment, and how to get to a later one."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._numbers = records.numbers(database)
        self._generation = records.generation(database)
        self.blocked = records.blocked(database)
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
        if records.generation(database) != self._generation:
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
