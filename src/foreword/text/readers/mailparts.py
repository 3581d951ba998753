"""The text of one mail, out of the parts that MIME packs it in, however damaged they are.

Plain text is preferred, else HTML is read as a page; attachments and pictures are counted. Python's email package takes
messages apart; what it refuses, its older policy reads. Encodings are believed only as far as the bytes bear them out.
Sources: RFC 2045 to 2047, RFC 3676 (lines that flow).
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from typing import Final, final

from foreword.text.readers.charsets import decoded
from foreword.text.readers.report import Report

REFUSALS: Final = (AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError, RecursionError)
"""What Python's email package raises on headers that nobody should have written."""

_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_UUENCODED: Final = re.compile(r"^begin [0-7]{3,4} [^\n]+\n(?:[!-`][^\n]*\n)*?`?\n?end[ \t]*$", re.MULTILINE)
_DEEPEST: Final = 20
_FLOWED_QUOTE: Final = re.compile(r">+")


@final
@dataclass(frozen=True, slots=True)
class Body:
    """What a mail says: its lines, quotes marked with `>`; `page` where it said it in HTML alone."""

    lines: list[str]
    page: str | None = None


def body_of(message: bytes, report: Report) -> Body:
    """The text of a mail.

    Raises:
        any of `REFUSALS`: it is damaged beyond what can be read.
    """
    try:
        return _body(message_from_bytes(message, policy=policy.default), report)
    except REFUSALS:
        return _body(message_from_bytes(message, policy=policy.compat32), report)


def _body(message: Message, report: Report) -> Body:
    found = list(_texts(message, 0))
    lines: list[str] = []
    page = ""
    for part in found:
        if isinstance(part, str):
            continue
        if part.get_content_type() == "text/html":
            page += _text(part)
        else:
            lines += _lines(part, report)
    for other in found:  # only now: a message that is refused is read once more
        if isinstance(other, str):
            report.leave_out(other)
    return Body(lines, None if any(line.strip() for line in lines) else page or None)


def _texts(part: Message, depth: int) -> Iterator[Message | str]:
    """The parts that hold a mail's text, and what each thing is that comes with it."""
    kind = part.get_content_type()
    if part.is_multipart() and kind != "message/rfc822" and depth < _DEEPEST:
        inner = [each for each in part.get_payload() if isinstance(each, Message)]
        if kind == "multipart/alternative":
            yield from _preferred(inner, depth + 1)
        else:
            for each in inner:
                yield from _texts(each, depth + 1)
    elif kind in ("text/plain", "text/html") or (kind.startswith("multipart/") and not part.is_multipart()):
        attached = part.get_content_disposition() == "attachment" or (
            depth > 0 and part.get_filename() is not None
        )
        yield "attachment" if attached else part
    else:
        yield "forwarded message" if kind == "message/rfc822" else "attachment"


def _preferred(versions: list[Message], depth: int) -> Iterator[Message | str]:
    """Of versions of the same text those in plain text, else the last with any."""
    found = [[each for each in _texts(version, depth) if not isinstance(each, str)] for version in versions]
    plain = [
        each
        for each in found
        if any(part.get_content_type() != "text/html" and _text(part).strip() for part in each)
    ]
    pages = [each for each in found if each]
    for chosen in plain[:1] or pages[-1:]:
        yield from chosen


def _lines(part: Message, report: Report) -> list[str]:
    text, encoded = _UUENCODED.subn("", _text(part).replace("\r\n", "\n").replace("\r", "\n"))
    if encoded:
        report.leave_out("attachment", encoded)
    lines = text.split("\n")
    if _parameter(part, "format").lower() == "flowed":
        return flowed(lines, delete_space=_parameter(part, "delsp").lower() == "yes")
    return lines


def flowed(lines: list[str], *, delete_space: bool) -> list[str]:
    """Lines that were broken to be joined again, joined."""
    joined: list[str] = []
    soft, depth_before = False, 0
    for line in lines:
        depth, text = _unstuffed(line)
        if soft and depth == depth_before and text != "-- ":
            joined[-1] = (joined[-1].removesuffix(" ") if delete_space else joined[-1]) + text
        else:
            joined.append(">" * depth + (" " if depth else "") + text)
        soft, depth_before = text.endswith(" ") and text != "-- ", depth
    return joined


def _unstuffed(line: str) -> tuple[int, str]:
    """How often a line is quoted, and its text without the space that protects it."""
    quote = _FLOWED_QUOTE.match(line)
    depth = quote.end() if quote else 0
    return depth, line[depth:].removeprefix(" ")


def _text(part: Message) -> str:
    return decoded(_bytes(part), part.get_content_charset())


def _bytes(part: Message) -> bytes:
    """What a part holds; of base64 that was cut, as much as there is."""
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        packed = part.get_payload()
        letters = _NO_BASE64.sub(b"", packed.encode("ascii", "ignore") if isinstance(packed, str) else b"")
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _parameter(part: Message, name: str) -> str:
    """A parameter of the content type, such as how its lines are broken."""
    value = part.get_param(name)
    return value if isinstance(value, str) else ""
