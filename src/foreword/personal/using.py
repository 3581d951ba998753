"""What follows once a personal model is there: it is tried on what it has not learned, then the memory learns all."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from foreword.corpus.prepare import Corpus
from foreword.errors import ForewordError
from foreword.keyboard.memory import Memory, memory_path
from foreword.personal.deadline import TYPING
from foreword.personal.events import Remembered, Reported, Tried, Warned
from foreword.personal.meeting import note_met
from foreword.personal.order import Use
from foreword.personal.remembering import months_of, remember, seconds_to_remember
from foreword.personal.reporting import write_report
from foreword.personal.trying import Attempt, BackTest
from foreword.runtime.model import Model

SHARE: Final = 0.05
"""Of the time that the training takes, for the back-test of a run that has no deadline."""
FEWEST_SECONDS: Final = 5.0
MOST_SECONDS: Final = 40.0
SHORT: Final = 20.0
"""A training of fewer seconds is a try, and so is what follows it."""


def seconds_to_use(corpus: Corpus, measuring: float) -> float:
    """About how long it takes, where all of the run may take so long for measuring."""
    return seconds_to_remember(corpus) + min(MOST_SECONDS, TYPING * measuring)


def seconds_to_try(trained: float, measuring: float) -> float:
    """How long the back-test may take, after a training of so many seconds."""
    if measuring < math.inf:
        return min(MOST_SECONDS, TYPING * measuring)
    return min(MOST_SECONDS, max(SHARE * trained, FEWEST_SECONDS if trained >= SHORT else 0.0))


def used(  # noqa: PLR0917
    corpus: Corpus, to: Path, made: Path, use: Use, seconds: float, encoding: str | None
) -> Iterator[Tried | Reported | Remembered | Warned]:
    """Try the model `to` on the last messages of its corpus, then let the memory beside it learn all of them.

    The try may take so many seconds. What was `made` is another model than the one in use where it is kept aside.
    """
    model = Model.open(to)
    attempt = BackTest(model, corpus, seconds).attempt(seconds)
    if attempt is not None:
        yield Tried(figures=attempt.figures())
    if use.html is not None:
        yield _reported(model, attempt, corpus, use, encoding)
    try:
        memory = Memory.open(memory_path(str(to)))
        yield from remember(corpus, memory, encoding)
        note_met(corpus, memory, to, made)
        yield from (Warned(message=note) for note in memory.notes)
        memory.close()
    except ForewordError as error:
        yield Warned(message=f"the memory has learned nothing: {error}")


def _reported(
    model: Model, attempt: Attempt | None, corpus: Corpus, use: Use, encoding: str | None
) -> Reported | Warned:
    """Write the report; the model is there, so what goes wrong is told, and no error."""
    if attempt is None or use.html is None:
        return Warned(message="there is no report: too little was held out to try the model on")
    try:
        months = months_of(attempt.messages, corpus, encoding)
        write_report(use.html, model, attempt, months, share=use.share, notes=corpus.notes)
    except ForewordError as error:
        return Warned(message=f"there is no report: {error}")
    return Reported(path=use.html)
