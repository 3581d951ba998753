"""The text of an export as its reader wants it: ends of lines all alike, and a file that breaks off is still read."""

from collections.abc import Iterator

from foreword.sources.encodings import read_plain
from foreword.sources.opened import Opened


def pieces_of(opened: Opened, notes: list[str] | None = None) -> Iterator[str]:
    """All of its text, a block at a time; every line ends in LF.

    A file that was cut within a character is read without that character, which is added to `notes`.

    Raises:
        SourceEmpty, SourceMissing, SourceNotText, WrongEncoding: as `Opened.pieces` says.
    """
    held = ""
    cut = [] if notes is None else notes
    for document in read_plain(opened.blocks(), opened.name, opened.encoding, cut=cut):
        text = held + document.text
        held = "\r" if text.endswith("\r") else ""  # the LF to it may be in the next block
        if held:
            text = text[:-1]
        yield text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if held:
        yield "\n"


def lines_of(opened: Opened, notes: list[str] | None = None) -> Iterator[str]:
    """Its lines, without their ends; errors and notes as those of `pieces_of`."""
    parts: list[str] = []
    for piece in pieces_of(opened, notes):
        first, *more = piece.split("\n")
        parts.append(first)
        if more:
            yield "".join(parts)
            yield from more[:-1]
            parts = more[-1:]
    if rest := "".join(parts):
        yield rest
