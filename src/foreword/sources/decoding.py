"""Decodes bytes to text, one block or line at a time, in bounded memory for a text of any length.

All formats of text use it, so they treat line ends, byte order marks, wrong bytes and cut files alike. Mail and pages
state an encoding; `encodings.decoded` decodes them.
"""

import codecs
from collections.abc import Iterator
from typing import Final

from foreword.errors import SourceEmpty, SourceNotText, WrongEncoding
from foreword.sources.encodings import DEFAULT_ENCODING, encoding_of, is_text
from foreword.sources.opening import Opened
from foreword.text.document import Document

_OLDER: Final = (
    "cp1252 (western Europe), cp1250 (central Europe), cp1251 (Russian), cp1253 (Greek), cp1254 (Turkish), "
    "gb18030 (Chinese) or shift_jis (Japanese)"
)


def read_plain(opened: Opened) -> Iterator[Document]:
    """A text as documents, one for each block of bytes; all but the last are `continued`. Errors as in `pieces_of`."""
    before = ""
    for text in pieces_of(opened, strict=True):
        if before:
            yield Document(text=before, continued=True)
        before = text
    yield Document(text=before)


def lines_of(opened: Opened, notes: list[str] | None = None, end: str = "\n") -> Iterator[str]:
    """The lines of a file without line ends, or parts that another character ends; errors as in `pieces_of`."""
    parts: list[str] = []
    for piece in pieces_of(opened, notes):
        first, *more = piece.split(end)
        parts.append(first)
        if more:
            yield "".join(parts)
            yield from more[:-1]
            parts = more[-1:]
    if rest := "".join(parts):
        yield rest


def pieces_of(opened: Opened, notes: list[str] | None = None, *, strict: bool = False) -> Iterator[str]:
    """The text of a file in blocks, none of them empty; every line ends in LF.

    If a file is cut within a character, that character is left out, and a note is added to `notes`. With `strict`, the
    cut is an error like any wrong byte.

    Raises:
        SourceEmpty: the file has no characters.
        SourceMissing: the file cannot be read.
        SourceNotText: it begins like a program, a picture or an archive, or its compression is damaged.
        WrongEncoding: a byte cannot be decoded; the message names the byte, its place and a remedy.
    """
    held, empty = "", True
    for text in _decoded(opened, notes, strict=strict):
        empty = False
        whole = held + text
        held = "\r" if whole.endswith("\r") else ""  # its LF may be in the next block
        if whole := whole.removesuffix(held):
            yield whole.replace("\r\n", "\n").replace("\r", "\n") if "\r" in whole else whole
    if held:
        yield "\n"
    if empty:
        raise SourceEmpty(f"{opened.name} is empty; name a source with text in it")


def _decoded(opened: Opened, notes: list[str] | None, *, strict: bool) -> Iterator[str]:
    """The text of the blocks without a byte order mark; no text is empty."""
    encoding = encoding_of(opened.head, opened.encoding)
    decoder = codecs.getincrementaldecoder(encoding)()
    taken, lines, begun = 0, 1, False
    try:
        for block in opened.blocks():
            if not taken and not is_text(block, opened.encoding):
                what = "it has control characters, like a program or a picture"
                advice = "save it as plain text or .docx, or name its encoding with --encoding"
                raise SourceNotText(f"{opened.name} is not text: {what}; {advice}")
            taken += len(block)
            text = decoder.decode(block)
            lines += text.count("\n")
            if fresh := text if begun else text.removeprefix("\ufeff"):
                yield fresh
            begun = begun or bool(text)
        if not strict and decoder.getstate()[0]:
            if notes is not None:
                notes.append(f"{opened.name} breaks off within a character: it may have been cut")
        elif rest := decoder.decode(b"", final=True):
            yield rest
    except UnicodeError as error:
        if isinstance(error, UnicodeDecodeError) and "BOM" not in error.reason:
            raise _wrong_byte(error, opened.name, encoding, taken, lines) from None
        # UTF-16 without a mark; Python 3.13 calls it a wrong byte
        advice = f"give its own with --encoding, such as {encoding}-le"
        raise WrongEncoding(f"{opened.name} is not in {encoding}: {error}; {advice}") from None


def _wrong_byte(error: UnicodeDecodeError, name: str, encoding: str, taken: int, lines: int) -> WrongEncoding:
    """The error for a byte in the last block; `error.object` is the rest of the block before, then that block."""
    line = lines + error.object[: error.start].decode(encoding, "ignore").count("\n")
    offset = taken - len(error.object) + error.start
    where = f"byte 0x{error.object[error.start]:02X} at offset {offset}, in line {line} ({error.reason})"
    advice = f"its own, such as --encoding {_OLDER}" if encoding == DEFAULT_ENCODING else "another --encoding"
    return WrongEncoding(f"{name} is not in {encoding}: {where}; give {advice}")
