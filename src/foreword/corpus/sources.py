"""What a corpus is made of: how a source is read, what it is called, and the record that is kept of it."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from foreword.corpus.cleaned import CleanedText
from foreword.corpus.fingerprints import file_digests
from foreword.corpus.lines import Lines, Source
from foreword.corpus.samples import PREFIX, documents
from foreword.corpus.streams import SourceRecord
from foreword.sources.detect import STANDARD_INPUT
from foreword.sources.files import is_read_once
from foreword.sources.report import Report
from foreword.text.documents import Document
from foreword.text.secrets import Kind


def documents_of(
    source: Source, *, encoding: str | None, me: str | None, report: Report | None = None
) -> Iterator[Document]:
    """The documents of a source; the errors are those of `samples.documents`."""
    if isinstance(source, Lines):
        return source.documents()
    return documents(source, encoding=encoding, me=me, report=report)


def record(
    source: Source, text: CleanedText, secrets: Counter[Kind], *, encoding: str | None, me: str | None
) -> SourceRecord:
    """By what a source is known again, and the `secrets` that were taken out of its text."""
    return SourceRecord(
        name=name_of(source),
        sha256=text.sha256,
        characters=text.characters,
        files=_files(source, encoding, me),
        place=_place(source),
        secrets={str(kind): times for kind, times in secrets.items()},
    )


def name_of(source: Source) -> str:
    """The source as it was handed in; but `.` and `..` mean something only in the folder where they were said."""
    if isinstance(source, Lines):
        return source.name
    return source if Path(source).name not in {"", ".."} else _place(source)


def _place(source: Source) -> str:
    """Where the source can be found again, from whichever folder that is asked; nothing for what is read once."""
    if isinstance(source, Lines):
        return source.place
    if source == STANDARD_INPUT or is_read_once(source):
        return ""
    return source if source.startswith(PREFIX) else os.path.abspath(source)  # noqa: PTH100 - no links


def _files(source: Source, encoding: str | None, me: str | None) -> tuple[str, ...]:
    """The digests of the files in a folder, which is read once more for them."""
    if isinstance(source, Lines) or source.startswith(PREFIX) or not Path(source).is_dir():
        return ()
    return tuple(file_digests(documents(source, encoding=encoding, me=me)))
