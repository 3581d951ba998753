"""Bytes whose encoding is only claimed: what mail and web pages say of themselves is often wrong."""

import codecs
import re
from typing import Final

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
_MARKS: Final = (
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
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
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
