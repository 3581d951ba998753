"""Plain text, from bytes in any encoding to documents, in bounded memory however long it is."""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from foreword.errors import OptionError, SourceEmpty, SourceNotText, WrongEncoding
from foreword.text.documents import Document

DEFAULT_ENCODING: Final = "utf-8"

_LOOKED_AT: Final = 8000  # as git does, to tell text from anything else
_UNPRINTABLE: Final = re.compile("[\x01-\x06\x0e-\x1a\x1c-\x1f]")
_NOT_OF_FILES: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
_MARKS: Final = (  # the longer ones first: UTF-32's little-endian mark begins as that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_plain(
    blocks: Iterable[bytes], name: str, encoding: str | None, *, cut: list[str] | None = None
) -> Iterator[Document]:
    """One text as documents, one for each block of bytes; all but the last are `continued`.

    `name` is what the errors call it. Without an `encoding` it is the one that a mark at the beginning says, or UTF-8.
    Where `cut` is given, a text that breaks off within a character is read without it, and a note is added to `cut`.

    Raises:
        SourceEmpty: there is not one character.
        SourceNotText: it begins like a program, a picture or an archive.
        WrongEncoding: a byte cannot be decoded; the message says which, where, and what to do.
    """
    before = ""
    for text in _texts(_checked(blocks, name, encoding), name, encoding, cut):
        if before:
            yield Document(text=before, continued=True)
        before = text
    if not before:
        raise SourceEmpty(f"{name} is empty; name a source with text in it")
    yield Document(text=before)


def check_encoding(encoding: str) -> None:
    """Raise `OptionError` unless Python knows an encoding of this name in which files are written."""
    try:
        "a".encode(encoding)
        known = codecs.lookup(encoding).name not in _NOT_OF_FILES
    except (LookupError, ValueError):
        known = False
    if not known:
        raise OptionError(
            f"there is no encoding named {encoding!r}; give one such as utf-8, utf-16, latin-1, cp1252 or shift_jis"
        )


def encoding_of(head: bytes, encoding: str | None) -> str:
    """The encoding of bytes that begin so: the one given, or what a byte order mark says, or UTF-8."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), DEFAULT_ENCODING)
    return encoding or marked


def is_text(head: bytes, encoding: str | None) -> bool:
    """Whether bytes that begin so are text: no NUL in sight, and few other control characters."""
    start = head[:_LOOKED_AT]
    decoded = encoding_of(start, encoding)
    # Without an encoding every byte is looked at for itself: those of UTF-8 above 0x7F never look like controls.
    decoder = codecs.getincrementaldecoder("latin-1" if decoded == DEFAULT_ENCODING else decoded)("replace")
    try:
        text = decoder.decode(start)
    except UnicodeError:  # UTF-16 without a mark: who reads it is told
        return True
    return "\0" not in text and len(_UNPRINTABLE.findall(text)) * 10 <= len(text)


def _checked(blocks: Iterable[bytes], name: str, encoding: str | None) -> Iterator[bytes]:
    """The blocks, once the first of them has been found to be text."""
    looked = False
    for block in blocks:
        if not looked and not is_text(block, encoding):
            raise SourceNotText(
                f"{name} is not text: it holds NUL or other control characters, as programs, pictures and archives do; "
                "name a text, or its encoding with --encoding"
            )
        looked = True
        yield block


def _texts(blocks: Iterator[bytes], name: str, encoding: str | None, cut: list[str] | None) -> Iterator[str]:
    """The text of the blocks, without a byte order mark; never empty."""
    first = next(blocks, b"")
    encoding = encoding_of(first, encoding)
    decoder = codecs.getincrementaldecoder(encoding)()
    taken, lines, begun = 0, 1, False
    try:
        for block in chain([first], blocks):
            taken += len(block)
            text = decoder.decode(block)
            lines += text.count("\n")
            fresh = text if begun else text.removeprefix("\ufeff")
            begun = begun or bool(text)
            if fresh:
                yield fresh
        if cut is not None and decoder.getstate()[0]:
            cut.append(f"{name} breaks off within a character: it may have been cut")
            return
        rest = decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _wrong(error, name, encoding, taken, lines) from None
    except UnicodeError as error:  # UTF-16 without a mark
        raise WrongEncoding(
            f"{name} is not in {encoding}: {error}; give its own with --encoding, such as {encoding}-le"
        ) from None
    if rest:
        yield rest


def _wrong(error: UnicodeDecodeError, name: str, encoding: str, taken: int, lines: int) -> WrongEncoding:
    """The error for a byte in the last block; `error.object` is that block and what was left of the one before."""
    offset = taken - len(error.object) + error.start
    line = lines + error.object[: error.start].decode(encoding, "ignore").count("\n")
    byte = error.object[error.start]
    advice = "--encoding cp1252 or latin-1" if encoding == DEFAULT_ENCODING else "another --encoding"
    return WrongEncoding(
        f"{name} is not in {encoding}: byte 0x{byte:02X} at offset {offset}, in line {line} ({error.reason}); "
        f"try {advice}, whichever it was written in"
    )


_WIDER: Final = {  # what is written under these names is as a rule the larger set, as browsers know
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_ALL_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OF_NAMES: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
"""Python's codecs that are no encoding of texts; decoding a long one takes them quadratic time."""
_ASIDE: Final = re.compile(r"-[ie]$")  # iso-8859-8-i says in which direction lines run


def decoded(data: bytes, claimed: str | None) -> str:
    """The text of `data`, which claims to be in the encoding `claimed`; never an error.

    What is valid UTF-8 is UTF-8, unless the claim is an encoding of which the same could be said.
    """
    marked = next((encoding for mark, encoding in _ALL_MARKS if data.startswith(mark)), None)
    claim = _known(claimed)
    tried = [marked, claim if claim and not _keeps_ascii(claim) else None, "utf-8", claim, "cp1252"]
    for encoding in tried:
        if encoding is not None:
            try:
                return data.decode(encoding)
            except UnicodeError:
                continue
    return data.decode(claim or "latin-1", "replace")


def _known(claimed: str | None) -> str | None:
    """The name of the encoding that is meant; None where Python knows none, or none of texts."""
    try:
        name = codecs.lookup(_ASIDE.sub("", (claimed or "").strip(" \"'").lower())).name
        if name in _OF_NAMES:
            return None
        "a".encode(name)
    except (LookupError, ValueError):
        return None
    return _WIDER.get(name, name)


def _keeps_ascii(encoding: str) -> bool:
    """Whether bytes below 0x80 are ASCII: where they are not, that others are valid UTF-8 means nothing."""
    try:
        return (
            not encoding.startswith(("utf-7", "utf_7", "iso2022", "hz")) and "a~+".encode(encoding) == b"a~+"
        )
    except UnicodeError:
        return False
