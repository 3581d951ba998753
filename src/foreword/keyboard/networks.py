"""What the network beside a memory has met of its messages: the way to know what is new to it.

A network is known by the SHA-256 of its weights, so a model that is rolled back has met what that version had. Messages
are known by their numbers, which grow and are never given twice; a message of which a word was cut out stays the one
that it was. All of it is one fact of the memory, JSON, which does not travel with an export: there the numbers are
others.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any, Final, final

from foreword.keyboard.counting import Message
from foreword.keyboard.memory_schema import sensible
from foreword.keyboard.records import moment

KEPT: Final = 8
"""So many networks are known, those that were made last: more than versions of a model are kept."""
MOST_MESSAGES: Final = 10_000_000
_FACT: Final = "networks"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A message and its number in the memory."""

    number: int
    message: Message


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The numbers of the messages that a network has met.

    Attributes:
        trained: it was trained on them.
        held_out: they stand in a text of a person's, in the part that is held out of it for good.
        waiting: they were the newest and held out to measure with; others are by now, and so they are to be learned.
    """

    trained: frozenset[int] = frozenset()
    held_out: frozenset[int] = frozenset()
    waiting: frozenset[int] = frozenset()

    @property
    def all(self) -> frozenset[int]:
        """All of them."""
        return self.trained | self.held_out | self.waiting


def numbered(database: sqlite3.Connection) -> list[Numbered]:
    """All messages, in the order in which they were learned."""
    rows = database.execute("SELECT id, text, time FROM messages ORDER BY id")
    return [
        Numbered(number=number, message=Message(text=text, time=moment(seconds)))
        for number, text, seconds in rows
    ]


def met(database: sqlite3.Connection, network: str) -> Met | None:
    """What a network has met; None for one that is not known here."""
    found = _kept(database).get(network)
    if found is None:
        return None
    with sensible():
        return Met(**{name: frozenset(_numbers(runs)) for name, runs in found.items()})


def set_met(database: sqlite3.Connection, network: str, met: Met) -> None:
    """Keep what a network has met, as the last one that was made."""
    kept = {name: found for name, found in _kept(database).items() if name != network}
    kept[network] = {
        "trained": _runs(met.trained),
        "held_out": _runs(met.held_out),
        "waiting": _runs(met.waiting),
    }
    last = dict(list(kept.items())[-KEPT:])
    database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (_FACT, json.dumps(last)))


def _kept(database: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    row = database.execute("SELECT value FROM facts WHERE name = ?", (_FACT,)).fetchone()
    with sensible():
        return {} if row is None else {name: dict(runs) for name, runs in json.loads(row[0]).items()}


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as the first and the last of each run without a gap: there are few of these."""
    place = count()
    runs = (list(run) for _, run in groupby(sorted(numbers), lambda number: number - next(place)))
    return [[run[0], run[-1]] for run in runs]


def _numbers(runs: Any) -> Iterable[int]:
    if sum(last - first + 1 for first, last in runs) > MOST_MESSAGES:
        raise ValueError("more numbers than any memory has messages")
    return (number for first, last in runs for number in range(first, last + 1))
