"""Reading a source: a file, a folder, an archive or standard input; whose words are taken, and in which order."""

import os
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Final

from foreword.errors import (
    ForewordError,
    MissingExtra,
    OptionError,
    PersonUnknown,
    SourceEmpty,
    SourceError,
    SourceNotText,
)
from foreword.sources.encodings import check_encoding, is_text
from foreword.sources.files import files_of_archive, files_of_folder, opened_file, opened_standard_input
from foreword.sources.formats import COLLECTIONS, OTHER_JSON, Collection, Files, format_of
from foreword.sources.lines import read_plain
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

Choose = Callable[[str, Counter[str]], str | None]
"""Asks who of the people in a source of that name is meant; None where nobody can be asked."""

OTHERS = "message of others"
NAMELESS = "(no name)"
"""Who has a name of nothing that can be seen: a mark of direction, say."""
_BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and signs by their category, yet blank

STANDARD_INPUT: Final = "-"
PLAIN: Final = "text"
NO_TEXT: Final = "file without text"


def read_source(
    source: str,
    *,
    encoding: str | None = None,
    me: str | None = None,
    everybody: bool = False,
    choose: Choose | None = None,
    report: Report | None = None,
) -> Iterator[Document]:
    """What the person `me` wrote in a file, in the files of a folder or an archive, or in standard input (`-`).

    Texts come in reading order, then messages, oldest first; with `everybody`, those of others as well. Where several
    people wrote and `me` is not given, `choose` is asked. What was understood, and what not, is added to `report`.

    A folder is read with its subfolders, `chapter 2` before `chapter 10`; hidden files and those that are not text
    are left out. A file of a folder or an archive that cannot be read is skipped, and the report says why; it is an
    error only where none can be read.

    Raises:
        OptionError: there is no such encoding, or `source` is empty.
        SourceMissing, SourceEmpty, SourceNotText, WrongEncoding: it cannot be read.
        PersonUnknown: several people wrote in it, and `me` is none of them.
    """
    check_named(source)
    if encoding is not None:
        check_encoding(encoding)
    report = Report() if report is None else report
    if source == STANDARD_INPUT:
        opened = opened_standard_input(encoding)
        source, found = opened.name, _read(opened, report)
    elif os.path.isdir(source):  # noqa: PTH112 - where it may not be asked, it is said below
        found = _read_files(files_of_folder(Path(source), encoding), f"the folder {Path(source)}", report)
    else:
        found = _read(opened_file(Path(source), encoding), report)
    yield from _in_order_of_time(found if everybody else own_words(source, found, me, report, choose))


def check_named(source: str) -> None:
    """Raise `OptionError` for a source without a name: as a path, an empty one would be the current folder."""
    if not source.strip():
        raise OptionError("a source is empty text, not the name of a file; was a variable not set?")


def _read(opened: Opened, report: Report) -> Iterator[Document]:
    """All of a file, by whomever it was written."""
    found = format_of(opened)
    if found is not None:
        yield from _counted(found.name, found.read(opened, report), report)
    elif opened.is_zip:
        yield from _read_files(files_of_archive(opened), opened.name, report)
    else:
        report.formats[PLAIN] += 1
        report.messages += 1
        yield from read_plain(opened)


def _counted(name: str, documents: Iterator[Document], report: Report) -> Iterator[Document]:
    """The documents of a format, counted; each author has a name that can be seen."""
    report.formats[name] += 1
    for document in documents:
        report.messages += 1
        shown = None if document.author is None else shown_name(document.author)
        yield document if shown == document.author else replace(document, author=shown)
    report.check()


def _read_files(files: Files, name: str, report: Report) -> Iterator[Document]:
    """All of the files in a folder or an archive: those that belong together first, then each for itself."""
    faults: list[ForewordError] = [each.fault for each in files.values() if each.fault is not None]
    for fault in faults:
        report.skip(fault)
    empty = True
    for read in _readings({path: opened for path, opened in files.items() if opened.fault is None}):
        own, begun = Report(), False
        try:
            for document in read(own):
                begun = True
                yield document
        except SourceEmpty:  # nothing but a byte order mark
            pass
        except (SourceError, MissingExtra) as fault:
            faults.append(fault)
            if OTHER_JSON not in own.left_out:  # of which a download may hold hundreds
                report.skip(fault)
        if not begun:
            own.formats.clear()
        report.add(own)
        empty = empty and not begun
    if empty:
        raise _nothing_in(name, faults)


def _nothing_in(name: str, faults: list[ForewordError]) -> ForewordError:
    """Why no text was found in a folder or an archive."""
    if not faults:
        return SourceEmpty(f"no file in {name} holds text; name a folder with text files in it")
    many = f"none of {len(faults):,} files in {name} can be read; the first: {faults[0]}"
    return SourceNotText(many) if len(faults) > 1 else faults[0]


def _readings(left: dict[str, Opened]) -> Iterator[Callable[[Report], Iterator[Document]]]:
    """What reads the collections among the files, and each of the others."""
    for collection in COLLECTIONS:
        theirs = {path: left.pop(path) for path in collection.fits(left)}
        if theirs:
            yield partial(_read_collection, collection, theirs)
    yield from (partial(_read_one_of_several, opened) for opened in left.values())


def _read_collection(collection: Collection, files: Files, report: Report) -> Iterator[Document]:
    return _counted(collection.name, collection.read(files, report), report)


def _read_one_of_several(opened: Opened, report: Report) -> Iterator[Document]:
    """A file, if it holds text. What was handed out before a fault cannot be taken back: it is read twice."""
    if not opened.head:
        return
    found = format_of(opened)
    if found is not None and found.name == OTHER_JSON:
        report.leave_out(OTHER_JSON)
    if found is None and not opened.is_zip:
        if not is_text(opened.head, opened.encoding):
            report.leave_out(NO_TEXT)
            return
        deque(read_plain(opened), maxlen=0)
    elif opened.is_packed:
        deque(opened.blocks(), maxlen=0)
    yield from _read(opened, report)


def _in_order_of_time(documents: Iterator[Document]) -> Iterator[Document]:
    """Texts as they come, then messages by their times: somebody may have written in several chats at once."""
    messages = []
    for document in documents:
        if document.author is None or document.time is None:
            yield document
        else:
            messages.append((document.time, document))
    yield from (document for _, document in sorted(messages, key=itemgetter(0)))


# Whose words are taken: of a chat, only the person's own


def own_words(
    name: str, documents: Iterable[Document], me: str | None, report: Report, choose: Choose | None = None
) -> Iterator[Document]:
    """What `me` wrote, of the documents; where only one person wrote, or nobody is named, all of it.

    If several people wrote and nobody was named, `choose` is asked who it is, when all of it is read. `PersonUnknown`
    where it does not know, or who was named is not among them.
    """
    people, messages = Counter[str](), list[Document]()
    for document in documents:
        if document.author is None:
            yield document
            continue
        people[document.author] += 1
        if me is None:
            messages.append(document)
        elif same_person(document.author, me):
            yield document
    if me is None and len(people) > 1:
        me = None if choose is None else choose(name, people)
        if me is None:
            advice = "say whose words are yours with --me"
            raise PersonUnknown(f"{name} has messages of {listed(people)}; {advice}", people)
    if me is not None:
        own = sum(count for author, count in people.items() if same_person(author, me))
        if people and not own:
            known = f"there are those of {listed(people)}"
            raise PersonUnknown(f"{name} has no messages of {me!r}; {known}", people)
        if others := people.total() - own:
            report.leave_out(OTHERS, others)
    yield from (each for each in messages if me is None or same_person(str(each.author), me))


def listed(people: Counter[str], most: int = 10) -> str:
    """The people, those with most messages first."""
    named = [f"{author} ({count:,})" for author, count in people.most_common(most)]
    rest = [f"{len(people) - most:,} others"] if len(people) > most else []
    return ", ".join([*named, *rest])


@lru_cache(maxsize=1024)
def shown_name(author: str) -> str:
    """The author's name; where nothing of it can be seen or typed, `NAMELESS`."""
    seen = any(unicodedata.category(each)[0] not in "CZM" and each not in _BLANK for each in author)
    return author if seen else NAMELESS


def same_person(author: str, me: str) -> bool:
    """Whether a name in a chat is the one that a person gave: capitals and blanks do not count."""
    return _key(author) == _key(me)


@lru_cache(maxsize=1024)
def _key(author: str) -> str:
    return " ".join(unicodedata.normalize("NFC", author).casefold().split())
