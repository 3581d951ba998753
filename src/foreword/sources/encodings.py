"""Encodings of bytes: the one asked for, the one of a byte order mark, the one that a mail or a page states."""

import codecs
import re
from typing import Final

from foreword.errors import OptionError

DEFAULT_ENCODING: Final = "utf-8"

_LOOKED_AT: Final = 8000  # bytes, as git does
_UNPRINTABLE: Final = re.compile("[\x01-\x06\x0e-\x1a\x1c-\x1f]")
_OF_NAMES: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
"""Python's codecs that are no encoding of texts; decoding a long one takes them quadratic time."""
_MARKS: Final = (  # the longer ones first: UTF-32's little-endian mark begins as that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDER: Final = {  # programs that state these encodings mostly write the wider ones; browsers do the same
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_ASIDE: Final = re.compile(r"-[ie]$")  # iso-8859-8-i says in which direction lines run


def check_encoding(encoding: str) -> None:
    """Raise `OptionError` unless Python knows an encoding of this name in which files are written."""
    if _known(encoding) is None:
        raise OptionError(
            f"there is no encoding named {encoding!r}; give one such as utf-8, utf-16, latin-1, cp1252 or shift_jis"
        )


def encoding_of(head: bytes, encoding: str | None) -> str:
    """The encoding of bytes that begin so: the one given, or what a byte order mark says, or UTF-8."""
    return encoding or next((name for mark, name in _MARKS if head.startswith(mark)), DEFAULT_ENCODING)


def is_text(head: bytes, encoding: str | None) -> bool:
    """Whether bytes that begin so are text: no NUL in sight, and few other control characters."""
    start = head[:_LOOKED_AT]
    encoding = encoding_of(start, encoding)
    # Without an encoding every byte is looked at for itself: those of UTF-8 above 0x7F never look like controls.
    decoder = codecs.getincrementaldecoder("latin-1" if encoding == DEFAULT_ENCODING else encoding)("replace")
    try:
        text = decoder.decode(start)
    except UnicodeError:  # UTF-16 without a mark: decoding all of it says so
        return True
    return "\0" not in text and len(_UNPRINTABLE.findall(text)) * 10 <= len(text)


def decoded(data: bytes, claimed: str | None) -> str:
    """The text of `data`, which claims to be in the encoding `claimed`; never an error.

    Mail and web pages are often wrong about themselves. What is valid UTF-8 is UTF-8, unless the claim is an encoding
    of which the same could be said.
    """
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), *_MARKS)
    marked = next((name for mark, name in marks if data.startswith(mark)), None)
    name = _known(_ASIDE.sub("", (claimed or "").strip(" \"'").lower()))
    claim = _WIDER.get(name, name) if name else None
    for encoding in (marked, claim if claim and not _keeps_ascii(claim) else None, "utf-8", claim, "cp1252"):
        if encoding is not None:
            try:
                return data.decode(encoding)
            except UnicodeError:
                continue
    return data.decode(claim or "latin-1", "replace")


def _known(encoding: str) -> str | None:
    """Python's name of the encoding that is meant; None where it knows none, or none of texts."""
    try:
        name = codecs.lookup(encoding).name
        if name not in _OF_NAMES:
            "a".encode(name)
            return name
    except (LookupError, ValueError):
        pass
    return None


def _keeps_ascii(encoding: str) -> bool:
    """Whether bytes below 0x80 are ASCII: where they are not, that others are valid UTF-8 means nothing."""
    return not encoding.startswith("iso2022") and "a~+".encode(encoding, "replace") == b"a~+"
