"""Shared by the readers of documents: one text per file, its time, the parts of a zip file, XML, and errors.

A document may be hostile, so the size of its parts has a limit, and their XML may not declare entities.
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
from foreword.sources.source_bytes import DAMAGE, ENCRYPTED, Opened
from foreword.text.document import Document

LARGEST_PART: Final = 1 << 25
"""Most bytes of one unpacked part of a document. A thousand pages of prose have a tenth of that."""

_ENTITY: Final = b"<!ENTITY"
_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)


def document(lines: Iterable[str], time: datetime | None) -> Iterator[Document]:
    """The lines as one document, if they hold any text."""
    text = "\n".join(lines)
    if text.strip():
        yield Document(text=text, time=time)


def time_of(written: str | None) -> datetime | None:
    """The aware time in a field of metadata; a time without a zone is local. None if it is no time."""
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
    return SourceNotText(f"{opened.name} is encrypted; save it without a password, and give that")


def whole(opened: Opened) -> bytes:
    """All bytes of a document in one file; raises `SourceNotText` if it is larger than `LARGEST_PART`."""
    data = next(opened.blocks(LARGEST_PART + 1), b"")
    if len(data) > LARGEST_PART:
        most = f"{LARGEST_PART / 2**20:.0f} MB"
        raise SourceNotText(f"{opened.name} is larger than any page: more than {most}; give its text")
    return data


def claimed_text(data: bytes, given: str | None = None) -> str:
    """The text of a page, in the encoding that the user gave, else the one that it claims."""
    claimed = _CHARSET.search(data[:4096])
    encoding = b"".join(filter(None, claimed.groups())).decode("ascii", "replace") if claimed else None
    return decoded(data, given or encoding)


@contextmanager
def package_of(opened: Opened) -> Iterator[ZipFile]:
    """The zip file of a document; raises `SourceNotText` if use of it shows that it, or XML in it, is damaged."""
    try:
        with opened.seekable() as stream, ZipFile(stream) as package:
            yield package
    except (*DAMAGE, ET.ParseError) as error:
        raise damaged(opened, error) from None


def check_parts(opened: Opened, package: ZipFile, names: Iterable[str], most: int = LARGEST_PART) -> None:
    """Raise `SourceNotText` if parts are encrypted, or would unpack to more than `most` bytes together."""
    size = 0
    for part in map(package.getinfo, names):
        if part.flag_bits & ENCRYPTED:
            raise encrypted(opened)
        size += part.file_size  # unpacking never exceeds it
        if size > most:
            upto = f"{part.filename} and what is before it would be {size / 2**20:,.0f} MB"
            raise SourceNotText(f"{opened.name} is larger than any text: {upto} unpacked; give its text")


def part_of(opened: Opened, package: ZipFile, name: str) -> bytes:
    """A part, unpacked and counted; errors as in `check_parts` and `UnpackLimit.take`."""
    check_parts(opened, package, [name])
    opened.limit.take(f"{opened.name}: {name}", package.getinfo(name).file_size)
    return package.read(name)


def time_in(opened: Opened, package: ZipFile, part: str, tags: Iterable[str]) -> datetime | None:
    """The time in a part of metadata, under the first of these tags that has text; None if the part is damaged."""
    try:
        root = xml_of(part_of(opened, package, part))
    except (*DAMAGE, SourceNotText, ET.ParseError):
        return None
    return time_of(next((each.text for tag in tags for each in root.iter(tag) if each.text), None))


def xml_of(data: bytes) -> ET.Element:
    """A part of XML; raises `ET.ParseError` if it is not XML, and `ValueError` if it declares entities."""
    refuse_entities(data)
    return ET.fromstring(data)  # noqa: S314 - it declares no entities


def refuse_entities(data: bytes) -> None:
    """Raise `ValueError` if XML declares entities: only documents that grow without end declare them."""
    if _ENTITY in data.replace(b"\0", b""):  # without the zeros of UTF-16
        raise ValueError("its XML declares entities of its own")
