"""The keyboards that type a person's messages again: ours with a model, the n-gram alone, and other programs.

All have read the earlier messages of the person, `train.txt`, and nothing else of the person; a stranger's model has
read nothing of the person.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import final

from benchmarks.peers.keyboard_process import Peer, started
from foreword.assess.keystrokes import Learns, NgramKeyboard, lines_of, sample
from foreword.errors import SourceEmpty, SourceMissing
from foreword.keyboard.learn import learn_source
from foreword.keyboard.memory import Memory, memory_path
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.model import Model
from foreword.sources.reading import documents

FOLDER = "{folder}"
"""The placeholder for the person's folder in the path of a model."""


@final
@dataclass(frozen=True, kw_only=True)
class Person:
    """A folder with `train.txt`, a line for each earlier message, and the messages to type."""

    folder: Path
    messages: Sequence[str]

    @property
    def train(self) -> Path:
        """The text that every contender has learned."""
        return self.folder / "train.txt"

    @classmethod
    def read(cls, folder: Path, count: int | None) -> "Person":
        """The person of that folder, who types the messages in `typed.txt`, or only `count` evenly spread ones.

        Raises:
            SourceMissing, SourceEmpty: One of the two files is missing, or has no message.
        """
        for name in ("train.txt", "typed.txt"):
            if not (folder / name).is_file():
                raise SourceMissing(
                    f"{folder} has no {name}; a person's folder has train.txt, what they wrote before, and typed.txt, "
                    "the messages to type again, one a line"
                )
        messages = lines_of([(folder / "typed.txt").read_text(encoding="utf-8")])
        if not messages:
            raise SourceEmpty(
                f"{folder / 'typed.txt'} is empty; put the messages to type again in it, one a line"
            )
        return cls(folder=folder, messages=messages if count is None else sample(messages, count))


@final
@dataclass(frozen=True, kw_only=True)
class Opened:
    """A keyboard that has learned a person's earlier messages, and the version of its program."""

    keyboard: Learns
    version: str


@final
@dataclass(frozen=True, kw_only=True)
class Contender:
    """A keyboard to measure, under a name for programs and one for people; `learn`: each finished message.

    Opening it raises `Unavailable` if it is missing, and a `ForewordError` if a person can correct the cause.
    """

    key: str
    title: str
    learn: bool
    opened: Callable[[Person], AbstractContextManager[Opened]]


def of_model(pattern: str) -> Callable[[Person], AbstractContextManager[Opened]]:
    """Our keyboard with the model that the pattern names for a person.

    It uses the memory beside the model, if there is one, and learns only the unknown messages of `train.txt`.
    """

    @contextmanager
    def opened(person: Person) -> Iterator[Opened]:
        name = model_of(pattern, person)
        with _memory(person, memory_path(name)) as memory:
            keyboard = Keyboard(Model.open(name), memory)
            yield Opened(keyboard=keyboard, version=version("foreword"))

    return opened


def of_stranger(path: str) -> Callable[[Person], AbstractContextManager[Opened]]:
    """Our keyboard with the model at that path and an empty memory: the state just after installation."""

    @contextmanager
    def opened(_: Person) -> Iterator[Opened]:
        with closing(Memory.open()) as memory:
            yield Opened(keyboard=Keyboard(Model.open(path), memory), version=version("foreword"))

    return opened


def model_of(pattern: str, person: Person) -> str:
    """The path of a person's model."""
    return pattern.replace(FOLDER, str(person.folder.resolve()))


@contextmanager
def of_counts(person: Person) -> Iterator[Opened]:
    """The memory alone."""
    with _memory(person) as memory:
        yield Opened(keyboard=NgramKeyboard(memory), version=version("foreword"))


def of_peer(peer: Peer) -> Callable[[Person], AbstractContextManager[Opened]]:
    """Another keyboard program."""

    @contextmanager
    def opened(person: Person) -> Iterator[Opened]:
        with started(peer.title, peer.command, person.train) as keyboard:
            yield Opened(keyboard=keyboard, version=keyboard.version)

    return opened


@contextmanager
def _memory(person: Person, beside: Path | None = None) -> Iterator[Memory]:
    """A memory of the process alone that has learned the person's earlier messages."""
    if beside is not None and beside.exists():
        kept = Memory.open(beside)
        memory = kept.copy()
        kept.close()
    else:
        memory = Memory.open()
    try:
        learn_source(memory, documents(str(person.train)))
        yield memory
    finally:
        memory.close()
