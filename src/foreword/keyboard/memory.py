"""The person's memory: it counts the words that they write, so a word is suggested right after its first use.

    memory = Memory.open("me.memory")
    memory.learn("see you tomorrow at the station")
    memory.after("see you ").probability("tomorrow")
    memory.forget("tomorrow")   # deleted, and not learned again until memory.allow("tomorrow")

It needs no network. `ngram_model.py` computes its probabilities, and `memory_file.py` protects its file. Several
programs may use one file, and several threads one memory.
"""

import hashlib
import json
import secrets
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import count, groupby, islice
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeVar, final

from foreword import modelfolder
from foreword.errors import MemoryBusy, MemoryDamaged, MemoryFull, check_within
from foreword.keyboard import counts
from foreword.keyboard.casing import capitalized
from foreword.keyboard.counts import CountsView
from foreword.keyboard.forgotten_words import Blocked, checked, comparable, cut, digest, digests, places
from foreword.keyboard.memory_file import MemoryFile, add_blocked, blocked_in, fact, sensible
from foreword.keyboard.messages import Message, admitted, moment, take
from foreword.keyboard.ngram_model import Distribution, context_of
from foreword.keyboard.signs import Following
from foreword.modelfolder.names import PERSONAL, chosen, memory_beside
from foreword.text.cleaning import clean
from foreword.text.secrets import Kind
from foreword.text.words import matching

__all__ = ["Forgotten", "KnownMessages", "Memory", "Message", "WordUse", "memory_path"]

Answer = TypeVar("Answer")
ByMinute = defaultdict[tuple[str, int], list[int]]
"""The numbers of messages by text and minute; the earliest one is the last."""

LATEST: Final = 500
"""The most characters of the text learned last: more of them hardly help a network (docs/log.md)."""
FORGETTABLE_AT_ONCE: Final = 2_000  # messages held in the process while a word is forgotten
NETWORKS: Final = 8
"""The training of this many newest networks is stored: they are more than the versions kept of a model."""
MOST_MESSAGES: Final = 10_000_000


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class WordUse:
    """A word in exact case, how often it was written, and the last time."""

    word: str
    times: int
    last: datetime


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """A deleted word, the number of its deletions and of their messages, and the known words that contain it.

    These also have other accents, ELODIE for Élodie, or are names with another ending: Łucję for Łucja.
    """

    word: str
    times: int
    messages: int
    inside: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The messages learned last, one a line, and a stamp that no other state of the memory has."""

    text: str
    stamp: tuple[int, int]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMessages:
    """The numbers of the messages that a network knows."""

    trained: frozenset[int] = frozenset()
    held_out: frozenset[int] = frozenset()  # permanently
    waiting: frozenset[int] = frozenset()  # the newest, used to measure; the next training learns them

    @property
    def all(self) -> frozenset[int]:
        """The numbers of all these messages."""
        return self.trained | self.held_out | self.waiting


@final
class Memory:
    """Counts the words that a person writes, and returns the likely next words.

    A method that cannot write raises `MemoryFull`, `MemoryBusy` or `MemoryReadOnly`, and changes nothing.
    """

    def __init__(self, file: MemoryFile) -> None:
        self._file = file
        self._lock = RLock()
        self._view: tuple[int, CountsView, Blocked] | None = None
        self._is_behind = True
        self.has_traces = False  # a full or failing disk kept traces of deleted text

    @classmethod
    def open(cls, path: str | Path | None = None) -> "Memory":
        """Open the memory in the file at `path`; without a path, the memory ends with the process.

        The first message creates the file. A memory that is damaged is set aside, as is any file that ends in `.memory`
        and is none; `notes` says so.

        Raises:
            MemoryTooNew: a later version of Foreword wrote it.
            MemoryUnusable: it is no file, cannot be read, or is a file of another program.
        """
        return cls(MemoryFile(None if path is None else Path(path)))

    def copy(self) -> "Memory":
        """A copy of the memory that ends with the process, for trials."""
        file = MemoryFile(None)
        self._read(lambda database: database.backup(file.database))
        return Memory(file)

    def close(self) -> None:
        """Close the file for good: all else then raises `MemoryUnusable`."""
        with self._lock:
            self._file.close()

    @property
    def path(self) -> Path | None:
        """The path of the file; None without a file."""
        return self._file.path

    @property
    def notes(self) -> list[str]:
        """Notes for the person, for example that a damaged file was set aside."""
        return self._file.notes

    # The next words

    def after(self, before: str) -> Distribution:
        """The probabilities of all known words after `before`, at this moment."""
        context = context_of(before)
        return self._read(lambda database: self._current(database).distribution(database, context))

    def signs_after(self, before: str) -> Following:
        """The signs that may come after a text, at this moment."""
        line = clean(before[before.rfind("\n") + 1 :])
        return self._read(lambda database: self._current(database).signs(database).follow(line))

    def is_blocked(self, word: str, before: str = "") -> bool:
        """True if the word, in capitals too, or a part of it between apostrophes and hyphens was forgotten.

        In a script without spaces, a forgotten word may also begin in `before`, the text before the word.

        A word that another program forgets counts after the next request for probabilities.
        """
        with self._lock:
            if self._view is None or self._is_behind:
                self._read(self._current)
            return self._view is not None and self._view[2].holds(word, before)

    # The messages and words learned

    def why(self, word: str) -> WordUse | None:
        """How often and when last a word was written: in this form, else in its most used one; None if never."""
        form = comparable(clean(word))
        uses = [each for each in self._uses() if comparable(each.word) == form]
        return next((each for each in uses if each.word == word), uses[0] if uses else None)

    def times(self, word: str) -> int:
        """The number of times a word was written in this form, in small letters or with a capital."""
        rows = "SELECT count FROM words WHERE text IN (?, ?, ?)"
        return sum(self._rows(int, rows, word, word.lower(), capitalized(word)))

    def uses(self, limit: int, part: str = "") -> list[WordUse]:
        """The most used words that contain `part`, whatever the case and accents, most used first."""
        check_within("limit", limit, 1)
        wanted = matching(comparable(part))
        found = self._uses() if wanted else self._uses(limit)
        return [each for each in found if wanted in matching(comparable(each.word))][:limit]

    def _uses(self, limit: int = -1) -> list[WordUse]:
        return self._rows(
            _use, "SELECT text, count, last FROM words ORDER BY count DESC, text LIMIT ?", limit
        )

    def messages(self) -> list[Message]:
        """All messages, in the order in which they were learned."""
        return self._rows(_message, "SELECT text, time, id FROM messages ORDER BY id")

    def stored(self, but: Set[int] = frozenset()) -> dict[str, list[int]]:
        """The numbers of the messages by text, without those numbered in `but`; the earliest one is the last."""
        newest_first = "SELECT text, id FROM messages ORDER BY id DESC"
        found = defaultdict[str, list[int]](list)
        for text, number in self._read(lambda database: database.execute(newest_first).fetchall()):
            if number not in but:
                found[text].append(number)
        return dict(found)

    def by_minute(self) -> ByMinute:
        """The numbers of all messages."""
        found = ByMinute(list)
        for each in reversed(self.messages()):
            found[each.text, each.seconds // 60].append(each.number)
        return found

    def holding(self, word: str) -> list[Message]:
        """The messages that contain a word, in capital or small letters: `forget` would cut it out of them.

        Raises:
            OptionError: it is not one word.
        """
        word = checked(word)
        return [message for message in self.messages() if places(message.text, word)]

    def latest(self) -> Latest:
        """The text learned last; a network reads it before the next message."""
        return self._read(_latest)

    def size(self) -> int:
        """The number of messages."""
        return self._rows(int, "SELECT count(*) FROM messages")[0]

    def identity(self) -> str:
        """The identity of the memory, which is another one after `clear`."""
        key = self._read(lambda database: fact(database, "key"))
        return hashlib.blake2b(key=key, digest_size=8).hexdigest()

    # Learning

    def learn(self, text: str, time: datetime | None = None) -> int:
        """Learn `text`, written now or at `time`, each line as a message; return the number of messages."""
        return len(self.learn_messages([Message(text=text, time=time or datetime.now(UTC))])[0])

    def learn_messages(
        self,
        messages: Iterable[Message],
        *,
        fingerprints: Sequence[bytes] = (),
        taken: Counter[Kind] | None = None,
        known: int | None = None,
        used: Set[int] = frozenset(),
        stored: Mapping[str, list[int]] | None = None,
        by_minute: ByMinute | None = None,
        after: str = "",
    ) -> tuple[list[int], list[int], int]:
        """Learn messages, all or none, together with the fingerprints of the source up to the last two of them.

        The last message may have been growing; the fingerprint before it finds the source again. `fingerprints` has
        one for each message. If another program learns the same source, messages that it has learned are skipped.

        A dated message is not learned again if one of the first `known` messages has the same text and minute. By
        default, all are compared, but those numbered in `used`: each counts for one message. `by_minute` may hold
        those to compare. A message without a date is not learned again if `stored` has its text. The numbers of known
        messages are removed from both. Return the numbers of the new messages, as `admitted` leaves them, those of the
        messages that were known, and how many were skipped. Secrets removed from them are added to `taken`. `after` is
        the text before them, which may ask for a secret; by default, it is the text learned last.
        """
        given = list(messages)

        def change(database: sqlite3.Connection) -> tuple[list[int], list[int], int, Counter[Kind]]:
            skipped = _last_known(database, fingerprints)
            hashed = [(_of_source(database, each),) for each in fingerprints[-2:]]
            database.executemany("INSERT OR IGNORE INTO sources VALUES (?)", hashed)
            secrets, blocked = Counter[Kind](), Blocked(_blocked(database))
            kept = list(admitted(given[skipped:], blocked, secrets, after=after or _latest(database).text))
            there = _dated_among(database, kept, known, used) if by_minute is None else by_minute
            kept, again = _new_among(kept, there, stored or {})
            database.executemany(
                "INSERT INTO messages (text, time) VALUES (?, ?)",
                [(each.text, each.seconds) for each in kept],
            )
            counts.count(database, kept, fact(database, "key"))
            last = _last(database)
            new = [*range(last - len(kept) + 1, last + 1)]  # ids are assigned in order
            return new, again, skipped, secrets

        new, again, skipped, secrets = self._write(change)
        if taken is not None:
            taken.update(secrets)
        return new, again, skipped

    def last_number(self) -> int:
        """The number of the message learned last; 0 if there is none."""
        return self._read(_last)

    def last_known(self, fingerprints: Sequence[bytes]) -> int:
        """The position, from 1, of the last of these that belongs to a source already learned; 0 if there is none."""
        return self._read(lambda database: _last_known(database, fingerprints))

    # The training of networks: the SHA-256 of its weights identifies a network

    def known_to(self, network: str) -> KnownMessages | None:
        """The numbers of the messages that a network knows; None for an unknown network."""
        return self._read(lambda database: _known_to(database, network))

    def set_known_to(self, network: str, known: KnownMessages) -> None:
        """Store the numbers of the messages that a network knows."""
        self._write(lambda database: _set_known_to(database, network, known))

    # Forgetting

    def forget(self, word: str) -> Forgotten:
        """Delete a word, in capitals too, from the messages, the counts and the bytes of the file, and block it.

        Raises:
            OptionError: it is not one word.
        """
        word = checked(word)

        def change(database: sqlite3.Connection) -> Forgotten:
            key = fact(database, "key")
            add_blocked(database, [(digest(word, key), key)])
            _begin_generation(database)
            return _remove(database, word)

        return self._write(change, wipe=True)

    def allow(self, word: str) -> bool:
        """Unblock a forgotten word, so that it is learned and suggested again; False if it was not blocked."""
        word = checked(word)

        def change(database: sqlite3.Connection) -> bool:
            _begin_generation(database)
            hits = [(hashed,) for hashed, key in _blocked(database) if hashed in digests(word, key)]
            database.executemany("DELETE FROM blocked WHERE digest = ?", hits)
            return bool(hits)

        return bool(self.blocked_among([word])[0]) and self._write(change)

    def blocked_among(self, known: Iterable[str]) -> tuple[list[str], int]:
        """The forgotten words among `known`, sorted, and the number of others, known only as hashes."""
        left, found = dict(self.blocked_digests()), set()
        for word in {comparable(each): clean(each) for each in known}.values() if left else ():
            for key in set(left.values()):
                for hashed in digests(word, key) & left.keys():
                    found.add(word)
                    del left[hashed]
        return sorted(found), len(left)

    def blocked_digests(self) -> list[tuple[bytes, bytes]]:
        """The hash of each forgotten word, with its key."""
        return self._read(_blocked)

    def block_digests(self, digests: Iterable[tuple[bytes, bytes]]) -> None:
        """Block words by hashes from another memory, and forget the words among them that are known here."""
        given = list(digests)

        def change(database: sqlite3.Connection) -> None:
            _begin_generation(database)
            add_blocked(database, given)
            blocked = Blocked(_blocked(database))
            texts = (text for (text,) in database.execute("SELECT text FROM messages"))
            known = {comparable(each): each for text in texts for each in blocked.found_in(text)}
            for word in known.values():
                _remove(database, word)

        if given:
            self._write(change, wipe=True)

    def damaged(self) -> list[Path]:
        """The files that were set aside because of damage. They may hold forgotten or cleared text."""
        return self._file.damaged()

    def delete_damaged(self) -> list[Path]:
        """Delete the damaged files, and return them. The words forgotten in them stay blocked."""
        found = self.damaged()
        self.block_digests(set().union(*map(blocked_in, found)))
        for each in found:
            each.unlink(missing_ok=True)
        return found

    def clear(self) -> int:
        """Delete all but the blocked words, and also damaged files; return the number of messages deleted."""
        self.delete_damaged()

        def change(database: sqlite3.Connection) -> int:
            _begin_generation(database)
            database.execute("UPDATE facts SET value = ? WHERE name = 'key'", (secrets.token_bytes(32),))
            there = database.execute("DELETE FROM messages").rowcount
            for table in ("words", "ngrams", "sources", "weights"):
                database.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are ours
            return there

        is_missing = self.path is not None and not self.path.exists()
        return 0 if is_missing else self._write(change, wipe=True)

    # Numbers that a keyboard stores with the messages

    def weights(self, key: str) -> list[float] | None:
        """The numbers that a keyboard stored under a key, such as the weights of the mixture with a model."""

        def numbers(row: str) -> list[float]:
            with sensible():
                return [float(each) for each in json.loads(row)]

        found = self._rows(numbers, "SELECT weights FROM weights WHERE model = ?", key)
        return found[0] if found else None

    def set_weights(self, key: str, weights: Sequence[float]) -> None:
        """Store numbers under a key."""
        row = key, json.dumps(list(weights))
        self._write(lambda database: database.execute("INSERT OR REPLACE INTO weights VALUES (?, ?)", row))

    # Access to the file

    def _rows(self, make: Callable[..., Answer], statement: str, *values: str | int) -> list[Answer]:
        return self._read(lambda database: [make(*row) for row in database.execute(statement, values)])

    def _read(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """The answer from the file at one moment."""

        def reading() -> Answer:
            self._file.reopen_if_replaced()
            with self._file.snapshot() as database:
                return ask(database)

        return self._mended(reading)

    def _write(self, change: Callable[[sqlite3.Connection], Answer], *, wipe: bool = False) -> Answer:
        """Change the file, all or nothing; with `wipe`, also remove the traces of deleted text."""

        def writing() -> Answer:
            self._file.reopen_if_replaced()
            self._is_behind = True
            with self._file.writing() as database:
                counts.recount(database)
                return change(database)

        with self._lock:
            found = self._mended(writing)
            if wipe:
                self._wipe()
        return found

    def _wipe(self) -> None:
        """Remove the traces of deleted text, earlier ones too; a note says if some may stay."""
        traces = f"traces of the deleted text may stay in {self.path}"
        reading = f"another program is reading {self.path}"
        notes = self._file.notes
        notes[:] = [each for each in notes if not each.startswith((traces, reading))]
        self.has_traces = True
        try:
            if not self._file.wipe():
                notes.append(f"{reading}; the deleted text leaves its files when all programs have closed it")
            self.has_traces = False
        except (MemoryFull, MemoryBusy) as error:
            notes.append(f"{traces}; try again later ({error})")

    def _mended(self, attempt: Callable[[], Answer]) -> Answer:
        """Run `attempt`, and again if a damaged file was set aside, so that the new text is learned."""
        with self._lock:
            try:
                return attempt()
            except MemoryDamaged as damage:
                self._file.notes.append(str(damage))
                self._file.connect()
                return attempt()

    def _current(self, database: sqlite3.Connection) -> CountsView:
        """The view at the same moment as the database."""
        changed = self._file.has_changed() or self._is_behind
        opening, view, _ = self._view or (0, None, None)
        if view is None or opening != self._file.openings or (changed and not view.catch_up(database)):
            view = CountsView(database)
            self._view = self._file.openings, view, Blocked(_blocked(database))
        self._is_behind = False
        return view


def memory_path(model: str | Path | None = None) -> Path:
    """The path of the memory of a model: beside the model's folder. Neither needs to exist.

    If no model is `chosen`, it is the memory of `me`: a person uses their own memory with the shipped model too.
    """
    return memory_beside(modelfolder.locate(PERSONAL if chosen(model)[0] is None else model))


# Steps inside a transaction

_ENDINGS: Final = "aeiouyаеиоуыэюя"
"""The vowels that another ending replaces in Slavic names, without accents: Łucja, Łucję, Łucji."""


def _use(word: str, times: int, last: int) -> WordUse:
    return WordUse(word=word, times=times, last=moment(last))


def _message(text: str, seconds: int, number: int = 0) -> Message:
    return Message(text=text, time=moment(seconds), number=number)


def _latest(database: sqlite3.Connection) -> Latest:
    """The messages learned last, as many as fit into `LATEST`; of a very long one, its end."""
    said: list[str] = []
    left = LATEST
    for (text,) in database.execute("SELECT text FROM messages ORDER BY id DESC"):
        left -= len(text) + 1
        if left < 0:
            said = said or [text[-LATEST:]]
            break
        said.append(text)
    return Latest(text="\n".join(reversed(said)), stamp=(fact(database, "generation"), _last(database)))


def _last(database: sqlite3.Connection) -> int:
    (last,) = database.execute("SELECT coalesce(max(id), 0) FROM messages").fetchone()
    return int(last)


def _dated_among(
    database: sqlite3.Connection, messages: list[Message], known: int | None, used: Set[int]
) -> ByMinute:
    """The numbers of the stored messages that have the text and the minute of a dated one of these."""
    found = ByMinute(list)
    dated = {(each.text, each.seconds // 60) for each in messages if each.is_dated}
    if not dated:
        return found
    minutes = [minute for _, minute in dated]
    rows = database.execute(
        "SELECT text, time, id FROM messages WHERE time BETWEEN ? AND ? AND id <= ? ORDER BY id DESC",
        (min(minutes) * 60, max(minutes) * 60 + 59, _last(database) if known is None else known),
    )
    for text, second, number in rows:
        if (text, second // 60) in dated and number not in used:
            found[text, second // 60].append(number)
    return found


def _new_among(
    messages: list[Message], by_minute: ByMinute, stored: Mapping[str, list[int]]
) -> tuple[list[Message], list[int]]:
    """The messages to learn, and the numbers of the others: known with the same text, and minute if they are dated."""
    if not by_minute and not stored:
        return messages, []
    new, again = list[Message](), list[int]()
    for each in messages:
        same = by_minute[each.text, each.seconds // 60] if each.is_dated else []
        numbers = [same.pop()] if same else [] if each.is_dated else take(stored, each.text)
        again += numbers
        new += [] if numbers else [each]
    return new, again


def _remove(database: sqlite3.Connection, word: str) -> Forgotten:
    touched = times = last = 0
    key = fact(database, "key")
    while found := _messages_with(database, word, after=last):
        before = [_message(text, seconds) for _, text, seconds, _ in found]
        after = [_message(cut(text, spans), seconds) for _, text, seconds, spans in found]
        numbers = [number for number, *_ in found]
        counts.uncount(database, before, key)
        counts.count(database, [each for each in after if each.text], key)
        rows = [(each.text, number) for each, number in zip(after, numbers, strict=True)]
        database.executemany("UPDATE messages SET text = ? WHERE id = ?", rows)
        times += sum(len(spans) for *_, spans in found)
        touched += len(found)
        last = numbers[-1]
    database.execute("DELETE FROM messages WHERE text = ''")
    wanted = matching(comparable(word))
    known = (text for (text,) in database.execute("SELECT text FROM words ORDER BY count DESC, text"))
    stem = wanted[:-1] if len(wanted) > 3 and wanted[-1] in _ENDINGS else wanted
    longest = len(wanted) + 1
    keys = ((text, matching(comparable(text))) for text in known)
    inside = tuple(
        text
        for text, key in keys
        if wanted in key or (text[0].isupper() and key.startswith(stem) and len(key) <= longest)
    )
    return Forgotten(word=word, times=times, messages=touched, inside=inside)


def _messages_with(
    database: sqlite3.Connection, word: str, *, after: int
) -> list[tuple[int, str, int, list[tuple[int, int]]]]:
    """Some messages numbered above `after` that contain the word: number, text, time, and its positions."""
    rows = database.execute("SELECT id, text, time FROM messages WHERE id > ? ORDER BY id", (after,))
    found = ((*row, spans) for row in rows if (spans := places(row[1], word)))
    return list(islice(found, FORGETTABLE_AT_ONCE))


def _blocked(database: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    return database.execute("SELECT digest, key FROM blocked ORDER BY digest").fetchall()


def _begin_generation(database: sqlite3.Connection) -> None:
    """Make all users of this memory read it again: something was removed or blocked."""
    database.execute("UPDATE facts SET value = value + 1 WHERE name = 'generation'")


def _last_known(database: sqlite3.Connection, fingerprints: Sequence[bytes]) -> int:
    learned = {digest for (digest,) in database.execute("SELECT digest FROM sources")}
    places = enumerate(fingerprints, 1)
    return max((at for at, each in places if _of_source(database, each) in learned), default=0)


def _of_source(database: sqlite3.Connection, fingerprint: bytes) -> bytes:
    """A hash with the memory's key, so that nobody can look up a known text by its fingerprint."""
    return hashlib.blake2b(fingerprint, digest_size=16, key=fact(database, "key")).digest()


def _networks(database: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    row = database.execute("SELECT value FROM facts WHERE name = 'networks'").fetchone()
    with sensible():
        return {} if row is None else {name: dict(runs) for name, runs in json.loads(row[0]).items()}


def _known_to(database: sqlite3.Connection, network: str) -> KnownMessages | None:
    found = _networks(database).get(network)
    if found is None:
        return None
    with sensible():
        return KnownMessages(**{name: frozenset(_unpacked(runs)) for name, runs in found.items()})


def _set_known_to(database: sqlite3.Connection, network: str, known: KnownMessages) -> None:
    """Store this as the network made last. An export leaves it out, because its messages get new numbers."""
    kept = {name: found for name, found in _networks(database).items() if name != network}
    kept[network] = {field.name: _packed(getattr(known, field.name)) for field in fields(known)}
    last = json.dumps(dict(list(kept.items())[-NETWORKS:]))
    database.execute("INSERT OR REPLACE INTO facts VALUES ('networks', ?)", (last,))


def _packed(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as the first and the last of each run without a gap; there are few runs."""
    place = count()
    runs = (list(run) for _, run in groupby(sorted(numbers), lambda number: number - next(place)))
    return [[run[0], run[-1]] for run in runs]


def _unpacked(runs: Any) -> Iterable[int]:
    if sum(last - first + 1 for first, last in runs) > MOST_MESSAGES:
        raise ValueError("more numbers than any memory has messages")
    return (number for first, last in runs for number in range(first, last + 1))
