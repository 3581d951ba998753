"""What a source holds, as Foreword understands it, before anything is learned from it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from foreword.corpus.samples import documents
from foreword.text.documents import Document
from foreword.text.readers.people import same_person
from foreword.text.readers.report import Report

SHOWN: Final = 3
LONGEST: Final = 200


@final
@dataclass(frozen=True, kw_only=True)
class Preview:
    """A source in figures and examples.

    Attributes:
        report: what was understood of it, and what not.
        people: who wrote how many messages; empty where nobody is named.
        messages, characters: of those whose words would be learned: of `me`, or of all where nobody is named.
        first, last: when the first and the last of these were written, where that is known.
        examples: the first and the last of them, cut where they are long.
    """

    report: Report
    people: Counter[str]
    messages: int
    characters: int
    first: datetime | None
    last: datetime | None
    examples: list[str]


def preview(source: str, *, encoding: str | None = None, me: str | None = None) -> Preview:
    """Read all of a source, and learn nothing from it.

    Raises:
        SourceError: it cannot be read.
    """
    report, people = Report(), Counter[str]()
    messages = characters = 0
    first: list[str] = []
    last: list[str] = []
    times: list[datetime] = []
    for document in documents(source, encoding=encoding, everybody=True, report=report):
        if document.author is not None:
            people[document.author] += 1
        if not _is_own(document, me):
            continue
        messages += 1
        characters += len(document.text)
        if document.time is not None:
            times = [min([document.time, *times]), max([document.time, *times])]
        if len(first) < SHOWN:
            first.append(document.text[:LONGEST])
        else:
            last = [*last[1 - SHOWN :], document.text[:LONGEST]]
    return Preview(
        report=report,
        people=people,
        messages=messages,
        characters=characters,
        first=times[0] if times else None,
        last=times[-1] if times else None,
        examples=[*first, *last],
    )


def _is_own(document: Document, me: str | None) -> bool:
    return me is None or document.author is None or same_person(document.author, me)
