"""What readers make of small exports that are written in the tests."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from foreword.sources.opened import Opened, opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document

Read = Callable[[Opened, Report], Iterator[Document]]


def opened(content: str | bytes, name: str = "it.json") -> Opened:
    return opened_bytes(name, content.encode() if isinstance(content, str) else content)


def reading(read: Read, content: str | bytes) -> tuple[list[Document], Report]:
    """The documents of an export, and the report; each document has an author and an aware time, in order."""
    report = Report()
    documents = list(read(opened(content), report))
    check(documents)
    return documents, report


def reading_of_files(
    read: Callable[[Mapping[str, Opened], Report], Iterator[Document]], contents: Mapping[str, str | bytes]
) -> tuple[list[Document], Report]:
    """The same of several files."""
    report = Report()
    documents = list(read(files(contents), report))
    check(documents)
    return documents, report


def files(contents: Mapping[str, str | bytes]) -> dict[str, Opened]:
    return {path: opened(content, path) for path, content in contents.items()}


def check(documents: list[Document]) -> None:
    assert all(document.author for document in documents)
    assert all(document.time and document.time.utcoffset() is not None for document in documents)


def said(documents: list[Document]) -> list[tuple[str | None, str]]:
    """Who said what."""
    return [(document.author, document.text) for document in documents]


def texts(documents: list[Document]) -> list[str]:
    return [document.text for document in documents]


def local(*numbers: int) -> datetime:
    """A time of this computer's clock: year, month, day, and hour, minute, second as far as they are given."""
    year, month, day, hour, minute, second = (*numbers, 0, 0, 0)[:6]
    return datetime(year, month, day, hour, minute, second).astimezone()
