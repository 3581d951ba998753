"""What follows once a personal model is there: it is tried on what it has not learned, then the memory learns all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from foreword.corpus.prepare import Corpus
from foreword.errors import ForewordError
from foreword.keyboard.memory import Memory, memory_path
from foreword.personal.events import Remembered, Tried, Warned
from foreword.personal.remembering import remember, seconds_to_remember
from foreword.personal.trying import BackTest
from foreword.runtime.model import Model

SHARE: Final = 0.03
"""Of the time that the training takes, for the back-test."""
MOST_SECONDS: Final = 40.0


def seconds_to_use(corpus: Corpus, trained: float) -> float:
    """About how long `use` takes, after a training of so many seconds."""
    return seconds_to_remember(corpus) + seconds_to_try(trained)


def seconds_to_try(trained: float) -> float:
    """How long the back-test may take, after a training of so many seconds."""
    return min(MOST_SECONDS, SHARE * trained)


def use(
    corpus: Corpus, to: Path, *, trained: float, encoding: str | None
) -> Iterator[Tried | Remembered | Warned]:
    """Try the model `to` on the last messages of its corpus, then let the memory beside it learn all of them.

    It was `trained` for so many seconds.
    """
    figures = BackTest(Model.open(to), corpus).figures(seconds_to_try(trained))
    if figures:
        yield Tried(figures=figures)
    try:
        memory = Memory.open(memory_path(str(to)))
        yield from remember(corpus, memory, encoding)
        yield from (Warned(message=note) for note in memory.notes)
        memory.close()
    except ForewordError as error:
        yield Warned(message=f"the memory has learned nothing: {error}")
