"""Text encodings. They come from the user, from a byte order mark, or from the statement of a mail or a page."""

import codecs
import re
from typing import Final

from foreword.errors import OptionError

DEFAULT_ENCODING: Final = "utf-8"

_LOOKED_AT: Final = 8000  # bytes, as in git
_UNPRINTABLE: Final = re.compile("[\x01-\x06\x0e-\x1a\x1c-\x1f]")
_OF_NAMES: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
"""Python's codecs that are not text encodings; they need quadratic time to decode a long text."""
_MARKS: Final = (  # longer marks first: the little-endian mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDER: Final = {  # programs that state these encodings mostly write the wider ones; browsers read the wider ones, too
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_ASIDE: Final = re.compile(r"-[ie]$")  # the suffix of iso-8859-8-i gives the direction of lines


def check_encoding(encoding: str) -> None:
    """Raise `OptionError` unless Python has a text encoding of this name."""
    if _known(encoding) is None:
        raise OptionError(
            f"there is no encoding named {encoding!r}; give one such as utf-8, utf-16, latin-1, cp1252 or shift_jis"
        )


def encoding_of(head: bytes, encoding: str | None) -> str:
    """The encoding of bytes with this beginning: the given one, else that of a byte order mark, else UTF-8."""
    return encoding or next((name for mark, name in _MARKS if head.startswith(mark)), DEFAULT_ENCODING)


def is_text(head: bytes, encoding: str | None) -> bool:
    """Whether bytes with this beginning are text: no NUL, and at most a tenth other control characters."""
    start = head[:_LOOKED_AT]
    encoding = encoding_of(start, encoding)
    # UTF-8 is checked byte by byte, as Latin-1: its bytes above 0x7F never look like control characters.
    decoder = codecs.getincrementaldecoder("latin-1" if encoding == DEFAULT_ENCODING else encoding)("replace")
    try:
        text = decoder.decode(start)
    except UnicodeError:  # UTF-16 without a mark: decoding the whole file reports it
        return True
    return "\0" not in text and len(_UNPRINTABLE.findall(text)) * 10 <= len(text)


def decoded(data: bytes, claimed: str | None) -> str:
    """The text of `data`, which claims the encoding `claimed`; never raises an error.

    Mail and web pages often state a wrong encoding. Valid UTF-8 is read as UTF-8, unless text in the claimed encoding
    may be valid UTF-8, too.
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
    """Python's name of an encoding; None if Python does not know it, or if it is not a text encoding."""
    try:
        name = codecs.lookup(encoding).name
        if name not in _OF_NAMES:
            "a".encode(name)
            return name
    except (LookupError, ValueError):
        pass
    return None


def _keeps_ascii(encoding: str) -> bool:
    """Whether its bytes below 0x80 are ASCII; if they are not, valid UTF-8 proves nothing."""
    return not encoding.startswith("iso2022") and "a~+".encode(encoding, "replace") == b"a~+"
