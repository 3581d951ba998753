"""What a person's network knows of the messages in the memory beside it: what it was trained on, and what is new to it.

`foreword learn` needs no more than this to say what to do next. It needs no PyTorch.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword.keyboard.memory import Memory, Message, Met
from foreword.modelfolder import ModelFolder, names
from foreword.modelfolder.record import TrainingRecord

FEWEST: Final = 2_000
"""Characters of new messages from which on a network can learn something and be measured on the rest."""


@final
@dataclass(frozen=True, kw_only=True)
class TrainedOn:
    """The messages of a memory by what its network knows of them; `name` is that of the memory's file.

    Attributes:
        untrained: came in since the network was trained, or before, in no text that it was trained on.
        waiting: were held out of the last messages that it was trained on.
        trained: it was trained on them.
        held_out: are in the parts of a person's texts that are held out for good.
        notes: what a person should know of the memory.
    """

    name: str
    untrained: tuple[Message, ...]
    waiting: tuple[Message, ...] = ()
    trained: tuple[Message, ...] = ()
    held_out: tuple[Message, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, memory: Memory, folder: ModelFolder) -> "TrainedOn":
        """What the model in `folder` knows of `memory`.

        Raises:
            ModelMismatch: the model was replaced since it was read.
        """
        there = memory.messages()
        met = memory.met(weights_digest(folder)) or met_by_time(there, folder.record())

        def those(numbers: frozenset[int]) -> tuple[Message, ...]:
            return tuple(each for each in there if each.number in numbers)

        return cls(
            name=Path(memory.path or "the memory").name,
            untrained=tuple(each for each in there if each.number not in met.all),
            waiting=those(met.waiting),
            trained=those(met.trained),
            held_out=those(met.held_out),
            notes=tuple(memory.notes),
        )

    @property
    def characters(self) -> int:
        """Of the untrained messages, with the newline of each."""
        return characters_of(self.untrained)

    def is_enough(self) -> bool:
        """Whether a network can learn something from the untrained messages."""
        return self.characters >= FEWEST


def characters_of(messages: Iterable[Message]) -> int:
    """Of messages with a line each."""
    return sum(len(each.text) + 1 for each in messages)


def met_by_time(there: Sequence[Message], record: TrainingRecord) -> Met:
    """What a network must have met that this memory does not know: what was said up to the end of its training.

    So it is with a memory that was exported and imported elsewhere.
    """
    end = record.trained_at()
    if end is None:
        return Met()
    return Met(trained=frozenset(each.number for each in there if each.time <= end))


def weights_digest(folder: ModelFolder) -> str:
    """The SHA-256 of the file of weights in `folder`.

    Raises:
        ModelMismatch: it was replaced since it was read.
    """
    with (folder.path / names.WEIGHTS).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    folder.check_unchanged()
    return digest
