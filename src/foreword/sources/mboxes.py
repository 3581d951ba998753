r"""Mail files cut into messages, block by block: an mbox file of gigabytes costs the memory of one message.

A message begins with a line `From …` that a line of a header follows. A blank line stands before it, it names a time,
and that line of a header is a usual one: programs differ, so two of the three will do. Within a message, lines that
begin so are written `>From`, or forgotten.
Source: RFC 4155, appendix A; and "mboxrd" of qmail's mbox(5), for lines of `>>From`.
"""

import re
from collections.abc import Iterator
from typing import Final

from foreword.sources.opened import Opened

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


def header_of(message: bytes) -> bytes:
    """A message's header, with the newline before the blank line."""
    ends = [at for at in (message.find(b"\n\n"), message.find(b"\n\r\n")) if at >= 0]
    return message[: min(ends) + 1] if ends else message


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
