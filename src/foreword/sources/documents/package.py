"""Shared by the readers of documents: one text a file, its time, the parts of a zip file, XML, and errors.

A document may be hostile, so its parts have a largest size, and their XML may not declare entities.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final
from zipfile import ZipFile

from foreword.errors import SourceNotText
from foreword.sources.dates import from_iso
from foreword.sources.encodings import decoded
from foreword.sources.opened import DAMAGE, Opened
from foreword.text.documents import Document

LARGEST_PART: Final = 1 << 25
"""Bytes that one part of a document may have when it is unpacked. A thousand pages of prose are a tenth of that."""

_ENCRYPTED: Final = 0x1
_ENTITY: Final = b"<!ENTITY"
_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)


def document(lines: Iterable[str], time: datetime | None) -> Iterator[Document]:
    """The lines as one document, if there is a word in them."""
    text = "\n".join(lines)
    if text.strip():
        yield Document(text=text, time=time)


def time_of(written: str | None) -> datetime | None:
    """The aware time that metadata name; a time without a zone is a local one. None for what is no time."""
    time = from_iso(written)
    with suppress(ValueError, OverflowError, OSError):
        return time or parsedate_to_datetime(written or "").astimezone()
    return None


def damaged(opened: Opened, error: Exception) -> SourceNotText:
    """The error for a document that cannot be read."""
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return SourceNotText(f"{opened.name} is damaged: {reason}; fetch it again, or save it anew")


def encrypted(opened: Opened) -> SourceNotText:
    """The error for a document with a password."""
    return SourceNotText(f"{opened.name} is encrypted; save it without a password, and hand in that")


def whole(opened: Opened) -> bytes:
    """All bytes of a document that is one file; `SourceNotText` where it is larger than any text."""
    data = next(opened.blocks(LARGEST_PART + 1), b"")
    if len(data) > LARGEST_PART:
        most = f"{LARGEST_PART / 2**20:.0f} MB"
        raise SourceNotText(f"{opened.name} is larger than any page: more than {most}; hand in its text")
    return data


def claimed_text(opened: Opened) -> str:
    """The text of a page, in the encoding that was asked for, or that it claims; errors as those of `whole`."""
    data = whole(opened)
    claimed = _CHARSET.search(data[:4096])
    encoding = b"".join(filter(None, claimed.groups())).decode("ascii", "replace") if claimed else None
    return decoded(data, opened.encoding or encoding)


@contextmanager
def package_of(opened: Opened) -> Iterator[ZipFile]:
    """The zip file of a document; `SourceNotText` where that, or XML in it, turns out damaged while it is in use."""
    try:
        with opened.seekable() as stream, ZipFile(stream) as package:
            yield package
    except (*DAMAGE, ET.ParseError) as error:
        raise damaged(opened, error) from None


def check_parts(opened: Opened, package: ZipFile, names: Iterable[str], most: int = LARGEST_PART) -> None:
    """`SourceNotText` where parts are encrypted, or would be larger together than documents are when unpacked."""
    size = 0
    for part in map(package.getinfo, names):
        if part.flag_bits & _ENCRYPTED:
            raise encrypted(opened)
        size += part.file_size  # never exceeded by what is unpacked
        if size > most:
            upto = f"{part.filename} and what is before it would be {size / 2**20:,.0f} MB"
            raise SourceNotText(f"{opened.name} is larger than any text: {upto} unpacked; hand in its text")


def part_of(opened: Opened, package: ZipFile, name: str) -> bytes:
    """A part, unpacked and counted; errors as those of `check_parts` and of the limit."""
    check_parts(opened, package, [name])
    opened.limit.take(f"{opened.name}: {name}", package.getinfo(name).file_size)
    return package.read(name)


def time_in(opened: Opened, package: ZipFile, part: str, tags: Iterable[str]) -> datetime | None:
    """The time that a part of metadata states under the first of these tags; damage in it costs only the time."""
    try:
        root = xml_of(part_of(opened, package, part))
    except (*DAMAGE, SourceNotText, ET.ParseError):
        return None
    return time_of(next((each.text for tag in tags for each in root.iter(tag) if each.text), None))


def xml_of(data: bytes) -> ET.Element:
    """A part of XML; `ET.ParseError` where it is none, `ValueError` where it declares entities."""
    refuse_entities(data)
    return ET.fromstring(data)  # noqa: S314 - it declares no entities


def refuse_entities(data: bytes) -> None:
    """See that XML declares no entities: only documents that grow without end by them do."""
    if _ENTITY in data.replace(b"\0", b""):  # without the zeros of UTF-16
        raise ValueError("its XML declares entities of its own")
