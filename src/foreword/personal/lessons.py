"""The lessons of a run: the messages that its memory and its network learn.

The memory learns the training part of a text before the network does, and the held-out part when the model is measured.
It then stores the numbers of the messages that the network was trained on. This module does not need PyTorch.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final, final

import msgspec
from msgspec import Struct

from foreword.corpus.texts import Line, Texts
from foreword.errors import RunError
from foreword.files import write_whole
from foreword.keyboard.forgotten_words import Blocked
from foreword.keyboard.learn import BATCH, portions
from foreword.keyboard.memory import KnownMessages, Memory, Message
from foreword.keyboard.messages import as_kept, cleaned, take
from foreword.keyboard.trained_on import known_by_time, weights_digest
from foreword.modelfolder import ModelFolder
from foreword.personal.continual import InitialWeights
from foreword.sources.samples import PREFIX

MOST_CHARACTERS: Final = 20_000_000  # longer texts are rarely one person's own, and would take minutes
NAME: Final = "lesson.json"


@final
class LineToLearn(Struct, array_like=True):
    """A line for the memory to learn, its place among the messages of its source, and the fingerprint up to it.

    `time` is the time of writing if the source has dates (`is_dated`), else the time of reading.
    """

    text: str
    time: datetime
    is_dated: bool
    place: int
    fingerprint: bytes

    @classmethod
    def of(cls, line: Line, moment: datetime) -> "LineToLearn":
        """A line that was read at a moment."""
        return cls(line.text, line.time or moment, line.time is not None, line.place, line.fingerprint)


@final
class Lessons(Struct, kw_only=True):
    """The messages of a run that its memory and network learn, saved in the run folder.

    Attributes:
        trained: the numbers of the messages in the training part, which the memory has learned.
        waiting: the numbers of held-out messages that came from the memory.
        left: the held-out lines by source, which the memory learns after the model is measured.
        messages: the number of messages that the memory has learned.
        known: the number of messages that it knew before.
    """

    trained: list[int] = msgspec.field(default_factory=list)
    waiting: list[int] = msgspec.field(default_factory=list)
    left: list[list[LineToLearn]] = msgspec.field(default_factory=list)
    messages: int = 0
    known: int = 0

    def keep(self, run: Path) -> None:
        """Write them into the run folder, completely or not at all."""
        write_whole(run / NAME, msgspec.json.encode(self), private=True)

    @classmethod
    def kept(cls, run: Path) -> "Lessons | None":
        """Those in a run folder; None if the memory learns nothing from its texts.

        Raises:
            RunError: their file is damaged.
        """
        path = run / NAME
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise RunError(f"{path} cannot be read: {error}; delete {run} and start a new run") from None


def teach(texts: Texts, memory: Memory, from_memory: Sequence[int] = ()) -> Lessons:
    """Let `memory` learn the training part of a person's own texts; the result has the rest.

    Samples are skipped: they are not the person's words. `from_memory` are the numbers of messages from the memory.

    Raises:
        MemoryUnusable: the memory cannot be written.
    """
    of_run, moment = Lessons(), datetime.now(UTC)
    for text in texts.new:
        lines = list(text.lines())
        if from_memory:
            for line in lines:
                (of_run.trained if line.is_trained else of_run.waiting).append(from_memory[line.number])
        elif not text.record.place.startswith(PREFIX):
            known = memory.last_known([line.fingerprint for line in lines])
            to_learn = [LineToLearn.of(line, moment) for line in lines]
            trained = sum(line.is_trained for line in lines)
            of_run.trained += _learn(to_learn[:trained], min(known, trained), memory, of_run)
            of_run.left.append(to_learn[trained:])
    return of_run


def learn_left(of_run: Lessons, memory: Memory) -> list[int]:
    """Let `memory` learn the held-out lines too; returns their numbers.

    A memory that was cleared since then does not learn them: their fingerprints would mark the whole source as learned.
    """
    numbers = list[int]()
    if of_run.trained and {*of_run.trained}.isdisjoint(each.number for each in memory.messages()):
        return numbers
    for lines in of_run.left:
        known = memory.last_known([each.fingerprint for each in lines])
        numbers += _learn(lines, known, memory, of_run, used=numbers)
    return numbers


def _learn(
    lines: list[LineToLearn], known: int, memory: Memory, of_run: Lessons, *, used: Iterable[int] = ()
) -> list[int]:
    """Let `memory` learn all lines but the first `known` ones; returns the message numbers of all lines.

    Equal lines have different numbers, so the numbers in `used` are not returned again.
    """
    taken = {*of_run.trained, *used}
    stored = memory.stored(taken)
    texts = (text for each in lines[:known] for text in as_kept(cleaned(each.text), Blocked()))
    numbers = [number for text in texts for number in take(stored, text)]
    taken.update(numbers)
    last = memory.last_number()
    for _, group in groupby(lines[known:], lambda each: (each.place - 1) // BATCH):  # as `learn_source` does
        batch = list(group)
        given = [Message(text=each.text, time=each.time, is_dated=each.is_dated) for each in batch]
        for start, end in portions([len(each.text) for each in given]):
            prints = [each.fingerprint for each in batch[start:end]]
            new, again, skipped = memory.learn_messages(
                given[start:end], fingerprints=prints, known=last, used=taken, stored=stored
            )
            numbers += new + again
            taken.update(again)
            of_run.messages += len(new)
            of_run.known += len(again) + skipped
    of_run.known += known
    return numbers


def note_trained(
    of_run: Lessons,
    held_out: Iterable[int],
    memory: Memory,
    folder: ModelFolder,
    initial: InitialWeights | None,
    *,
    name: str,
) -> None:
    """Write into `memory` which of its messages the network in `folder` was trained on.

    `name` is the name of its model: a network that is kept aside has another folder. The messages of the network that
    the training continued from count as well. A memory file that is new since then has none of the run's.

    Raises:
        MemoryUnusable: the memory cannot be written.
        ModelMismatch: the model was replaced meanwhile.
    """
    before = KnownMessages()
    if initial is not None:
        own = initial.name == name
        found = memory.known_to(initial.sha256)
        before = found or (known_by_time(memory.messages(), initial.record()) if own else KnownMessages())
        if found is not None:  # among the newest again: it stays in use if the new one is worse
            memory.set_known_to(initial.sha256, found)
    there = {each.number for each in memory.messages()}
    trained = before.trained | (there & {*of_run.trained})
    held = (before.held_out | {*held_out}) - trained
    waiting = (before.waiting | (there & {*of_run.waiting})) - trained - held
    known = KnownMessages(trained=trained, held_out=held, waiting=frozenset(waiting))
    memory.set_known_to(weights_digest(folder), known)
