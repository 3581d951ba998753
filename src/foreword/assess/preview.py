"""A preview of a source: its content as Foreword reads it, and the messages that `learn` would learn."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from foreword.keyboard.forgotten_words import Blocked
from foreword.keyboard.learn import batches, messages_of
from foreword.keyboard.messages import admitted
from foreword.sources.reading import OTHERS, documents, is_own, unknown_person
from foreword.sources.report import Report
from foreword.text.document import Document
from foreword.text.secrets import Kind

SHOWN: Final = 3
LONGEST: Final = 200


@final
@dataclass(kw_only=True)
class Preview:
    """A source in figures and examples, filled while it is read."""

    report: Report = field(default_factory=Report)  # on the parts that were read and left out
    people: Counter[str] = field(default_factory=Counter)  # messages by person; empty if nobody is named
    messages: int = 0  # to learn: those of `me`, or all if nobody is named; each line is one
    characters: int = 0  # of these
    taken: Counter[Kind] = field(default_factory=Counter)  # secrets to remove
    first: datetime | None = None  # the time of the first message, if known
    last: datetime | None = None  # the time of the last message, if known
    examples: list[str] = field(default_factory=list)  # the first and the last messages; long ones are cut


def preview(
    source: str,
    *,
    encoding: str | None = None,
    me: str | None = None,
    watch: Callable[[Iterator[Document]], Iterator[Document]] = iter,
) -> Preview:
    """Read a whole source like `learn`, but learn nothing. All documents pass through `watch`.

    Raises:
        OptionError: `source` is empty.
        SourceError: the source cannot be read.
        PersonUnknown: the source names its people, and `me` is none of them.
    """
    found = Preview()
    read = documents(source, encoding=encoding, everybody=True, report=found.report)
    for batch in batches(messages_of(_own(watch(read), me, found))):
        for message in admitted(batch, Blocked(), found.taken):
            found.messages += 1
            found.characters += len(message.text)
            if len(found.examples) == 2 * SHOWN:
                del found.examples[SHOWN]
            found.examples.append(message.text[:LONGEST])
    if me is not None and found.people and found.report.left_out[OTHERS] == found.people.total():
        raise unknown_person(source, me, found.people)
    return found


def _own(read: Iterator[Document], me: str | None, found: Preview) -> Iterator[Document]:
    """The documents of `me`. This also counts people and records times in `found`."""
    for document in read:
        if document.author is not None:
            found.people[document.author] += 1
            if me is not None and not is_own(document, me):
                found.report.leave_out(OTHERS)
                continue
        if document.time is not None:
            found.first = min(document.time, found.first or document.time)
            found.last = max(document.time, found.last or document.time)
        yield document
