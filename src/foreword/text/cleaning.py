r"""The one policy by which every text is cleaned before a model sees it.

Newlines become `\n`; control characters (category Cc) but newline and tab go; lone surrogates become U+FFFD; byte
order marks at the beginning go; what remains is put in normal form C. Joiners, case and punctuation stay, for people
type them. Of combining marks 32 may follow one another: no language stacks as many, and ordering a million of them
takes hours. Cleaning a clean text changes nothing. The policy travels with each model in its `config.json`.
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
# The last character that nothing before it can change or be changed by.
_LAST_START: Final = regex.compile(r"(?rV1)[\p{NFC_QC=Y}&&\p{ccc=0}&&\P{M}]")


def clean(text: str) -> str:
    """The whole of `text` by the policy."""
    return "".join(clean_pieces([text]))


def clean_pieces(pieces: Iterable[str]) -> Iterator[str]:
    """The same, piece by piece: wherever a text is cut, the cleaned pieces joined are the cleaned text.

    What could still change with the next piece (a carriage return, a letter that may get an accent) is held back.
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
    """`text` with U+FFFD for each lone surrogate: what an encoding can write."""
    return _SURROGATES.sub("\ufffd", text)


def _plain(pieces: Iterable[str]) -> Iterator[str]:
    r"""The pieces with `\n` newlines, without control characters and lone surrogates."""
    returned = ""  # a carriage return at the end of a piece: half of a newline, perhaps
    for piece in pieces:
        text = returned + piece
        returned = "\r" if text.endswith("\r") else ""
        if "\r" in text:
            text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
        yield _ODD.sub(lambda found: "\ufffd" if found.group() >= "\ud800" else "", text)
    if returned:
        yield "\n"


def _normal(text: str) -> str:
    if _BEYOND_LATIN.search(text) is None:
        return text
    # Marks are cut once before, for the time it takes to order them, and once after, for a mark may be written as two.
    return _PILE.sub(r"\1", unicodedata.normalize("NFC", _PILE.sub(r"\1", text)))
