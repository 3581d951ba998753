"""The person's memory learns the texts that a model was made of, all of them: what was held out is measured by then."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from foreword.assess.keystrokes import lines_of
from foreword.corpus.lines import MEMORY
from foreword.corpus.prepare import Corpus, SourceRecord
from foreword.corpus.samples import PREFIX, documents
from foreword.corpus.streams import MANIFEST
from foreword.errors import ForewordError, SourceMissing
from foreword.keyboard.learn import learn_source
from foreword.keyboard.memory import Memory
from foreword.personal.events import Remembered, Warned
from foreword.personal.measuring import last_lines
from foreword.text.documents import Document
from foreword.text.secrets import Kind, told

MOST_CHARACTERS: Final = 20_000_000
"""Texts that are longer are hardly a person's own, and would take minutes."""
SECONDS_PER_CHARACTER: Final = 5e-6


def seconds_to_remember(corpus: Corpus) -> float:
    """About how long it takes."""
    if sum(source.characters for source in corpus.sources) > MOST_CHARACTERS:
        return 0.0
    return SECONDS_PER_CHARACTER * sum(source.characters for source in _own(corpus))


def remember(corpus: Corpus, memory: Memory, encoding: str | None) -> Iterator[Remembered | Warned]:
    """Let the memory learn the sources of a corpus; of those that it has learned before, what is new.

    A sample is nobody's own words, and is left out, as is what came from the memory. A model is there by now: what goes
    wrong is told, and no error.
    """
    if sum(source.characters for source in corpus.sources) > MOST_CHARACTERS:
        yield Warned(
            message="the texts are too long for the memory; teach it your own with: foreword learn SOURCE"
        )
        return
    messages = known = 0
    taken = Counter[Kind]()
    for source in _own(corpus):
        try:
            learned = learn_source(memory, _timed(_documents(source, corpus, encoding), _when_read(corpus)))
        except ForewordError as error:
            yield Warned(message=f"the memory has not learned {source.name}: {error}")
        else:
            messages, known = messages + learned.messages, known + learned.known
            taken += learned.taken
    if messages or known:
        yield Remembered(messages=messages, known=known, taken=told(taken))


def _own(corpus: Corpus) -> Iterator[SourceRecord]:
    """The sources that the memory learns: neither samples nor what came from the memory."""
    return (each for each in corpus.sources if not each.place.startswith(PREFIX) and each.place != MEMORY)


def months_of(messages: Sequence[str], corpus: Corpus, encoding: str | None) -> list[str | None]:
    """When each of the messages was written, such as "2026-11", where its source says so.

    Raises:
        SourceError: a source cannot be read any more.
    """
    wanted, found = set(messages), dict[str, str]()
    for source in corpus.sources:
        for document in _documents(source, corpus, encoding) if source.place not in {"", MEMORY} else ():
            if document.time is not None:
                month = f"{document.time:%Y-%m}"
                found |= {line: month for line in lines_of([document.text]) if line in wanted}
    return [found.get(message) for message in messages]


def _timed(documents: Iterator[Document], moment: datetime) -> Iterator[Document]:
    """The documents; those without a time of their own were said by the time that they were read."""
    return (replace(document, time=document.time or moment) for document in documents)


def _when_read(corpus: Corpus) -> datetime:
    """When the corpus was made of its sources: before anything that was typed while a network was trained."""
    return datetime.fromtimestamp((corpus.folder / MANIFEST).stat().st_mtime, UTC)


def _documents(source: SourceRecord, corpus: Corpus, encoding: str | None) -> Iterator[Document]:
    """The source once more; standard input, which cannot be read again, as the corpus has it, where it is alone in it.

    Raises:
        SourceError: it cannot be read any more.
    """
    if source.place:
        return documents(source.place, encoding=encoding, me=corpus.me)
    if len(corpus.sources) > 1:
        raise SourceMissing("standard input cannot be read again beside other sources; use foreword learn")
    parts = [part for part in (corpus.train, corpus.validation, corpus.test) if part is not None]
    return iter([Document(text="".join(last_lines(part, corpus, len(part.ids)) for part in parts))])
