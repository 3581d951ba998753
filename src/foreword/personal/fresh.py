"""What a person's memory holds that the network beside it has not learned yet. It needs no PyTorch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final, final

from foreword.keyboard.memory import Memory, Met, Numbered, memory_path
from foreword.modelfolder import ModelFolder
from foreword.personal.start import weights_digest

FEWEST: Final = 2_000
"""Characters of new messages from which on a network can learn something and be measured on the rest."""


@final
@dataclass(frozen=True, kw_only=True)
class Fresh:
    """The messages of a memory by what its network has met of them; `name` is that of the memory's file.

    Attributes:
        new: came in since the network was trained, or before, in no text that it was trained on.
        waiting: were held out of the last messages that it was trained on.
        trained: it was trained on them.
        held_out: stand in the parts of a person's texts that are held out for good.
        notes: what a person should be told of the memory.
    """

    name: str
    new: tuple[Numbered, ...]
    waiting: tuple[Numbered, ...] = ()
    trained: tuple[Numbered, ...] = ()
    held_out: tuple[Numbered, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def characters(self) -> int:
        """Of the new messages, with the newline of each."""
        return characters_of(self.new)

    def is_enough(self) -> bool:
        """Whether a network can learn something from the new messages."""
        return self.characters >= FEWEST


def fresh_for(folder: ModelFolder) -> Fresh:
    """What the memory beside the model in `folder` holds for it.

    Raises:
        MemoryUnusable, MemoryTooNew, MemoryBusy: it cannot be read.
        ModelMismatch: The model was replaced since it was read.
    """
    memory = Memory.open(memory_path(str(folder.path)))
    try:
        return fresh_in(memory, folder)
    finally:
        memory.close()


def fresh_in(memory: Memory, folder: ModelFolder) -> Fresh:
    """What `memory` holds for the model in `folder`."""
    there = memory.numbered()
    met = memory.met(weights_digest(folder)) or met_by_time(there, folder.training)
    known = met.all
    return Fresh(
        name=Path(memory.path or "the memory").name,
        new=tuple(each for each in there if each.number not in known),
        waiting=_of(there, met.waiting),
        trained=_of(there, met.trained),
        held_out=_of(there, met.held_out),
        notes=tuple(memory.notes),
    )


def met_by_time(there: Sequence[Numbered], training: Mapping[str, object]) -> Met:
    """What a network must have met that this memory does not know: what was said up to the end of its training.

    So it is with a memory that was exported and imported elsewhere.
    """
    end = _end_of(training)
    if end is None:
        return Met()
    return Met(trained=frozenset(each.number for each in there if each.message.time <= end))


def characters_of(messages: Iterable[Numbered]) -> int:
    """Of messages that stand on a line each."""
    return sum(len(each.message.text) + 1 for each in messages)


def _of(there: Sequence[Numbered], numbers: frozenset[int]) -> tuple[Numbered, ...]:
    return tuple(each for each in there if each.number in numbers)


def _end_of(training: Mapping[str, object]) -> datetime | None:
    """When a model was trained; where its record has no more than the day, the end of that."""
    try:
        if isinstance(training.get("time"), str):
            return datetime.fromisoformat(str(training["time"])).astimezone(UTC)
        day = datetime.fromisoformat(str(training.get("date")))
    except ValueError:
        return None
    return datetime.combine(day, time.max, tzinfo=UTC)
