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
# What normal form C may change, move, or join to the character before; and what is none of that, nor a mark.
_UNSETTLED: Final = regex.compile(r"(?V1)[^\p{NFC_QC=Y}&&\p{ccc=0}]+")
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
    return _ODD.sub(lambda found: "\ufffd" if found.group() >= "\ud800" else "", text)


def _normal(text: str) -> Iterator[str]:
    if _BEYOND_LATIN.search(text) is None:
        yield text
    else:
        # Once before, for the time it takes, and once after, for a mark may be written as two.
        yield _PILE.sub(r"\1", _compose(_PILE.sub(r"\1", text)))


def _compose(text: str) -> str:
    """Normal form C of `text`, worked out only where it can differ: many times as fast on marked scripts."""
    parts: list[str] = []
    done = 0
    for run in _UNSETTLED.finditer(text):
        start = max(done, run.start() - 1)  # with the character that the run may join
        parts += text[done:start], unicodedata.normalize("NFC", text[start : run.end()])
        done = run.end()
    return "".join([*parts, text[done:]])


def _last_start(text: str) -> int:
    """Where the last character stands that nothing before it can change or be changed by; -1 if there is none."""
    found = _LAST_START.search(text)
    return found.start() if found else -1
