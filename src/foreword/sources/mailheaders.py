"""Who wrote a mail, and when: from its header, whatever it was encoded in."""

import contextlib
import re
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from typing import Final

from foreword.sources.charsets import decoded

UNKNOWN: Final = "unknown sender"

_REFUSALS: Final = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    OverflowError,
    RecursionError,
    MessageError,
)
"""What Python's email package raises on fields that nobody should have written."""

_FIELD: Final = re.compile(rb"^([A-Za-z][!-9;-~]{0,75})[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_FOLD: Final = re.compile(r"[\r\n]+[ \t]*")
_COMMENT: Final = re.compile(r"[^()<>]*\(([^()]+)\)\Z")
_ADDRESS: Final = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|([^",<>]+))?\s*(?:<([^<>]*))?""")
_SEPARATOR: Final = re.compile(rb"From (\S+)?[ \t]*(.*\d{1,2}:\d{2}.*)")
_ENCODED: Final = re.compile(r"=\?[^?\s]+\?[bq]\?", re.IGNORECASE)
_FROM: Final = (b"from", b"sender", b"reply-to", b"return-path")
_ZONE: Final = re.compile(r"\A(\w{3} +\w{3} +\d+ +[\d:]+) +([+-]\d{4}) +(\d{4})\Z")

Fields = dict[bytes, str]

_LONGEST: Final = 2000
"""Bytes of a field that are read; a longer one is nobody's name."""


def fields_of(header: bytes) -> Fields:
    """The fields of a header by their names in small letters; the first of each name."""
    fields: Fields = {}
    for found in _FIELD.finditer(header):
        fields.setdefault(found[1].lower(), _FOLD.sub(" ", decoded(found[2][:_LONGEST], None)).strip())
    return fields


def author_of(fields: Fields) -> str:
    """The name of the sender, else the address; `UNKNOWN` rather than none, for that would be the person's own."""
    for name in _FROM:
        written = fields.get(name, "")
        if written:
            author = _name_in(written)
            if author:
                return author
    return UNKNOWN


def time_of(fields: Fields, separator: bytes = b"") -> datetime | None:
    """When it was written; else when the `From ` line of an mbox says that it came."""
    found = _SEPARATOR.match(separator)
    came = " ".join(found[2].decode("ascii", "replace").split()) if found else ""
    return _time(fields.get(b"date", "")) or _time(_ZONE.sub(r"\1 \3 \2", came))


def _time(written: str) -> datetime | None:
    try:
        time = parsedate_to_datetime(written)
        time = time if time.tzinfo is not None else time.replace(tzinfo=UTC)  # "-0000": of no known place
        time.timestamp()
    except _REFUSALS:
        return None
    return time


def _name_in(written: str) -> str:
    """The name in a field of addresses, of the first of them, else that address."""
    comment = _COMMENT.match(written)  # the way of old programs: "ana@example.org (Ana Silva)"
    if comment is not None:
        return _plain(comment[1])
    quoted, bare, address = _ADDRESS.match(written).groups("")  # type: ignore[union-attr]  # it matches everything
    return _plain(quoted.replace("\\", "") or bare) or _plain(address) or _plain(written)


def _plain(name: str) -> str:
    """A name without quotes around it, and decoded where it is still encoded."""
    if _ENCODED.search(name):
        with contextlib.suppress(*_REFUSALS):
            name = str(make_header(decode_header(name)))
    return " ".join(name.strip(" \t'\"").split())
