"""Text out of bytes, a block or a line at a time, in bounded memory however long it is.

Every format whose bytes are text is read here, so the ends of lines, byte order marks, wrong bytes and files that break
off are the same for all. Mail and pages, which claim an encoding, are decoded by `encodings.decoded`.
"""

import codecs
from collections.abc import Iterator

from foreword.errors import SourceEmpty, SourceNotText, WrongEncoding
from foreword.sources.encodings import DEFAULT_ENCODING, encoding_of, is_text
from foreword.sources.opened import Opened
from foreword.text.documents import Document


def read_plain(opened: Opened) -> Iterator[Document]:
    """A text as documents, one for each block of bytes; all but the last are `continued`. Errors as of `pieces_of`."""
    before = ""
    for text in pieces_of(opened, strict=True):
        if before:
            yield Document(text=before, continued=True)
        before = text
    yield Document(text=before)


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


def pieces_of(opened: Opened, notes: list[str] | None = None, *, strict: bool = False) -> Iterator[str]:
    """All of its text, a block at a time and never an empty one; every line ends in LF.

    A file that was cut within a character is read without that character, and a note is added to `notes`; where it is
    `strict`, this is an error as any wrong byte is.

    Raises:
        SourceEmpty: there is not one character.
        SourceMissing: it cannot be read.
        SourceNotText: it begins like a program, a picture or an archive, or its compression is damaged.
        WrongEncoding: a byte cannot be decoded; the message says which, where, and what to do.
    """
    held, empty = "", True
    for text in _decoded(opened, notes, strict=strict):
        empty = False
        whole = held + text
        held = "\r" if whole.endswith("\r") else ""  # the LF to it may be in the next block
        if whole := whole.removesuffix(held):
            yield whole.replace("\r\n", "\n").replace("\r", "\n") if "\r" in whole else whole
    if held:
        yield "\n"
    if empty:
        raise SourceEmpty(f"{opened.name} is empty; name a source with text in it")


def _decoded(opened: Opened, notes: list[str] | None, *, strict: bool) -> Iterator[str]:
    """The text of the blocks, without a byte order mark; never empty."""
    encoding = encoding_of(opened.head, opened.encoding)
    decoder = codecs.getincrementaldecoder(encoding)()
    taken, lines, begun = 0, 1, False
    try:
        for block in opened.blocks():
            if not taken and not is_text(block, opened.encoding):
                what = "it holds NUL or other control characters, as programs and pictures do"
                raise SourceNotText(
                    f"{opened.name} is not text: {what}; name a text, or its encoding with --encoding"
                )
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
        # UTF-16 without a mark, which Python 3.13 calls a wrong byte
        advice = f"give its own with --encoding, such as {encoding}-le"
        raise WrongEncoding(f"{opened.name} is not in {encoding}: {error}; {advice}") from None


def _wrong_byte(error: UnicodeDecodeError, name: str, encoding: str, taken: int, lines: int) -> WrongEncoding:
    """The error for a byte in the last block; `error.object` is that block and what was left of the one before."""
    line = lines + error.object[: error.start].decode(encoding, "ignore").count("\n")
    offset = taken - len(error.object) + error.start
    where = f"byte 0x{error.object[error.start]:02X} at offset {offset}, in line {line} ({error.reason})"
    advice = "--encoding cp1252 or latin-1" if encoding == DEFAULT_ENCODING else "another --encoding"
    return WrongEncoding(f"{name} is not in {encoding}: {where}; try {advice}, whichever it was written in")
