"""Mail: mbox files, single messages (.eml, .emlx), and Maildir folders.

The author is the name of the From header, else its address; the time is that of the Date header. What a person did not
write in a mail is left out and counted: quoted replies, forwarded messages, signatures, attachments.
Messages lie in a file in the order in which they came, or in none, and a mail file may be larger than memory. So a file
is read once for the times in it, and then, in the order of time, as many times as its text would fill what may be held.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, final

from foreword.sources.documents import missing
from foreword.sources.mailheaders import Fields, author_of, fields_of, time_of
from foreword.sources.mailparts import body_of
from foreword.sources.mboxes import LONGEST, header_of, is_mbox, is_message, messages, unescaped
from foreword.sources.opened import Opened
from foreword.sources.quotes import own_words
from foreword.sources.report import Report
from foreword.text.counting import counted
from foreword.text.documents import Document

HELD: Final = 1 << 26
"""Bytes of mail, without attachments, whose texts are held at a time to put them in order."""
_TEXT: Final = 1 << 16
"""Bytes that the text of one mail is taken to have at most: more are attachments."""
_LOOKED_AT: Final = 1 << 14

_MAILDIR: Final = re.compile(r"(?:^|/)(cur|new|tmp)/[^/]+$")
_BOOKKEEPING: Final = re.compile(
    r"(?:^|/)(?:dovecot[^/]*|subscriptions|maildirfolder|maildirsize|courierimap[^/]*|\.(?:uidvalidity|mbsyncstate[^/]*))$"
)
_FLAGS: Final = re.compile(r"[:;!]2,([A-Za-z]*)$")
_STAMP: Final = re.compile(r"(\d{9,10})[._]")
_EXPUNGED: Final = 0x8


def fits(opened: Opened) -> bool:
    """Whether it is an mbox, or one message."""
    return is_mbox(opened) or is_message(opened.head)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The mails of a file.

    Raises:
        MissingExtra: all of it is HTML, and what reads that is not installed.
    """
    reading = _Reading(report=report)
    escaped = is_mbox(opened)
    for wanted in _rounds(_entries(messages(opened), escaped=escaped)):
        chosen = (each for each in enumerate(messages(opened)) if each[0] in wanted)
        found = [
            (wanted[at], mail) for at, data in chosen for mail in _mails(reading, opened, at, data, escaped)
        ]
        yield from _in_order(found)
    reading.end(opened.name)


def maildir_fits(files: Mapping[str, Opened]) -> list[str]:
    """The files of Maildir folders among these: messages in `cur` and `new`, and what mail servers note beside them."""
    found = [path for path in files if (place := _MAILDIR.search(path)) is not None and place[1] != "tmp"]
    folders: set[str] = set()
    for path in found:
        if _folder(path) not in folders and is_message(_beginning(files[path])):
            folders.add(_folder(path))
    beside = [path for path in files if _BOOKKEEPING.search(path) or _MAILDIR.search(path)]
    return [path for path in dict.fromkeys([*found, *beside]) if _of(path, folders)] if folders else []


def maildir_read(files: Mapping[str, Opened], report: Report) -> Iterator[Document]:
    """The mails of Maildir folders, of all of them in the order of time."""
    reading = _Reading(report=report)
    paths = [path for path in maildir_fits(files) if (place := _MAILDIR.search(path)) and place[1] != "tmp"]
    kept = [path for path in paths if not _is_trashed(path)]
    if len(paths) > len(kept):
        report.leave_out("deleted message", len(paths) - len(kept))
    for wanted in _rounds(_entry(files[path], _stamp(path)) for path in kept):
        found = []
        for at in wanted:
            document = reading.read(
                _beginning(files[kept[at]], LONGEST), kept[at], "the file", _stamp(kept[at])
            )
            found += [(wanted[at], document)] if document else []
        yield from _in_order(found)
    reading.end("this Maildir")


@final
@dataclass(frozen=True, slots=True)
class _Entry:
    """A mail as the first round sees it: when it was written, and how long its text is at most."""

    time: datetime | None
    size: int


def _entries(found: Iterable[bytes], *, escaped: bool) -> Iterator[_Entry]:
    for message in found:
        separator, _, rest = message.partition(b"\n") if escaped else (b"", b"", message)
        time = time_of(fields_of(header_of(rest)), separator)
        yield _Entry(time, min(len(message), _TEXT))


def _entry(opened: Opened, stamp: datetime | None) -> _Entry:
    beginning = _beginning(opened)
    return _Entry(time_of(fields_of(header_of(beginning))) or stamp, min(4 * len(beginning), _TEXT))


def _rounds(entries: Iterable[_Entry]) -> Iterator[dict[int, float]]:
    """Which mails to read in each round, by their places, with the time by which they are put in order.

    A mail without a time stays behind the one that stands before it.
    """
    keys: list[tuple[float, int, int]] = []
    before = float("-inf")
    for at, entry in enumerate(entries):
        before = entry.time.timestamp() if entry.time else before
        keys.append((before, at, entry.size))
    wanted: dict[int, float] = {}
    held = 0
    for key, at, size in sorted(keys):
        if wanted and held + size > HELD:
            yield wanted
            wanted, held = {}, 0
        wanted[at] = key
        held += size
    if wanted:
        yield wanted


def _in_order(found: Sequence[tuple[float, Document]]) -> Iterator[Document]:
    yield from (document for _, document in sorted(found, key=lambda each: each[0]))


def _mails(reading: "_Reading", opened: Opened, at: int, data: bytes, escaped: bool) -> list[Document]:
    separator, _, _ = data.partition(b"\n") if escaped else (b"", b"", b"")
    message = unescaped(data) if separator.startswith(b"From ") else data
    document = reading.read(message, opened.name, f"message {at + 1}", time_of({}, separator))
    return [document] if document else []


@final
@dataclass(slots=True, kw_only=True)
class _Reading:
    """Mails read one by one; it remembers which it has read, for many lie in several folders."""

    report: Report
    seen: set[int] = field(default_factory=set)
    pages: int = 0
    messages: int = 0

    def read(self, message: bytes, name: str, where: str, came: datetime | None) -> Document | None:
        fields = fields_of(header_of(message))
        beginning = message[:200].decode("utf-8", "replace").strip().partition("\n")[0]
        if not fields:
            self.report.not_understood(name, where, beginning)
            return None
        if _is_expunged(fields):
            self.report.leave_out("deleted message")
            return None
        try:
            text = self.words(message)
        except ValueError:  # its HTML is none
            self.report.not_understood(name, where, beginning)
            return None
        if text == "":
            self.report.leave_out("message without text")
        return self.document(text, fields, came) if text else None

    def words(self, message: bytes) -> str | None:
        """What its author wrote in a mail; None where a library is missing to tell."""
        body = body_of(message, self.report)
        lines = body.lines
        if body.page is not None:
            try:
                from foreword.sources.hypertext import mail_lines, tree  # noqa: PLC0415 - needs an extra
            except ModuleNotFoundError:
                self.pages += 1
                self.report.leave_out("message in HTML")
                return None
            lines = mail_lines(tree(body.page), self.report)
        return own_words(lines, self.report)

    def document(self, text: str, fields: Fields, came: datetime | None) -> Document | None:
        name = fields.get(b"message-id", "")
        if name:
            mark = hash((name, text))
            if mark in self.seen:
                self.report.leave_out("repeated message")
                return None
            self.seen.add(mark)
        self.messages += 1
        return Document(text=text, author=author_of(fields), time=time_of(fields) or came)

    def end(self, name: str) -> None:
        """Say what could not be read for want of a library."""
        if self.pages and not self.messages:
            raise missing(name)
        if self.pages:
            self.report.notes.append(
                f"left out of {name}, in HTML alone: {counted(self.pages, 'message')}; to read such mail, get: "
                "pip install 'foreword[documents]'"
            )


def _is_expunged(fields: Fields) -> bool:
    """Whether Thunderbird has marked a message as deleted: it takes such ones out of the file later."""
    try:
        return bool(int(fields.get(b"x-mozilla-status", "0"), 16) & _EXPUNGED)
    except ValueError:
        return False


def _is_trashed(path: str) -> bool:
    flags = _FLAGS.search(path)
    return flags is not None and "T" in flags[1]


def _stamp(path: str) -> datetime | None:
    """When a message was put into a Maildir: its name begins with the second."""
    found = _STAMP.match(path.rpartition("/")[2])
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _beginning(opened: Opened, size: int = _LOOKED_AT) -> bytes:
    # Not `opened.head`, which it keeps: a Maildir has a hundred thousand files.
    return next(opened.blocks(size), b"")


def _folder(path: str) -> str:
    """The Maildir that a message lies in."""
    return path.rpartition("/")[0].rpartition("/")[0]


def _of(path: str, folders: set[str]) -> bool:
    """Whether a path lies in one of the Maildirs: two folders deep, or beside `cur` and `new`."""
    return _folder(path) in folders or path.rpartition("/")[0] in folders
