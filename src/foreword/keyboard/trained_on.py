"""The messages of a memory that its network was trained on, and the new ones, for `train --more`.

`foreword learn` needs only this to name the next step. It needs no PyTorch.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword.keyboard.memory import KnownMessages, Memory, Message
from foreword.modelfolder import ModelFolder, names
from foreword.modelfolder.record import TrainingRecord

FEWEST: Final = 2_000
"""Characters of new messages: with this many, a network can learn from some and be measured on the rest."""


@final
@dataclass(frozen=True, kw_only=True)
class TrainedOn:
    """The messages of a memory, divided by their part in the network's training.

    Attributes:
        name: the name of the memory's file.
        untrained: messages in no text of that training; most came later.
        waiting: the newest messages of the last training, held out to measure it; the next training learns them.
        trained: messages that the network was trained on.
        held_out: messages in the permanently held-out parts of the person's texts.
        notes: the notes of the memory for the person.
    """

    name: str
    untrained: tuple[Message, ...]
    waiting: tuple[Message, ...] = ()
    trained: tuple[Message, ...] = ()
    held_out: tuple[Message, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, memory: Memory, folder: ModelFolder) -> "TrainedOn":
        """The messages of `memory`, divided by their part in the training of the model in `folder`.

        Raises:
            ModelMismatch: the model was replaced after it was read.
        """
        there = memory.messages()
        known = memory.known_to(weights_digest(folder)) or known_by_time(there, folder.record())
        numbers = known.all  # once: it is a new set of perhaps all numbers

        def those(numbers: frozenset[int]) -> tuple[Message, ...]:
            return tuple(each for each in there if each.number in numbers)

        return cls(
            name=Path(memory.path or "the memory").name,
            untrained=tuple(each for each in there if each.number not in numbers),
            waiting=those(known.waiting),
            trained=those(known.trained),
            held_out=those(known.held_out),
            notes=tuple(memory.notes),
        )

    @property
    def characters(self) -> int:
        """The characters of the untrained messages, with a newline for each."""
        return characters_of(self.untrained)

    def is_enough(self) -> bool:
        """True if a network can learn something from the untrained messages."""
        return self.characters >= FEWEST


def characters_of(messages: Iterable[Message]) -> int:
    """The characters of messages, with a newline for each."""
    return sum(len(each.text) + 1 for each in messages)


def known_by_time(there: Sequence[Message], record: TrainingRecord) -> KnownMessages:
    """The messages up to the end of a network's training, for a memory with no record of that training.

    A memory that was exported and imported elsewhere has none.
    """
    end = record.trained_at()
    if end is None:
        return KnownMessages()
    return KnownMessages(trained=frozenset(each.number for each in there if each.time <= end))


def weights_digest(folder: ModelFolder) -> str:
    """The SHA-256 of the file of weights in `folder`.

    Raises:
        ModelMismatch: it was replaced after it was read.
    """
    with (folder.path / names.WEIGHTS).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    folder.check_unchanged()
    return digest
