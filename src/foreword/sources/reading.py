"""Reads a source: a file, a folder, an archive, standard input or a sample; selects by author, sorts by time."""

import os
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, final

from foreword.errors import (
    ForewordError,
    MissingExtra,
    OptionError,
    PersonUnknown,
    SourceEmpty,
    SourceError,
    SourceMissing,
    SourceNotText,
)
from foreword.sources.decoding import read_plain
from foreword.sources.encodings import check_encoding, is_text
from foreword.sources.formats import COLLECTIONS, OTHER_JSON, Collection, Format, format_of
from foreword.sources.opening import (
    Files,
    Opened,
    files_of_archive,
    files_of_folder,
    opened_file,
    opened_standard_input,
)
from foreword.sources.report import Report
from foreword.sources.samples import PREFIX, SAMPLES, sample
from foreword.text.document import Document
from foreword.text.words import folded

Choose = Callable[[str, Counter[str]], str | None]
"""Asks for the person's name, given the source's name and its people; None if nobody can answer."""

OTHERS = "message of others"
MIXED: Final = "text that has lines of others"
LISTED: Final = 10  # people whose names an error lists

STANDARD_INPUT: Final = "-"
PLAIN: Final = "text"
NO_TEXT: Final = "file without text"

_WITH_MEDIA: Final = frozenset({"Telegram", "Signal", "Discord", "Instagram or Messenger", "HTML"})
_MEDIA: Final = re.compile(r"(?:^|/)(?:files|media|chats/chat_\d+|[^/]+_Files)(?=/)")
_EXPORT: Final = re.compile(r"\.jsonl?$|^messages\d*\.html$")  # the latter is Telegram's
_DISCORD_INDEX: Final = "messages/index.json"
_WHATSAPP: Final = re.compile(r"(?:^_chat|(?:WhatsApp|واتسا[بپ]).*)\.txt$")


def documents(
    source: str,
    *,
    encoding: str | None = None,
    me: str | None = None,
    everybody: bool = False,
    choose: Choose | None = None,
    report: Report | None = None,
) -> Iterator[Document]:
    """A sample, or the texts and messages of the person `me` in a file, a folder, an archive or standard input (`-`).

    Texts come first, in reading order, then messages, oldest first. `everybody` adds the messages of other people. If
    several people wrote and `me` is None, `choose` asks for the person. `report` counts the text read and not read.

    A folder is read with its subfolders, without hidden files and files that are not text. A file of a folder or an
    archive that cannot be read is skipped, and the report says why. It is an error only if no file can be read.

    Raises:
        OptionError: there is no such encoding, or `source` is empty.
        SourceMissing, SourceEmpty, SourceNotText, WrongEncoding: the source cannot be read.
        PersonUnknown: `me` is none of the people, or several people wrote and nobody was chosen.
        DownloadFailed, MissingExtra: the sample cannot be downloaded, or is not installed.
    """
    if encoding is not None:
        check_encoding(encoding)
    check_are_there([source])
    if source.startswith(PREFIX):
        return sample(source.removeprefix(PREFIX), encoding)
    report = Report() if report is None else report
    found = _read_source(source, encoding, report)
    name = "standard input" if source == STANDARD_INPUT else source
    return _in_order_of_time(found if everybody else own_words(name, found, me, report, choose))


def check_are_there(sources: Iterable[str]) -> None:
    """Check that the sources exist, long before they are read.

    Raises:
        OptionError: a name is empty: as a path, it would mean the current folder.
        SourceMissing: there is no such file, folder or sample.
    """
    for source in sources:
        if not source.strip():
            raise OptionError("a source is empty text, not the name of a file; was a variable not set?")
        if not source.startswith(PREFIX):
            if source != STANDARD_INPUT and not os.path.exists(source):  # noqa: PTH110 - whatever is in the name
                opened_file(Path(source), None)  # raises the error with the reason
        elif source.removeprefix(PREFIX) not in SAMPLES:
            known = ", ".join(PREFIX + each for each in SAMPLES)
            raise SourceMissing(
                f"there is no sample {source!r}; there are {known}; for a file of that name write ./{source}"
            )


def _read_source(source: str, encoding: str | None, report: Report) -> Iterator[Document]:
    """All documents of a file, a folder, an archive or standard input, by any author."""
    if source == STANDARD_INPUT:
        yield from _read(opened_standard_input(encoding), report)
    elif os.path.isdir(source):  # noqa: PTH112 - Path.is_dir raises without permission; opening reports it
        yield from _read_files(files_of_folder(Path(source), encoding), f"the folder {Path(source)}", report)
    else:
        yield from _read(opened_file(Path(source), encoding), report)


def _read(opened: Opened, report: Report) -> Iterator[Document]:
    found = format_of(opened)
    if found is not None:
        yield from _counted(found, opened, report)
    elif opened.is_zip:
        yield from _read_files(files_of_archive(opened), opened.name, report)
    else:
        report.formats[PLAIN] += 1
        report.messages += 1
        yield from read_plain(opened)


def _counted(found: Format | Collection, given: Any, report: Report) -> Iterator[Document]:
    report.formats[found.name] += 1
    for document in found.read(given, report):
        report.messages += 1
        yield document
    report.check()


def _read_files(files: Files, name: str, report: Report) -> Iterator[Document]:
    """The documents of a folder or an archive: first the collections of files, then the single files.

    Messages that an earlier file has are left out: a later export of a chat repeats them.
    """
    attached = _attached(files)
    report.leave_out("attachment", len(attached))
    files = {path: opened for path, opened in files.items() if path not in attached}
    faults: list[ForewordError] = [each.fault for each in files.values() if each.fault is not None]
    report.skipped += map(str, faults)
    empty, exports = True, _Exports()
    for read in _readings({path: opened for path, opened in files.items() if opened.fault is None}):
        own, begun = Report(), False
        exports.next_file()
        try:
            for document in read(own):
                begun = True
                if exports.had(document):
                    own.leave_out("repeated message")
                else:
                    yield document
        except SourceEmpty:  # only a byte order mark
            pass
        except (SourceError, MissingExtra) as fault:
            faults.append(fault)
            # a download may hold hundreds of other JSON; an archive has listed its files
            if OTHER_JSON not in own.left_out and not own.skipped:
                report.skipped.append(str(fault))
        if not begun:
            own.formats.clear()
        report.add(own)
        empty = empty and not begun
    if empty:
        raise _nothing_in(name, faults)


@final
class _Exports:
    """The messages of the files of a folder. A message is known by author, text and minute, as the memory knows it."""

    def __init__(self) -> None:
        self._earlier, self._here = Counter[int](), Counter[int]()

    def next_file(self) -> None:
        for message, count in self._here.items():
            self._earlier[message] = max(count, self._earlier[message])
        self._here.clear()

    def had(self, document: Document) -> bool:
        """Count a document of this file; whether an earlier file has this message as often as this one so far."""
        if document.author is None or document.time is None:
            return False
        message = hash((document.author, document.time.timestamp() // 60, document.text))
        self._here[message] += 1
        return self._here[message] <= self._earlier[message]


def _nothing_in(name: str, faults: list[ForewordError]) -> ForewordError:
    if not faults:
        return SourceEmpty(f"no file in {name} holds text; name a folder with text files in it")
    many = f"none of {len(faults):,} files in {name} can be read; the first: {faults[0]}"
    return SourceNotText(many) if len(faults) > 1 else faults[0]


def _attached(files: Files) -> set[str]:
    """The paths of files that a chat program put beside an export: other people may have sent them.

    They are in folders such as `files` beside it, or beside the only chat of WhatsApp in its zip or unpacked folder.
    Meta's `no-data.txt`, Google's `archive_browser.html` and the README.txt of Discord's package are such files, too;
    and signal-export's `chat.md` and `index.html`, which repeat its `data.json`.
    """
    media = {path[: each.start()] for path in files for each in _MEDIA.finditer(path)}
    exports, texts = set[str](), dict[str, set[str]]()
    for path, opened in files.items():
        folder, _, name = path.rpartition("/")
        may_be = folder in media if _EXPORT.search(name) else _WHATSAPP.search(name)
        found = format_of(opened) if may_be and not opened.fault else None
        if found and found.name in _WITH_MEDIA:
            exports.add(folder)
        elif found and found.name == "WhatsApp":
            is_packed = opened.depth > 0 or "WhatsApp" in Path(opened.name).absolute().parent.name
            texts.setdefault(folder, set()).update([path] if is_packed else [])
    sent = {path for path in files if any(path[: each.start()] in exports for each in _MEDIA.finditer(path))}
    for path in files:
        chats = texts.get(path.rpartition("/")[0], set())
        if len(chats) == 1 and path not in chats and not path.endswith((".json", ".jsonl")):
            sent.add(path)
    for path in files:
        folder = path.removesuffix("chat.md")
        if f"{folder}data.json" in files:
            sent |= {path, f"{folder}index.html"}
        elif path.lower().endswith(_DISCORD_INDEX):
            sent.add(f"{path[: -len(_DISCORD_INDEX)]}README.txt")
        elif path.rpartition("/")[2] in {"no-data.txt", "archive_browser.html"}:
            sent.add(path)
    return sent & files.keys()


def _readings(left: dict[str, Opened]) -> Iterator[Callable[[Report], Iterator[Document]]]:
    """A reading function for each collection among the files, and for each other file."""
    for collection in COLLECTIONS:
        theirs = {path: left.pop(path) for path in collection.fits(left)}
        if theirs:
            yield partial(_counted, collection, theirs)
    yield from (partial(_read_one_of_several, opened) for opened in left.values())


def _read_one_of_several(opened: Opened, report: Report) -> Iterator[Document]:
    """A file, if it holds text. It is read twice: documents yielded before a fault cannot be taken back."""
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


def _in_order_of_time(found: Iterator[Document]) -> Iterator[Document]:
    """Texts in their order, then messages by time, because a person may write in several chats at once."""
    messages = []
    for document in found:
        if document.author is None or document.time is None:
            yield document
        else:
            messages.append((document.time, document))
    yield from (document for _, document in sorted(messages, key=itemgetter(0)))


# Selection by author: of a chat, only the person's own messages


def own_words(
    name: str, found: Iterable[Document], me: str | None, report: Report, choose: Choose | None = None
) -> Iterator[Document]:
    """The documents of `me` and those without an author; all documents if `me` is None and one person wrote.

    If several people wrote and `me` is None, `choose` asks for the person after all is read. Raises `PersonUnknown` if
    `choose` returns None, or if `me` is none of the people.
    """
    people, messages, own = Counter[str](), list[Document](), 0
    for document in _without_mixed(name, found, me, report):
        if document.author is None:
            yield document
            continue
        people[document.author] += 1
        if me is None:
            messages.append(document)
        elif is_own(document, me):
            own += 1
            yield document
    if me is None and len(people) > 1:
        me = None if choose is None else choose(name, people)
        if me is None:
            advice = "choose your name with --me"
            raise PersonUnknown(f"{name} has messages of {listed(people)}; {advice}", people)
        messages = [each for each in messages if is_own(each, me)]
        own = len(messages)
    report.me = me
    if me is not None:
        if people and not own:
            raise unknown_person(name, me, people)
        if not people:
            report.notes.append(f"no people were found in {name}: all its text counts as yours")
        report.leave_out(OTHERS, people.total() - own)
    yield from messages


def _without_mixed(
    name: str, found: Iterable[Document], me: str | None, report: Report
) -> Iterator[Document]:
    """The documents but texts of which several lines begin with the person's name: other people's words are there, too.

    Raises `PersonUnknown` if nothing is left.
    """
    begun = rf"^(?:[^\w\n]|[\d_年月日上下午]){{0,40}}?{re.escape(me or '')}[^\w\n]{{0,3}}?[:：] *(?:\S.{{0,30}}|$)"
    example, others = "", False
    for document in found:
        is_text = bool(me) and document.author is None
        lines = re.findall(begun, document.text, re.IGNORECASE | re.MULTILINE) if is_text else []
        if len(lines) > 1:
            example = example or lines[0]
            report.leave_out(MIXED)
        else:
            others = True
            yield document
    if example and not others:
        raise PersonUnknown(
            f"{name} has lines such as {example!r}, but it is no chat that Foreword knows; put each message on one "
            f"line, such as {me}: hello; or leave the name out if other people wrote nothing there",
            Counter(),
        )


def unknown_person(name: str, me: str, people: Counter[str]) -> PersonUnknown:
    """The error for a person who wrote no message in the source `name`."""
    return PersonUnknown(f"{name} has no messages of {me!r}; it has those of {listed(people)}", people)


def listed(people: Counter[str]) -> str:
    """The people and their message counts as text, the largest count first."""
    named = [f"{author} ({count:,})" for author, count in people.most_common(LISTED)]
    rest = [f"{len(people) - LISTED:,} others"] if len(people) > LISTED else []
    return ", ".join([*named, *rest])


def is_own(message: Document, me: str) -> bool:
    """Whether a message is one of `me`."""
    return message.own or same_person(str(message.author), me)


def same_person(author: str, me: str) -> bool:
    """Whether a name in a chat equals the given name, apart from capitals, spaces and invisible signs."""
    return _key(author) == _key(me)


@lru_cache(maxsize=1024)
def _key(author: str) -> str:
    visible = (each for each in folded(author) if each != "\ufe0f" and unicodedata.category(each) != "Cf")
    return " ".join("".join(visible).split())
