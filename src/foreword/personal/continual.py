"""A network and the memory beside it: what the memory is taught of a run's texts, and what `train --more` learns of it.

The memory learns the training part of a text before the network does, and the held-out part when the model is measured.
By the numbers of these messages it knows what each network was trained on. So `train --more` learns what came into it
since, or else the texts of the last training. PyTorch is not needed here.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, final

import msgspec
from msgspec import Struct

from foreword.corpus.samples import PREFIX
from foreword.corpus.texts import MEMORY, Line, Lines, OldSource, Source, Texts, Unchanged
from foreword.errors import MemoryUnusable, RunError, SourceEmpty
from foreword.files import write_whole
from foreword.keyboard.forget import Blocked, as_kept
from foreword.keyboard.memory import Memory, Message, Met, memory_path
from foreword.keyboard.trained_on import FEWEST, TrainedOn, characters_of, met_by_time, weights_digest
from foreword.modelfolder import ModelFolder
from foreword.personal.initial import InitialWeights, Tables, own_sources
from foreword.runtime.model import Model
from foreword.text.counting import counted
from foreword.training.recipe import TextSettings

MOST_CHARACTERS: Final = 20_000_000
"""Texts that are longer are hardly a person's own, and would take minutes."""
AT_ONCE: Final = 1_000
"""Messages that are taught at once, as in `keyboard/learn.py`: other programs' turns come soon."""
NAME: Final = "lesson.json"


@final
class Left(Struct, array_like=True):
    """A line for the memory to learn, its place among the messages of its source, and the fingerprint up to it.

    `time` is when it was written, if the source is dated (`is_dated`), else when it was read.
    """

    text: str
    time: datetime
    is_dated: bool
    place: int
    fingerprint: bytes

    @classmethod
    def of(cls, line: Line, moment: datetime) -> "Left":
        """A line that was read at a moment."""
        return cls(line.text, line.time or moment, line.time is not None, line.place, line.fingerprint)


@final
class Lesson(Struct, kw_only=True):
    """What the memory and the network of a run learn of its messages, kept in the run folder.

    `trained` are the numbers of the messages in the training part, which the memory has learned; `waiting` those of
    messages from the memory that are held out; `left`, by source, the held-out lines, which the memory learns when the
    model has been measured. It has learned so many `messages`, and had `known` so many.
    """

    trained: list[int] = msgspec.field(default_factory=list)
    waiting: list[int] = msgspec.field(default_factory=list)
    left: list[list[Left]] = msgspec.field(default_factory=list)
    messages: int = 0
    known: int = 0

    def keep(self, run: Path) -> None:
        """Write it into the run folder, whole or not at all."""
        write_whole(run / NAME, msgspec.json.encode(self), private=True)

    @classmethod
    def kept(cls, run: Path) -> "Lesson | None":
        """The one in a run folder; None where the memory learns nothing of its texts.

        Raises:
            RunError: it is damaged.
        """
        try:
            return msgspec.json.decode((run / NAME).read_bytes(), type=cls)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise RunError(f"{run / NAME} cannot be read: {error}; delete {run} and start anew") from None


def teach(texts: Texts, memory: Memory, from_memory: Sequence[int] = ()) -> Lesson:
    """Let `memory` learn the training part of a person's own texts; what is left of them is in the lesson.

    A sample is nobody's own words. Messages that came from the memory are known to it by their numbers, `from_memory`.

    Raises:
        MemoryUnusable: the memory cannot be written.
    """
    lesson, moment = Lesson(), datetime.now(UTC)
    for text in texts.new:
        lines = list(text.lines())
        if text.record.place == MEMORY and from_memory:
            for line in lines:
                (lesson.trained if line.is_trained else lesson.waiting).append(from_memory[line.number])
        elif not text.record.place.startswith(PREFIX):
            known = memory.last_known([line.fingerprint for line in lines])
            to_learn = [Left.of(line, moment) for line in lines]
            trained = sum(line.is_trained for line in lines)
            lesson.trained += _learn(to_learn[:trained], min(known, trained), memory, lesson)
            lesson.left.append(to_learn[trained:])
    return lesson


def learn_left(lesson: Lesson, memory: Memory) -> list[int]:
    """Let `memory` learn the held-out lines too; their numbers."""
    numbers = list[int]()
    for lines in lesson.left:
        known = memory.last_known([each.fingerprint for each in lines])
        numbers += _learn(lines, known, memory, lesson, used=numbers)
    return numbers


def _learn(
    lines: list[Left], known: int, memory: Memory, lesson: Lesson, *, used: Iterable[int] = ()
) -> list[int]:
    """The numbers of the messages that the lines are in the memory, which learns all but the first `known` ones.

    Lines that look alike have different numbers, so none of those is given that are `used`.
    """
    numbers = list[int]()
    if known:
        there = _by_text(memory, {*lesson.trained, *used})
        kept = (text for each in lines[:known] for text in as_kept(each.text, Blocked()))
        numbers = [there[text].pop() for text in kept if there.get(text)]
    for piece in _pieces(lines[known:]):
        new = [Message(text=each.text, time=each.time) for each in piece]
        learned = memory.learn_messages(new, fingerprint=piece[-1].fingerprint)
        numbers, lesson.messages = numbers + learned, lesson.messages + len(learned)
    lesson.known += known
    return numbers


def _by_text(memory: Memory, used: Set[int]) -> dict[str, list[int]]:
    """The numbers of the messages in `memory` that are not used yet, by their text; the first one is the last."""
    found = dict[str, list[int]]()
    for each in reversed(memory.messages()):
        if each.number not in used:
            found.setdefault(each.text, []).append(each.number)
    return found


def _pieces(lines: list[Left]) -> Iterator[list[Left]]:
    """The lines as they are learned at once: cut where `learn_source` cuts them, which can go on from there."""
    piece = list[Left]()
    for line in lines:
        piece.append(line)
        if line.place % AT_ONCE == 0:
            yield piece
            piece = []
    if piece:
        yield piece


def note_trained(
    lesson: Lesson,
    held_out: Iterable[int],
    memory: Memory,
    folder: ModelFolder,
    initial: InitialWeights | None,
) -> None:
    """Let `memory` know which of its messages the network in `folder` was trained on.

    What the network knew that it went on from, it knows too.

    Raises:
        MemoryUnusable: the memory cannot be written.
        ModelMismatch: the model was replaced meanwhile.
    """
    before = Met()
    if initial is not None:
        own = initial.name == folder.path.name
        found = memory.met(initial.sha256)
        before = found or (met_by_time(memory.messages(), initial.record()) if own else Met())
    trained = before.trained | {*lesson.trained}
    held = (before.held_out | {*held_out}) - trained
    waiting = (before.waiting | {*lesson.waiting}) - trained - held
    memory.set_met(weights_digest(folder), Met(trained=trained, held_out=held, waiting=frozenset(waiting)))


# What train --more learns

COVERED: Final = 0.5
"""The share of the characters of a person's texts that the memory must have to stand for them."""


@final
@dataclass(frozen=True, kw_only=True)
class ToLearn:
    """What a run learns from, and what it shall not forget.

    Attributes:
        unchanged: the SHA-256 that each source must have, where it is one that the model was trained on.
        numbers: those of the messages that the first source is made of, where it came from the memory.
    """

    sources: tuple[Source, ...]
    old: tuple[OldSource, ...] = ()
    unchanged: tuple[str, ...] | None = None
    numbers: tuple[int, ...] = ()
    tables: Tables = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def more_for(model: Model, tables: Tables, *, old: tuple[OldSource, ...]) -> ToLearn:
    """What `train --more` without a source goes on with: what the memory took in, or else the model's own texts.

    Raises:
        SourceEmpty: the network was trained on all that the memory has.
        SourceMissing: the model does not say where its texts are, or one is gone.
    """
    try:
        with closing(Memory.open(memory_path(str(model.path)))) as memory:
            known = TrainedOn.of(memory, model.folder)
    except MemoryUnusable as error:
        return _own(model, tables, old, f"the memory has nothing to learn from: {error}")
    if not known.is_enough():
        there = counted(known.characters, "character") if known.untrained else "nothing"
        enough = f", and it takes {FEWEST:,} to learn from them" if known.untrained else ""
        why = f"{known.name} has taken in {there} since {model.path.name} was trained{enough}"
        own = _own(model, tables, old, why)
        return replace(own, notes=(*known.notes, *own.notes))
    new = sorted((*known.waiting, *known.untrained), key=lambda each: each.time)
    again = f", and {len(known.waiting):,} that were held out of the last ones" if known.waiting else ""
    note = (
        f"{model.path.name} learns {counted(len(known.untrained), 'message')} "
        f"({counted(known.characters, 'character')}) that {known.name} has taken in since{again}; "
        "the newest are held out"
    )
    share = tables["text"].get("held_out") or TextSettings().held_out
    return ToLearn(
        sources=(_lines(known.name, new),),
        old=old or _earlier(model, known),
        numbers=tuple(each.number for each in new),
        # A part to measure on, whatever the first training had: a worse model must show.
        tables={**tables, "text": {**tables["text"], "held_out": share}},
        notes=(*known.notes, note),
    )


def _own(model: Model, tables: Tables, old: tuple[OldSource, ...], why: str) -> ToLearn:
    """To go on with the texts of the model's last training, which are in files."""
    record = model.folder.record()
    if any(record.place_of(source) == MEMORY for source in record.sources):
        raise SourceEmpty(f"{why}; write on, or teach it more with: foreword learn SOURCE")
    return ToLearn(
        sources=own_sources(model),
        old=old or own_sources(model, old=True),
        unchanged=tuple(source.sha256 or "" for source in record.sources),
        tables=tables,
        notes=(f"{why}; it goes on with the texts that it was trained on",),
    )


def _earlier(model: Model, known: TrainedOn) -> tuple[OldSource, ...]:
    """What the network was trained on before: messages, parted as they were, and texts that the memory has not got.

    These are samples, whatever else was learned along as old text, and a person's texts where the memory was emptied or
    they are too long for it.
    """
    record = model.folder.record()
    own = [source for source in record.sources if not record.place_of(source).startswith(PREFIX)]
    taught = characters_of((*known.trained, *known.held_out))
    covered = taught >= COVERED * sum(source.characters or 0 for source in own)
    elsewhere = [
        text
        for source in (*record.sources, *record.old_sources)
        if not (covered and source in own)
        for text in _unchanged(record.place_of(source), source.sha256 or "")
    ]
    parted = (
        (f"{known.name}, learned before", known.trained, 0.0),
        (f"{known.name}, held out before", known.held_out, 1.0),
    )
    return (
        *(_lines(name, messages, held_out) for name, messages, held_out in parted if messages),
        *elsewhere,
    )


def _unchanged(place: str, sha256: str) -> Iterator[OldSource]:
    """The text at a place, if there still is one."""
    if place.startswith(PREFIX):
        yield place
    elif place not in {"", MEMORY} and Path(place).exists():
        yield Unchanged(place=place, sha256=sha256)


def _lines(name: str, messages: Sequence[Message], held_out: float | None = None) -> Lines:
    return Lines(name=name, lines=tuple(each.text for each in messages), held_out=held_out)
