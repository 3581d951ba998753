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

from foreword.errors import MissingExtra
from foreword.sources.documents.html import mail_lines, tree
from foreword.sources.documents.package import missing
from foreword.sources.mail.message import Fields, author_of, body_of, fields_of, header_of, time_of
from foreword.sources.mail.quotes import own_words
from foreword.sources.opened import Opened
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
                page = tree(body.page, "this mail")
            except MissingExtra:
                self.pages += 1
                self.report.leave_out("message in HTML")
                return None
            lines = mail_lines(page, self.report)
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


LONGEST: Final = 1 << 24
"""Bytes of a message that are kept: texts stand before attachments, and servers take no larger mails."""

_BLOCK: Final = 1 << 20
_AHEAD: Final = 4096
"""Bytes behind a `From ` line by which it is told."""

_HEADER: Final = rb"[A-Za-z][!-9;-~]{0,75}[ \t]*:"
_SEPARATOR: Final = re.compile(rb"^From [^\n]{1,998}\n(?:>From [^\n]*\n)?(?=" + _HEADER + rb")", re.MULTILINE)
_TIMED: Final = re.compile(
    rb"From .*\b\d{1,2}:\d{2}.*\b(?:19|20)\d{2}\b|From .*\b(?:19|20)\d{2}\b.*\d{1,2}:\d{2}"
)
_BLANK: Final = (b"\n\n", b"\n\r\n")
_ESCAPED: Final = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_KNOWN: Final = re.compile(
    rb"^(from|date|subject|message-id|received|return-path|delivered-to|to|mime-version|x-[a-z-]+|status|sender|reply-to"
    rb"|content-type|user-agent|in-reply-to|dkim-signature|envelope-to|resent-from)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_SAVED_PAGE: Final = re.compile(
    rb"^(snapshot-content-location:|from: <saved by)", re.IGNORECASE | re.MULTILINE
)
_FIELDS: Final = re.compile(rb"(?:" + _HEADER + rb"[^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_EMLX: Final = re.compile(rb"(\d{1,10})[ \t]*\r?\n")


def is_mbox(opened: Opened) -> bool:
    """Whether a file begins with a message of an mbox, or was cut and has one near its beginning."""
    head = _without_mark(opened.head)
    found = next(_separators(head), None)
    if found is None:
        return False
    known = {name.lower() for name in _KNOWN.findall(header_of(head[found : found + _AHEAD]))}
    return len(known) >= (2 if found == 0 else 3)


def is_message(head: bytes) -> bool:
    """Whether bytes that begin so are one message: a header that says from whom it is, and more."""
    counted = _EMLX.match(head)
    head = head[counted.end() :] if counted else _without_mark(head)
    if _FIELDS.match(head) is None:
        return False
    header = header_of(head)
    names = {name.lower() for name in _KNOWN.findall(header)}
    return b"from" in names and len(names) >= 3 and _SAVED_PAGE.search(header) is None


def messages(opened: Opened) -> Iterator[bytes]:
    """The messages of a file, at most `LONGEST` bytes of each; those of an mbox with their `From ` lines."""
    if not is_mbox(opened):
        yield _one(next(opened.blocks(LONGEST), b""))
    else:
        yield from _cut(opened.blocks(_BLOCK))


def unescaped(message: bytes) -> bytes:
    """A message of an mbox without its `From ` line, and with lines that begin like one as they were written."""
    _, _, rest = message.partition(b"\n")
    return _ESCAPED.sub(b"", rest)


def _one(data: bytes) -> bytes:
    """The message of a file that has one; Apple Mail writes its length before it, and a list behind."""
    counted = _EMLX.match(data)
    if counted is None:
        return _without_mark(data)
    return data[counted.end() : counted.end() + int(counted[1])]


def _cut(blocks: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    kept: list[bytes] = []
    size = 0
    before = b"\n\n"  # the end of what was taken from `held` before
    last = False
    while not last:
        block = next(blocks, b"")
        last = not block
        held = _without_mark(block) if not held and not kept else held + block
        ready = len(held) if last else len(held) - _AHEAD
        done = 0
        for at in _separators(held, before):
            if at >= ready:
                break
            if at > done or kept:
                yield b"".join([*kept, held[done : min(at, done + LONGEST - size)]])
                kept, size = [], 0
            done = at
        taken = max(done, ready, 0)
        if size < LONGEST and taken > done:
            kept.append(held[done : min(taken, done + LONGEST - size)])
            size += len(kept[-1])
        before = (before + held[:taken])[-3:]
        held = held[taken:]
    if kept:
        yield b"".join(kept)


def _separators(data: bytes, before: bytes = b"\n\n") -> Iterator[int]:
    """Where messages begin in `data`, which `before` stands before."""
    for found in _SEPARATOR.finditer(data):
        at = found.start()
        behind = (before + data[:at])[-3:] if at < 3 else data[at - 3 : at]
        if at == 0 and not behind.endswith(b"\n"):
            continue
        timed = _TIMED.match(found.group()) is not None
        if behind.endswith(_BLANK) + timed + (_KNOWN.match(data, found.end()) is not None) >= 2:
            yield at


def _without_mark(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
