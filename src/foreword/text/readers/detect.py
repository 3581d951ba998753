"""Telling sources apart: by what is in them, a chat of some program, a document, or plain text."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Final

from foreword.errors import SourceEmpty, SourceNotText
from foreword.text.documents import Document
from foreword.text.readers.files import (
    files_of_archive,
    files_of_folder,
    is_archive,
    opened_file,
    opened_standard_input,
)
from foreword.text.readers.formats import COLLECTIONS, Files, format_of
from foreword.text.readers.opened import Opened
from foreword.text.readers.people import own_words, people_of, shown_name
from foreword.text.readers.plain import check_encoding, is_text, read_plain
from foreword.text.readers.refused import is_other_json
from foreword.text.readers.report import Report

__all__ = ["STANDARD_INPUT", "people_in", "read_source"]

STANDARD_INPUT: Final = "-"
PLAIN: Final = "text"
NO_TEXT: Final = "file without text"
OTHER_JSON: Final = "JSON file of no known program"


def read_source(
    source: str,
    *,
    encoding: str | None = None,
    me: str | None = None,
    everybody: bool = False,
    report: Report | None = None,
) -> Iterator[Document]:
    """What the person `me` wrote in a file, in the files of a folder or an archive, or in standard input (`-`).

    Where nobody is named in it, that is all of it, in reading order; else the person's messages, oldest first. What
    was understood of it, and what not, is added to `report`. With `everybody`, others' messages are read as well.

    A folder is read with its subfolders, `chapter 2` before `chapter 10`; hidden files and those that are not text
    are left out. What is compressed with gzip is known by its content; one that is damaged is left out of a folder.

    Raises:
        OptionError: there is no such encoding.
        SourceMissing: there is no such file or folder, or it may not be read.
        SourceEmpty: there is not one character in it.
        SourceNotText: it is a program or a picture, its compression is damaged, or most of it is unreadable.
        WrongEncoding: the bytes are not UTF-8, or not in the `encoding` given.
        PersonUnknown: several people wrote in it, and `me` is none of them.
    """
    report = Report() if report is None else report
    name, read = _reader(source, encoding)
    yield from _in_order_of_time(read(report) if everybody else own_words(name, read, me, report))
    report.check()


def people_in(source: str, *, encoding: str | None = None) -> Counter[str]:
    """Who wrote how many messages in a source; errors as those of `read_source`, but nobody need be named."""
    _, read = _reader(source, encoding)
    return people_of(read(Report()))


def _reader(source: str, encoding: str | None) -> tuple[str, Callable[[Report], Iterator[Document]]]:
    """What the source is called, and what reads it from its beginning, as often as it is called."""
    if encoding is not None:
        check_encoding(encoding)
    if source == STANDARD_INPUT:
        opened = opened_standard_input(encoding)
        return opened.name, partial(_read, opened)
    path = Path(source)
    if path.is_dir():
        files = files_of_folder(path, encoding)
        return source, partial(_read_files, files, f"the folder {path}")
    return source, partial(_read, opened_file(path, encoding))


def _read(opened: Opened, report: Report) -> Iterator[Document]:
    """All of a file, by whomever it was written."""
    found = format_of(opened)
    if found is not None:
        documents = found.read(opened, report)  # of a refused one, this is the error
        report.formats[found.name] += 1
        yield from _counted(documents, report)
    elif is_archive(opened):
        yield from _read_files(files_of_archive(opened), opened.name, report)
    elif is_other_json(opened):
        raise SourceNotText(
            f"{opened.name} is JSON of no program that is known; hand in the text that is in it"
        )
    else:
        report.formats[PLAIN] += 1
        report.messages += 1
        yield from read_plain(opened.blocks(), opened.name, opened.encoding)


def _counted(documents: Iterator[Document], report: Report) -> Iterator[Document]:
    for document in documents:
        report.messages += 1
        name = document.author if document.author is None else shown_name(document.author)
        yield document if name == document.author else replace(document, author=name)


def _read_files(files: Files, name: str, report: Report) -> Iterator[Document]:
    """All of the files in a folder or an archive: those that belong together first, then each for itself."""
    left, empty, damages = dict(files), True, list[SourceNotText]()
    for collection in COLLECTIONS:
        theirs = {path: left.pop(path) for path in collection.fits(left)}
        if theirs:
            report.formats[collection.name] += 1
            for document in _counted(collection.read(theirs, report), report):
                empty = False
                yield document
    for opened in left.values():
        begun = False
        try:
            with contextlib.suppress(SourceEmpty):  # nothing but a byte order mark
                for document in _read(opened, report) if _is_readable(opened, report) else ():
                    begun, empty = True, False
                    yield document
        except SourceNotText as damage:
            if begun:
                raise
            damages.append(damage)
            report.notes.append(f"left out: {damage}")
    if empty:
        if damages:
            raise damages[0]
        raise SourceEmpty(f"no file in {name} holds text; name a folder with text files in it")


def _is_readable(opened: Opened, report: Report) -> bool:
    """Whether a file among others holds text, in a format or plain.

    What is compressed is unpacked once for nothing: what was handed out before its damage shows could not be taken
    back.

    Raises:
        SourceNotText: it is damaged.
    """
    if opened.is_packed:
        for _ in opened.blocks():
            pass
    if not opened.head:
        return False
    if format_of(opened) is not None:
        return True
    if is_archive(opened):
        return bool(files_of_archive(opened))
    if is_other_json(opened):
        report.leave_out(OTHER_JSON)
        return False
    if is_text(opened.head, opened.encoding):
        return True
    report.leave_out(NO_TEXT)
    return False


def _in_order_of_time(documents: Iterator[Document]) -> Iterator[Document]:
    """Texts as they come, then messages by their times: somebody may have written in several chats at once."""
    messages = []
    for document in documents:
        if document.author is None or document.time is None:
            yield document
        else:
            messages.append((document.time, document))
    messages.sort(key=itemgetter(0))
    yield from (document for _, document in messages)
