"""Who wrote a mail, and when: from its header, whatever it was encoded in."""

import re
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final

from foreword.text.readers.charsets import decoded
from foreword.text.readers.mailparts import REFUSALS

UNKNOWN: Final = "unknown sender"

_FIELD: Final = re.compile(rb"^([A-Za-z][!-9;-~]{0,75})[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_FOLD: Final = re.compile(r"\s*[\r\n]+\s*")
_COMMENT: Final = re.compile(r"\A[^()<>]*\(([^()]+)\)\s*\Z")
_SIMPLE: Final = re.compile(r"""\A\s*([^",<>@]*[^",<>@\s])\s*<[^<>,]*>?\s*\Z""")
_SEPARATOR: Final = re.compile(rb"From (\S+)?[ \t]*(.*\d{1,2}:\d{2}.*)")
_ENCODED: Final = re.compile(r"=\?[^?\s]+\?[bq]\?", re.IGNORECASE)
_FROM: Final = (b"from", b"sender", b"reply-to", b"return-path")
_ZONE: Final = re.compile(r"\A(\w{3} +\w{3} +\d+ +[\d:]+) +([+-]\d{4}) +(\d{4})\Z")

Fields = dict[bytes, str]


def fields_of(header: bytes) -> Fields:
    """The fields of a header by their names in small letters; the first of each name."""
    fields: Fields = {}
    for found in _FIELD.finditer(header):
        fields.setdefault(found[1].lower(), _FOLD.sub(" ", decoded(found[2], None)).strip())
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
    except (*REFUSALS, OverflowError):
        return None
    return time


def _name_in(written: str) -> str:
    """The name in a field of addresses, of the first of them."""
    simple = _SIMPLE.match(written)
    if simple is not None:  # strictly, "Ana: me <ana@example.org>" is a group named Ana, which nobody means
        return _plain(simple[1])
    try:
        addresses = default.header_factory("from", written).addresses
        name, address = (addresses[0].display_name, addresses[0].addr_spec) if addresses else ("", "")
    except REFUSALS:
        name, address = parseaddr(written)
    comment = _COMMENT.match(written)  # the way of old programs: "ana@example.org (Ana Silva)"
    if comment is not None:
        name = comment[1]
    return _plain(name) or _plain(address.strip("<>")) or _plain(written)


def _plain(name: str) -> str:
    """A name without quotes around it, and decoded where it is still encoded."""
    if _ENCODED.search(name):
        try:
            name = str(make_header(decode_header(name)))
        except (*REFUSALS, MessageError):
            pass
    return " ".join(name.strip(" \t'\"").split())
