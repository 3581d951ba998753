"""The lines of an export as its reader wants them: ends all alike, and a file that breaks off is still read."""

import codecs
from collections.abc import Iterator
from typing import Final

from foreword.text.readers.opened import BLOCK, Opened
from foreword.text.readers.plain import DEFAULT_ENCODING, read_plain

_LONGEST_PART: Final = 3  # bytes of a character in UTF-8 that lacks its last


def pieces_of(opened: Opened, notes: list[str] | None = None) -> Iterator[str]:
    """All of its text, a block at a time; every line ends in LF.

    A file that was cut within a character of UTF-8 is read without that character, which is added to `notes`.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    held = ""
    for document in read_plain(_blocks(opened, notes), opened.name, opened.encoding):
        text = held + document.text
        held = "\r" if text.endswith("\r") else ""  # the LF to it may be in the next block
        if held:
            text = text[:-1]
        yield text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if held:
        yield "\n"


def lines_of(opened: Opened, notes: list[str] | None = None) -> Iterator[str]:
    """Its lines, without their ends; errors and notes as those of `pieces_of`."""
    rest = ""
    for piece in pieces_of(opened, notes):
        *whole, rest = (rest + piece).split("\n")
        yield from whole
    if rest:
        yield rest


def _blocks(opened: Opened, notes: list[str] | None) -> Iterator[bytes]:
    held = b""
    with opened.opening() as stream:
        while block := stream.read(BLOCK):
            block = held + block
            if len(block) > _LONGEST_PART:
                yield block[:-_LONGEST_PART]
            held = block[-_LONGEST_PART:]
    if codecs.lookup(opened.encoding or DEFAULT_ENCODING).name.startswith(DEFAULT_ENCODING):
        whole = held[: _whole(held)]
        if whole != held and notes is not None:
            notes.append(f"{opened.name} breaks off within a character: it may have been cut")
        held = whole
    if held:
        yield held


def _whole(tail: bytes) -> int:
    """How many of these last bytes are whole characters of UTF-8."""
    for back, byte in enumerate(reversed(tail), 1):
        if byte >= 0xC0:  # the first of a character of two, three or four bytes
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(tail) - back if length > back else len(tail)
        if byte < 0x80:
            break
    return len(tail)
