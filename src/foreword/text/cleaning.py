r"""The one cleaning policy. Every text passes it before a model reads it; cleaning a clean text changes nothing.

Newlines, vertical tabs and form feeds become `\n`. Other control characters (category Cc) are removed, except tab. Lone
surrogates become U+FFFD. Byte order marks at the beginning are removed. The rest gets normal form C. Joiners, case and
punctuation stay, because people type them. At most 32 combining marks may follow one another: no language needs more,
and ordering a million of them takes hours.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import regex

POLICY: Final[dict[str, str]] = {
    "normal_form": "NFC",
    "newlines": "\\n",
    "control_characters": "removed but newline and tab",
    "lone_surrogates": "U+FFFD",
    "combining_marks": "at most 32 in a row",
    "byte_order_mark": "removed at the beginning",
}

_BYTE_ORDER_MARK: Final = "\ufeff"
_ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_PILE: Final = regex.compile(r"(\p{M}{32})\p{M}+")
# No character below U+0300 is a mark, joins one before it, or has another normal form.
_BEYOND_LATIN: Final = regex.compile("[\u0300-\U0010ffff]")
# The last character that is independent of all text before it.
_LAST_START: Final = regex.compile(r"(?rV1)[\p{NFC_QC=Y}&&\p{ccc=0}&&\P{M}]")


def clean(text: str) -> str:
    """`text` after cleaning."""
    return "".join(clean_pieces([text]))


def clean_pieces(pieces: Iterable[str]) -> Iterator[str]:
    """Clean a text in pieces. The joined result does not depend on the places of the cuts.

    An end that the next piece may change (a carriage return, a letter that may get an accent) is held back.
    """
    begun = False
    held: list[str] = []
    for piece in _plain(pieces):
        fresh = piece if begun else piece.lstrip(_BYTE_ORDER_MARK)
        begun = begun or bool(fresh)
        if last := _LAST_START.search(fresh):
            yield _normal("".join([*held, fresh[: last.start()]]))
            held = [fresh[last.start() :]]
        else:
            held.append(fresh)
    yield _normal("".join(held))


def whole(text: str) -> str:
    """`text` with U+FFFD for each lone surrogate, so that an encoding can write it."""
    return _SURROGATES.sub("\ufffd", text)


def _plain(pieces: Iterable[str]) -> Iterator[str]:
    r"""The pieces with `\n` newlines, without control characters and lone surrogates."""
    returned = ""  # a carriage return at the end of a piece may be half of a newline
    for piece in pieces:
        text = returned + piece
        returned = "\r" if text.endswith("\r") else ""
        if "\r" in text:
            text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
        yield _ODD.sub(_replacement, text)
    if returned:
        yield "\n"


def _replacement(found: re.Match[str]) -> str:
    if found.group() in "\x0b\x0c":  # a line's end in Word, and a page's
        return "\n"
    return "\ufffd" if found.group() >= "\ud800" else ""


def _normal(text: str) -> str:
    if _BEYOND_LATIN.search(text) is None:
        return text
    # The first cut saves the time to order the marks. The second is needed because NFC may split one mark into two.
    return _PILE.sub(r"\1", unicodedata.normalize("NFC", _PILE.sub(r"\1", text)))
