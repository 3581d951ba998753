"""The person's memory learns the texts that a model was made of, all of them: what was held out is measured by then."""

from typing import Final

from foreword.corpus.prepare import Corpus
from foreword.corpus.samples import documents
from foreword.errors import ForewordError
from foreword.keyboard.learning import Learned, learn_source
from foreword.keyboard.memory import Memory
from foreword.personal.events import Remembered, Warned

MOST_CHARACTERS: Final = 20_000_000
"""Texts that are longer are hardly a person's own, and would take minutes."""
SECONDS_PER_CHARACTER: Final = 5e-6


def seconds_to_remember(corpus: Corpus) -> float:
    """About how long it takes."""
    characters = sum(source.characters for source in corpus.sources)
    return SECONDS_PER_CHARACTER * characters if characters <= MOST_CHARACTERS else 0.0


def remember(corpus: Corpus, memory: Memory, encoding: str | None) -> Remembered | Warned:
    """Let the memory learn the sources of a corpus; of those that it has learned before, what is new.

    A model is there by now: what goes wrong is told, and no error.
    """
    if sum(source.characters for source in corpus.sources) > MOST_CHARACTERS:
        return Warned(
            message="the texts are too long for the memory; teach it your own with: foreword learn SOURCE"
        )
    found = Learned(messages=0, known=0)
    for source in corpus.sources:
        if not source.place:
            return Warned(
                message="the memory cannot learn standard input a second time; see foreword learn --help"
            )
        try:
            learned = learn_source(memory, documents(source.place, encoding=encoding, me=corpus.me))
        except ForewordError as error:
            return Warned(message=f"the memory has not learned {source.name}: {error}")
        found = Learned(messages=found.messages + learned.messages, known=found.known + learned.known)
    return Remembered(messages=found.messages, known=found.known)
