r"""The one policy by which every text is cleaned before a model sees it.

Newlines become `\n`; control characters (category Cc) but newline and tab go; lone surrogates become U+FFFD; byte
order marks at the beginning go; what remains is put in normal form C. Joiners, case and punctuation stay, for people
type them. Cleaning a clean text changes nothing. The policy travels with each model in its `config.json`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

POLICY: Final[dict[str, str]] = {
    "normal_form": "NFC",
    "newlines": "\\n",
    "control_characters": "removed but newline and tab",
    "lone_surrogates": "U+FFFD",
    "byte_order_mark": "removed at the beginning",
}

_BYTE_ORDER_MARK: Final = "\ufeff"
_ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
# No character below this one combines with what stands before it.
_FIRST_COMBINING: Final = "\u0300"


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
        cut = _last_start(fresh)
        if cut < 0:
            held.append(fresh)
            continue
        held.append(fresh[:cut])
        yield from _normal("".join(held))
        held = [fresh[cut:]]
    yield from _normal("".join(held))


def whole(text: str) -> str:
    """`text` with U+FFFD for each lone surrogate: what an encoding can write."""
    return _SURROGATES.sub("\ufffd", text)


def _plain(pieces: Iterable[str]) -> Iterator[str]:
    r"""The pieces with `\n` newlines, without control characters and lone surrogates."""
    returned = ""  # a carriage return at the end of a piece: half of a newline, perhaps
    for piece in pieces:
        text = returned + piece
        returned = "\r" if text.endswith("\r") else ""
        yield _mend(text[: len(text) - len(returned)])
    if returned:
        yield "\n"


def _mend(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ODD.search(text):
        text = whole(_CONTROLS.sub("", text))
    return text


def _normal(text: str) -> Iterator[str]:
    if text:
        yield unicodedata.normalize("NFC", text)


def _last_start(text: str) -> int:
    """Where the last character stands that nothing before it can change or be changed by; -1 if there is none."""
    for at in range(len(text) - 1, -1, -1):
        if text[at] < _FIRST_COMBINING or _starts_afresh(text[at]):
            return at
    return -1


@cache
def _combining() -> frozenset[str]:
    """The characters that a canonical composition joins to the one before, jamo vowels and finals among them.

    Unicode calls these NFC_Quick_Check=Maybe; Python's `unicodedata` has no look-up for it.
    """
    seconds = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    for code in range(ord("\u00c0"), 0x20000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            seconds.add(chr(int(parts[1], 16)))
    return frozenset(seconds)


def _starts_afresh(character: str) -> bool:
    first = unicodedata.normalize("NFD", character)[0]
    return unicodedata.combining(first) == 0 and first not in _combining()
