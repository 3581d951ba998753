r"""Mail in files and folders: mbox files, single messages (.eml, .emlx), and Maildir folders.

A message of an mbox begins with a line `From …`. Programs differ, so two of three signs must hold: a blank line before
it, a time in it, a usual field after it. Some programs write such a line within a message as `>From`.
Source: RFC 4155, appendix A; and "mboxrd" of qmail's mbox(5), for lines of `>>From`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.errors import MessageError
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import Final

from foreword.sources.dates import POSSIBLE
from foreword.sources.opening import Opened
from foreword.sources.report import Report

LONGEST: Final = 1 << 24
"""Bytes of a message that are kept: texts come before attachments, and servers accept no larger mails."""

REFUSALS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, MessageError)
"""Errors of Python's email package for damaged fields."""

_BLOCK: Final = 1 << 20
_AHEAD: Final = 4096  # bytes after a `From ` line that are needed to recognise it
_LOOKED_AT: Final = 1 << 14  # bytes that are needed to recognise a message of a Maildir

_HEADER: Final = rb"[A-Za-z][!-9;-~]{0,75}[ \t]*:"
_SEPARATOR: Final = re.compile(rb"^From [^\n]{1,998}\n(?:>From [^\n]*\n)?(?=" + _HEADER + rb")", re.MULTILINE)
_TIMED: Final = re.compile(rb"From (?=.*\d:\d{2}).*\b(?:19|20)\d{2}\b")
_HEADER_END: Final = re.compile(rb"\n(?=\r?\n)")
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

_DELIVERED: Final = re.compile(r"From (?:\S++)?[ \t]*+(.*\d{1,2}:\d{2}.*)")
_IN_MAILDIR: Final = re.compile(r"(?:(.*)/)?(?:cur|new)/[^/]+$")
_INDEX: Final = re.compile(r"(?:(.*)/)?[^/]+\.msf$")
_BOOKKEEPING: Final = re.compile(
    r"(?:(.*)/)?(?:tmp/[^/]+|dovecot[^/]*|subscriptions|maildirfolder|maildirsize|courierimap[^/]*|\.uidvalidity"
    r"|\.mbsyncstate[^/]*|[^/]+\.(?:msf|dat))$"
)
_FLAGS: Final = re.compile(r"[:;!]2,([A-Za-z]*)$")
_STAMP: Final = re.compile(r"(\d{9,10})[._]")
Message = tuple[bytes, str, str, datetime | None]
"""A message, its file, its place in the file, and its time of delivery."""


def fits(opened: Opened) -> bool:
    """Whether the file is an mbox or one message."""
    return _is_mbox(opened) or _is_message(opened.head)


def messages(opened: Opened) -> Iterator[Message]:
    """The messages of a file."""
    if not _is_mbox(opened):
        yield _single(opened), opened.name, "message 1", None
        return
    for number, message in enumerate(_cut(opened.blocks(_BLOCK)), 1):
        came = None
        if message.startswith(b"From "):
            line, _, rest = message.partition(b"\n")
            delivered = _DELIVERED.match(line.decode("ascii", "replace"))
            came = time_of(delivered[1]) if delivered else None
            message = _ESCAPED.sub(b"", rest)  # noqa: PLW2901
        yield message, opened.name, f"message {number}", came


def fits_maildir(files: Mapping[str, Opened]) -> list[str]:
    """The paths of messages in Maildir folders, of mail servers' own files there, and of Thunderbird's beside mbox."""
    folders = set[str]()
    for path, opened in files.items():
        place = _IN_MAILDIR.match(path) or _INDEX.match(path)
        head = _beginning(opened) if place and place[1] not in folders else b""
        if place and (_is_message(head) or head.startswith(b"// <!-- <mdb:mork")):
            folders.add(place[1])
    places = {path: _IN_MAILDIR.match(path) or _BOOKKEEPING.match(path) for path in files}
    return [path for path, place in places.items() if place and place[1] in folders]


def maildir_messages(files: Mapping[str, Opened], report: Report) -> Iterator[Message]:
    """The messages of Maildir folders, one file each; messages marked as deleted are only counted."""
    for path, opened in files.items():
        flags = _FLAGS.search(path)
        if not _IN_MAILDIR.match(path):
            continue
        if flags is not None and "T" in flags[1]:
            report.leave_out("deleted message")
        else:
            stamp = _STAMP.match(path.rpartition("/")[2])
            came = datetime.fromtimestamp(int(stamp[1]), UTC) if stamp else None
            yield _beginning(opened, LONGEST), path, "the file", came


def header_of(message: bytes) -> bytes:
    """A message's header, with the newline before the blank line."""
    end = _HEADER_END.search(message)
    return message[: end.end()] if end else message


def time_of(written: str) -> datetime | None:
    """The time in a field or a `From ` line; None if it is no time."""
    try:
        time = parsedate_to_datetime(written)
        time = time if time.tzinfo is not None else time.replace(tzinfo=UTC)  # "-0000": an unknown zone
        time.timestamp()
    except REFUSALS:
        return None
    return time if time.year in POSSIBLE else None


def _is_mbox(opened: Opened) -> bool:
    """Whether a file begins with a message of an mbox, or has one near its beginning because it was cut."""
    head = _without_mark(opened.head)
    found = next(_separators(head), None)
    if found is None:
        return False
    return len(_known_fields(head[found : found + _AHEAD])) >= (2 if found == 0 else 3)


def _is_message(head: bytes) -> bool:
    """Whether bytes with this beginning are one message: a header with `From` and two more known fields."""
    counted = _EMLX.match(head)
    head = head[counted.end() :] if counted else _without_mark(head)
    if _FIELDS.match(head) is None:
        return False
    names = _known_fields(head)
    return b"from" in names and len(names) >= 3 and _SAVED_PAGE.search(header_of(head)) is None


def _known_fields(message: bytes) -> set[bytes]:
    return {name.lower() for name in _KNOWN.findall(header_of(message))}


def _single(opened: Opened) -> bytes:
    """The message of a file with one message; Apple Mail writes its length before it, and a list after it."""
    data = _beginning(opened, LONGEST)
    counted = _EMLX.match(data)
    return data[counted.end() :][: int(counted[1])] if counted else _without_mark(data)


def _cut(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The messages of an mbox with their `From ` lines, at most `LONGEST` bytes of each."""
    held, looked_at = b"", 0
    for block in chain(blocks, (b"",)):
        held = held + block if held else _without_mark(block)
        ready = len(held) - (_AHEAD if block else 0)
        begin = 0
        for at in _separators(held, looked_at):
            if at > begin:
                yield held[begin:at][:LONGEST]
            begin = at
        held, looked_at = held[begin:], max(0, ready - begin)
        if looked_at > LONGEST:
            held, looked_at = held[:LONGEST] + held[looked_at:], LONGEST
    if held:
        yield held[:LONGEST]


def _separators(data: bytes, begin: int = 0) -> Iterator[int]:
    """The positions in `data` at which messages begin, from `begin` on."""
    for found in _SEPARATOR.finditer(data, begin):
        at = found.start()
        before = b"\n\n" + data[max(0, at - 3) : at]
        timed = _TIMED.match(found.group()) is not None
        if before.endswith(_BLANK) + timed + (_KNOWN.match(data, found.end()) is not None) >= 2:
            yield at


def _without_mark(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


def _beginning(opened: Opened, size: int = _LOOKED_AT) -> bytes:
    # Not `opened.head`, which is cached: a Maildir has a hundred thousand files.
    return next(opened.blocks(size), b"")
