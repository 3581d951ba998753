"""The text of files that may have been cut in the middle, even within a character."""

import codecs
from collections.abc import Iterable, Iterator

from foreword.text.readers.opened import Opened
from foreword.text.readers.plain import DEFAULT_ENCODING, read_plain


def pieces_before_the_cut(opened: Opened) -> Iterator[str]:
    """All of its text as `Opened.pieces` has it; what is left of a character at the end of the file is dropped.

    Raises:
        SourceEmpty, SourceMissing, SourceNotText, WrongEncoding: as `Opened.pieces` says.
    """
    blocks = opened.blocks()
    if codecs.lookup(opened.encoding or DEFAULT_ENCODING).name in ("utf-8", "utf-8-sig"):
        blocks = _whole_characters(blocks)
    for document in read_plain(blocks, opened.name, opened.encoding):
        yield document.text


def lines_before_the_cut(opened: Opened) -> Iterator[str]:
    """The same by lines, without their ends (LF, CR LF)."""
    rest = ""
    for piece in pieces_before_the_cut(opened):
        *whole, rest = (rest + piece).split("\n")
        yield from (line.removesuffix("\r") for line in whole)
    if rest:
        yield rest.removesuffix("\r")


def _whole_characters(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of UTF-8 in blocks that end where a character does."""
    held = b""
    for block in blocks:
        data = held + block
        end = _last_end(data)
        held = data[end:]
        if end:
            yield data[:end]


def _last_end(data: bytes) -> int:
    """Where the last whole character of `data` ends; what is no UTF-8 is left to those who decode it."""
    for length in range(1, min(len(data), 3) + 1):
        byte = data[-length]
        if byte >= 0xC0:  # the first of two, three or four
            expected = 2 + (byte >= 0xE0) + (byte >= 0xF0)
            return len(data) - length if length < expected else len(data)
        if byte < 0x80:
            break
    return len(data)
