"""The blank that comes with a word taken, and the sign typed right after it.

A word is taken with the blank behind it, for mostly another word follows. Where a sign follows instead, the blank gives
way: "tomorrow ," becomes "tomorrow,". So it does inside a number or an address ("10 :30", "example .org", "2026 -11").
And where the next key shows that the sign began something, the blank comes back: "costs .5", "see you :)", "2026 - a".
Only the blank of the word just taken is ever touched, never one that was typed.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final, final

import regex

_CLOSING: Final = regex.compile(r"[\p{Terminal_Punctuation}\p{Pe}…”’'%‰]")
_INSIDE_ADDRESS: Final = regex.compile(r"[-‐‑/@_.:,%#?=&~+°]")
_ADDRESS: Final = regex.compile(r"[@\p{Nd}]|://|^www\.|[\p{L}\p{N}]\.[\p{L}\p{N}]")
_BEGUN: Final = {
    ".": regex.compile(r"\p{Nd}"),
    ",": regex.compile(r"\p{Nd}"),
    ":": regex.compile(r"[-)('*|DP]"),
    ";": regex.compile(r"[-)(]"),
    "'": regex.compile(r"(?V1)[[\p{L}\p{N}]--s]"),  # all but the "s" of "Anna's" is in quotes
    **dict.fromkeys("-‐‑/@_#=&~+", regex.compile(" ")),
}


@final
class Blank(Enum):
    """What the last key did: it took a word with its blank, or it put a sign in the place of that blank."""

    BEHIND_WORD = "behind word"
    GAVE_WAY = "gave way"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a typed character does: `replaced` code points before the cursor give way to `restored` and `inserted`.

    Attributes:
        restored: what the person did not type.
        blank: what is to be known at the next key.
    """

    replaced: int = 0
    restored: str = ""
    inserted: str
    blank: Blank | None = None


def typed(before: str, character: str, blank: Blank | None) -> Typed:
    """What typing `character` behind `before` does, given what the last key did."""
    if blank is Blank.GAVE_WAY and _begins(before[:-1], before[-1], character):
        return Typed(replaced=1, restored=" " + before[-1], inserted=character)
    if blank is Blank.BEHIND_WORD and character == " ":
        return Typed(inserted="")  # it is there already, and from now on as if typed
    if blank is Blank.BEHIND_WORD and character == "\n":
        return Typed(replaced=1, inserted=character)
    if blank is Blank.BEHIND_WORD and gives_way(before[:-1], character):
        return Typed(replaced=1, inserted=character, blank=Blank.GAVE_WAY)
    return Typed(inserted=character)


def gives_way(word: str, sign: str) -> bool:
    """Whether the blank after a text gives way to this sign."""
    if _CLOSING.fullmatch(sign):
        return True
    return _INSIDE_ADDRESS.fullmatch(sign) is not None and _is_address(word)


def _is_address(text: str) -> bool:
    """Whether what the text ends with, back to a blank, looks like a number or an address."""
    *_, last = ["", *text[-200:].split()]
    return not text[-1:].isspace() and _ADDRESS.search(last) is not None


def _begins(word: str, sign: str, following: str) -> bool:
    """Whether the sign, to which a blank gave way, belongs to what follows and not to the word before."""
    if sign not in _BEGUN or _BEGUN[sign].fullmatch(following) is None:
        return False
    return following == " " or not word[-1:].isdecimal()
