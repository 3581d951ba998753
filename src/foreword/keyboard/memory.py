"""The person's memory: what they have written, counted, so that a word comes back the moment after it was used.

    memory = Memory.open("me.memory")
    memory.learn("see you tomorrow at the station")
    memory.candidates("see you ", "t", limit=3)      # [Candidate(word="tomorrow", probability=…), …]
    memory.forget("tomorrow")                         # deleted, and not learned again until memory.allow("tomorrow")

It needs no network. `ngrams.py` and `recency.py` say how its probabilities come about, `memory_file.py` how its file
survives. Several programs may use one file, and several threads one memory.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TypeVar, final

from foreword import modelfolder
from foreword.errors import MemoryDamaged, OptionError
from foreword.keyboard import networks, records
from foreword.keyboard.contexts import context_of
from foreword.keyboard.counting import Message, now
from foreword.keyboard.forgetting import checked
from foreword.keyboard.memory_file import MemoryFile
from foreword.keyboard.memory_schema import blocked_in
from foreword.keyboard.networks import Met, Numbered
from foreword.keyboard.ngrams import Candidate, Distribution
from foreword.keyboard.records import Forgotten, Latest, WordUse
from foreword.keyboard.view import View
from foreword.modelfolder.names import PERSONAL, memory_beside
from foreword.text.secrets import Kind

__all__ = ["Candidate", "Forgotten", "Memory", "Message", "Met", "Numbered", "WordUse", "memory_path"]

Answer = TypeVar("Answer")


@final
class Memory:
    """Counts what a person writes, and says which words are likely next.

    Whatever writes raises `MemoryFull`, `MemoryBusy` or `MemoryReadOnly` where it cannot, and then has changed nothing.
    """

    def __init__(self, file: MemoryFile) -> None:
        self._file = file
        self._lock = RLock()
        self._view: tuple[int, View] | None = None
        self._is_behind = True

    @classmethod
    def open(cls, path: str | Path | None = None) -> "Memory":
        """The memory in the file at `path`, made with the first message; without one, it ends with the process.

        A file that is damaged, or something else, is set aside, and `notes` says so.

        Raises:
            MemoryTooNew: a later version of Foreword wrote it.
            MemoryUnusable: it is no file, or cannot be read.
        """
        return cls(MemoryFile(None if path is None else Path(path)))

    def copy(self) -> "Memory":
        """The same memory in the process alone: what it learns is for trying out, and ends with it."""
        file = MemoryFile(None)
        self._read(lambda database: database.backup(file.database))
        return Memory(file)

    @property
    def path(self) -> Path | None:
        """Where the file is."""
        return self._file.path

    @property
    def notes(self) -> list[str]:
        """What a person should be told, such as that a damaged file was set aside."""
        return self._file.notes

    def candidates(self, before: str, typed: str, limit: int) -> list[Candidate]:
        """The likeliest known words that begin with `typed` (itself too, if it is one), best first.

        `before` is the text before the word being typed. The probabilities are P(whole word | before), not divided by
        that of the letters.
        """
        if limit < 1:
            raise OptionError(f"limit must be at least 1, not {limit}")
        return self._ask(before, lambda distribution: distribution.best(typed, limit))

    def after(self, before: str) -> Distribution:
        """The probabilities of all known words after `before`, as of this moment."""
        return self._ask(before, lambda distribution: distribution)

    def probability(self, before: str, word: str) -> float:
        """P(word | before), 0 for an unknown word."""
        return self._ask(before, lambda distribution: distribution.probability(word))

    def mass(self, before: str, typed: str) -> float:
        """P(a known word that begins with `typed` | before). What `typed=""` lacks to 1 is for words not known yet."""
        return self._ask(before, lambda distribution: distribution.mass(typed))

    def is_blocked(self, word: str) -> bool:
        """Whether the word, in any case, or a part of it between apostrophes and hyphens was forgotten.

        What another program has had forgotten shows after the next question for candidates or probabilities.
        """
        with self._lock:
            if self._view is None or self._is_behind:
                self._read(self._current)
            return self._view is not None and self._view[1].blocked.holds(word)

    def why(self, word: str) -> WordUse | None:
        """How often a word, in exact case, was written, and when last: why it is suggested. None for an unknown one."""
        return self._read(lambda database: records.why(database, word))

    def uses(self, limit: int, part: str = "") -> list[WordUse]:
        """The words used most, most used first: of those that have `part` in them, in any case."""
        return self._read(lambda database: records.uses(database, limit, part))

    def holding(self, word: str) -> list[Message]:
        """The messages that hold a word, in any case: those that `forget` would cut it out of.

        Raises:
            OptionError: it is not one word.
        """
        word = checked(word)
        return self._read(lambda database: records.holding(database, word))

    def messages(self) -> list[Message]:
        """All that was learned, in that order: what a network can be trained on further."""
        return self._read(lambda database: list(records.messages(database)))

    def latest(self) -> Latest:
        """What was learned last, which a network reads before the next message."""
        return self._read(records.latest)

    def numbered(self) -> list[Numbered]:
        """The same, each with the number by which it is known what a network has met."""
        return self._read(networks.numbered)

    def size(self) -> int:
        """How many messages there are."""
        return self._read(records.size)

    def met(self, network: str) -> Met | None:
        """Which messages a network has met, by the SHA-256 of its weights; None for one that is not known here."""
        return self._read(lambda database: networks.met(database, network))

    def set_met(self, network: str, met: Met) -> None:
        """Keep which messages a network has met."""
        self._write(lambda database: networks.set_met(database, network, met))

    def weights(self, model: str) -> list[float] | None:
        """The weights of the mixture with a model, or what else is kept under such a key, if some were kept."""
        return self._read(lambda database: records.weights(database, model))

    def learn(self, text: str, time: datetime | None = None) -> int:
        """Remember `text`, said now or at `time`; each of its lines is a message. How many messages there were."""
        return self.learn_messages([Message(text=text, time=time or now())])

    def learn_messages(
        self,
        messages: Iterable[Message],
        *,
        fingerprint: bytes | None = None,
        taken: Counter[Kind] | None = None,
    ) -> int:
        """Remember messages, all or none, and with them the fingerprint of the source that ends there.

        How many messages there were, as they were admitted (`admission.py`). The secrets that were taken out of them
        are added to `taken`.
        """
        given = list(messages)

        def change(database: sqlite3.Connection) -> tuple[int, Counter[Kind]]:
            if fingerprint is not None:
                records.add_source(database, fingerprint)
            return records.add(database, given)

        learned, secrets = self._write(change)
        if taken is not None:
            taken.update(secrets)
        return learned

    def last_known(self, fingerprints: Sequence[bytes]) -> int:
        """The place of the last of these that belongs to a source already learned, counted from 1; 0 if none does."""
        return self._read(
            lambda database: max(
                (at for at, each in enumerate(fingerprints, 1) if records.has_source(database, each)),
                default=0,
            )
        )

    def forget(self, word: str) -> Forgotten:
        """Delete a word, in any case, from the messages, the counts and the bytes of the file, and block it.

        Raises:
            OptionError: it is not one word.
        """
        word = checked(word)

        def change(database: sqlite3.Connection) -> Forgotten:
            records.block(database, word)
            records.begin_generation(database)
            return records.remove(database, word)

        found = self._write(change)
        self._wipe()
        return found

    def allow(self, word: str) -> bool:
        """Learn and suggest a forgotten word again from now on; False if it was not blocked."""
        word = checked(word)

        def change(database: sqlite3.Connection) -> bool:
            records.begin_generation(database)
            return records.unblock(database, word)

        return self._write(change)

    def blocked_among(self, known: Iterable[str]) -> tuple[list[str], int]:
        """The forgotten words as far as they are among `known`, and how many others there are, as hashes alone."""
        return self._read(lambda database: records.blocked_among(database, known))

    def blocked_digests(self) -> list[tuple[bytes, bytes]]:
        """The hashes of the forgotten words, and the key of each."""
        return self._read(records.blocked_digests)

    def block_digests(self, digests: Iterable[tuple[bytes, bytes]]) -> list[Forgotten]:
        """Block words by hashes from another memory; those of them that are known here are forgotten here too."""
        given = list(digests)

        def change(database: sqlite3.Connection) -> list[Forgotten]:
            return records.block_digests(database, given)

        found = self._write(change) if given else []
        if found:
            self._wipe()
        return found

    def damaged(self) -> list[Path]:
        """The files that were set aside because they were damaged. They may hold what was forgotten or cleared."""
        return self._file.damaged()

    def delete_damaged(self) -> list[Path]:
        """Delete these files; the words that were forgotten in them stay blocked. Which they were."""
        found = self.damaged()
        self.block_digests(set().union(*map(blocked_in, found)))
        for each in found:
            each.unlink(missing_ok=True)
        return found

    def clear(self) -> int:
        """Delete everything but what is blocked, and damaged files too; how many messages there were."""
        self.delete_damaged()

        def change(database: sqlite3.Connection) -> int:
            records.begin_generation(database)
            return records.clear(database)

        found = self._write(change)
        self._wipe()
        return found

    def set_weights(self, model: str, weights: Sequence[float]) -> None:
        """Keep the weights of the mixture with a model."""
        self._write(lambda database: records.set_weights(database, model, weights))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()

    def _ask(self, before: str, question: Callable[[Distribution], Answer]) -> Answer:
        context = context_of(before)
        return self._read(lambda database: question(self._current(database).distribution(database, context)))

    def _read(self, ask: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """An answer from one moment of the file."""

        def reading() -> Answer:
            self._file.reopen_if_replaced()
            with self._file.snapshot() as database:
                return ask(database)

        return self._mended(reading)

    def _write(self, change: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """A change of the file, all of it or nothing."""

        def writing() -> Answer:
            self._file.reopen_if_replaced()
            self._is_behind = True
            with self._file.writing() as database:
                return change(database)

        return self._mended(writing)

    def _mended(self, attempt: Callable[[], Answer]) -> Answer:
        """`attempt`, once more if the file was found damaged and set aside: what is being learned is not lost."""
        with self._lock:
            try:
                return attempt()
            except MemoryDamaged as damage:
                self._file.notes.append(str(damage))
                self._file.connect()
                return attempt()

    def _current(self, database: sqlite3.Connection) -> View:
        """The view of the same moment as the database."""
        changed = self._file.has_changed() or self._is_behind
        opening, view = self._view or (0, None)
        if view is None or opening != self._file.openings or (changed and not view.catch_up(database)):
            view = View(database)
            self._view = self._file.openings, view
        self._is_behind = False
        return view

    def _wipe(self) -> None:
        """Clear the traces of what was deleted, or note that another program holds them open."""
        with self._lock:
            if not self._file.wipe():
                self._file.notes.append(
                    f"another program is reading {self.path}; what was deleted leaves its files when that program ends"
                )


def memory_path(model: str | Path | None = None) -> Path:
    """Where the memory lies that goes with a model: beside its folder, whether these are there or not.

    Without a name it is that of $FOREWORD_MODEL, else that of `me`: a person's memory is theirs, also while they type
    with the shipped model.
    """
    is_named = model is not None or os.environ.get("FOREWORD_MODEL")
    return memory_beside(modelfolder.locate(model if is_named else PERSONAL))
