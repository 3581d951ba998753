r"""The signs that a person types: runs of punctuation, emoticons and emoji, counted by the word or sign before.

    P(s | c) = (count(c s) + B · P(s | kind of c)) / (count(c) + B)

`c` is the word or sign before, and its kind is word or sign. `s` is the next sign, with its space if it has one, or no
sign. This is the smoothing of Witten and Bell with a constant, because a person has few signs and many habits.

Source: MacKay and Bauman Peto (1995), "A hierarchical Dirichlet language model", for a constant B.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple, final

import regex

from foreword.text.secrets import OMISSION
from foreword.text.words import PATTERN, UNSPACED

TAIL: Final = 512  # characters of a line that are read
BACKING: Final = 6.0  # B above
UNSEEN: Final = 20.0  # words without a sign, counted in advance: else one comma seems to follow each word
NEW: Final = 3  # uses of the characters typed as a whole sign, counted in advance
NONE: Final = ""  # no sign comes: a word does, or the end
TOUCHES: Final = "\0"  # after a sign that touches the next word: it is not offered, but the word may come
OPENING: Final = regex.compile(r"[\p{Ps}\p{Pi}]$")
ALWAYS_OPENING: Final = regex.compile(r"[\p{Ps}¿¡]$")
"""The others close quotations in some languages: “ in German, « in Danish."""
MOUTHS: Final = frozenset("DP")
"""The letters of :D and :P, which the memory counts as words."""
BEFORE_MOUTH: Final = regex.compile(r"[:;=][-'^]?$|[\p{L}\p{M}\p{N}&/]\s*$")
"""Eyes, or what a word D may follow. After other signs and at the beginning, it hardly ever is a word."""
WIDE: Final = regex.compile("[\u3001-\u303f\uff01-\uff65]$")
"""Chinese and Japanese signs, which have their space inside."""

_FACE: Final = r"(?<!\p{N})(?:[:;=][-'^]?(?:[DPpOoSsXx]+|[03])|<3+)(?![\p{L}\p{N}])"
_EYES: Final = r"(?<![\p{L}\p{N}._])(?P<eye>[\p{L}0])[._]+(?P=eye)(?![\p{L}\p{N}._])"  # T.T, o_o
_PIECE: Final = regex.compile(
    rf"{_FACE}|{_EYES}|(?P<word>{UNSPACED}|{PATTERN})|(?:(?!{_FACE})[^\p{{L}}\p{{N}}\s])+"
)
"""In scripts without spaces, each letter counts as a word: else each first letter of a word would ask for a sign."""
_CLOSING: Final = regex.compile(r"[\p{Terminal_Punctuation}\p{Pe}…”’'%‰\u00A0\u202F]")
_QUOTATIONS: Final = dict(zip('“‘»«›‹"*_', '„‚«»‹›"*_', strict=True))
"""Closing quotation marks that also open quotations in other languages, and the marks that they close. * and _ close
emphasis, as in **very**."""
_ALIKE: Final = {mark: marks for marks in ('"', "„“”", "«»", "‹›") for mark in marks}
"""The marks that open and close the same quotations, whichever does what in a language."""
_SPACED: Final = regex.compile("[!?…;,،؛؟।]")
_OPENS: Final = regex.compile(r"(?<![^\s\p{Ps}*_][*_]*)\p{P}(?=\S)")
_INSIDE_ADDRESS: Final = regex.compile(r"[-‐‑/@_.:,%#?=&~+°]")
_ADDRESS: Final = regex.compile(r"[@\p{Nd}]|://|^www\.|[\p{L}\p{N}]\.[\p{L}\p{N}]")
_TOUCHED: Final = regex.compile(r"[\p{L}\p{N}]")
_BEGUN: Final = {
    ".": regex.compile(r"\p{Nd}"),
    ",": regex.compile(r"\p{Nd}"),
    ":": regex.compile(r"[-)('*|DPp/]"),
    ";": regex.compile(r"[-)(]"),
    "'": regex.compile(r"(?V1)[[\p{L}\p{N}]--[dlrsv]]"),  # not in she'd, we'll, they're, Anna's, I've
    **dict.fromkeys("-‐‑/@#=&~+–—", regex.compile(" ")),
}
"""The character after a sign that began something and did not end the word before it."""
_GOES_ON: Final = regex.compile(r"\p{Nd}.$|\b(?i:https?|ftp|file|git|ssh|wss?)/$|(?i:nt|\bim)$")
"""A word and the character after a sign inside it: 10:30, https://, can't, I'm."""


class _Piece(NamedTuple):
    """A word or a sign in a line."""

    start: int
    end: int
    is_word: bool


_START: Final = _Piece(0, 0, is_word=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The signs that may come at the end of a text, by their texts from `typed` on, with their probabilities."""

    typed: str  # the part of the sign already typed, with the space before it
    chances: Mapping[str, float]
    ends: float  # the probability that no more of a sign comes
    joins: float = 0.0  # that of a sign which touches the next word, as in km/h


@final
class Signs:
    """Counts the signs of messages."""

    def __init__(self, messages: Iterable[str] = ()) -> None:
        self._after: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._kinds: tuple[Counter[str], Counter[str]] = Counter(), Counter()  # after signs, after words
        for each in messages:
            self.add(each)

    def add(self, message: str) -> None:
        """Count one clean message."""
        for before, after in pairwise([_START, *_pieces(message), None]):
            assert before is not None  # noqa: S101 - only the last of all is None
            sign = NONE
            if after is not None and not after.is_word:
                sign = message[before.end : after.end]
                if OMISSION in sign or "\ufffd" in sign:  # text was removed or forgotten there, or lost
                    continue
                sign += TOUCHES if _TOUCHED.match(message, after.end) and not WIDE.search(sign) else ""
            self._after[message[before.start : before.end].casefold()][sign] += 1
            self._kinds[before.is_word][sign] += 1

    def follow(self, line: str) -> Following:
        """The signs that may come after a clean, unfinished line of any length."""
        line = line[-TAIL:].partition(" ")[2] if len(line) > TAIL else line
        *before, last = [_START, *_pieces(line)]
        if before and not last.is_word and last.end == len(line):  # a sign is begun
            last = before[-1]
        typed = line[last.end :]
        chances = self._chances(line[last.start : last.end].casefold(), typed, is_word=last.is_word)
        joins = sum(chances[sign] for sign in chances if sign.startswith(typed) and sign.endswith(TOUCHES))
        touching = chances.pop(typed + TOUCHES, 0.0)
        offered = {sign: chance for sign, chance in chances.items() if not sign.endswith(TOUCHES)}
        fitting = {sign: chance for sign, chance in offered.items() if sign.startswith(typed)}
        whole = fitting.pop(typed, 0.0) + touching if typed.strip() else 1.0 - sum(offered.values())
        total = sum(fitting.values()) + whole
        if not total > 0:
            return Following(typed=typed, chances={}, ends=1.0)
        return Following(
            typed=typed,
            chances={sign: chance / total for sign, chance in fitting.items()},
            ends=whole / total,
            joins=min(joins / total, 1.0),
        )

    def _chances(self, symbol: str, typed: str, *, is_word: bool) -> dict[str, float]:
        """The probabilities of all signs after a word or a sign. Those typed may be a new one."""
        kind, own = self._kinds[is_word], self._after.get(symbol, Counter[str]())
        if typed.strip():
            kind = kind + Counter({typed: NEW})
        everything, times = kind.total() + UNSEEN, own.total()
        return {
            sign: (own[sign] + BACKING * count / everything) / (times + BACKING)
            for sign, count in kind.items()
            if sign != NONE
        }


def _pieces(line: str) -> Iterator[_Piece]:
    """The words and signs of a line."""
    for found in _PIECE.finditer(line):
        yield _Piece(found.start(), found.end(), found["word"] is not None)


def replaces_space(before: str, sign: str) -> bool:
    """True if this sign replaces the space after the word at the end of `before`, as in "tomorrow,".

    A no-break space does, too: French has one before !.
    """
    if _CLOSING.fullmatch(sign) or _closes(before, sign):
        return True
    return _INSIDE_ADDRESS.fullmatch(sign) is not None and _is_address(before)


def begins_something(word: str, sign: str, following: str) -> bool:
    """Whether a sign that replaced a space belongs to the text after it, not to the word before."""
    if sign not in _BEGUN or _BEGUN[sign].fullmatch(following) is None:
        return False
    return following == " " or not _GOES_ON.search(word + following)


def touches_word(before: str) -> bool | None:
    """Whether the next word follows the sign at the end of `before` without a space; None if it does not show.

    In German, “ closes a quotation, and in Danish «. So the marks before it in the line decide. After ? a network that
    was trained for minutes finds a word with its space hardly likelier than without.
    """
    line = before.rpartition("\n")[2]
    rest, sign = line[:-1], line[-1:]
    if ALWAYS_OPENING.search(sign) or WIDE.search(sign):
        return True
    if marks := _ALIKE.get(sign):
        is_open, at = sum(map(rest.count, marks)) % 2 == 1, max(map(rest.rfind, marks))
        if not rest or rest[-1].isspace() or ALWAYS_OPENING.search(rest):
            # It closes « oui », but not what 27" or “see began.
            return not (is_open and rest[at + 1 : at + 2].isspace() and not rest[at - 1 : at].isalnum())
        if is_open or rest[-1].isalnum():
            return False
    return False if _SPACED.fullmatch(sign) and not _is_address(line) else None


def _closes(before: str, sign: str) -> bool:
    """True if this sign closes a quotation or emphasis of the line. French ones have spaces inside: « oui »."""
    line = before.rpartition("\n")[2]
    at = line.rfind(_QUOTATIONS.get(sign, "\n"))
    return at >= max(line.rfind(sign), 0) and _OPENS.match(line, at) is not None


def _is_address(text: str) -> bool:
    """True if the end of the text, back to a space, resembles a number or an address."""
    *_, last = ["", *text[-200:].split()]
    return not text[-1:].isspace() and _ADDRESS.search(last) is not None
