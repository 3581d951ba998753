"""The words for secrets in many languages, and the words that tie them to a value.

`words.txt` has the words, and the purpose of each part. The fast search for suspicious lines uses the same words, so
a new word is added in one place.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Final, final

from foreword.files import tables
from foreword.text.secrets.keys import SEEDS_BEGIN


@final
class Noun(Enum):
    """The meaning of a word for a secret. It decides which values are accepted."""

    PASSWORD = auto()  # only a password
    PASS = auto()  # often something else
    CODE = auto()  # of digits, for a door or a purpose; often something else
    PIN = auto()  # only a code of digits
    CVV = auto()  # the same, of three digits
    KEY = auto()  # often something else
    API_KEY = auto()  # only a key
    LOGIN = auto()  # a user and a password
    PHRASE = auto()  # words
    IDENTITY = auto()  # a number by which states and banks identify people

    __hash__ = object.__hash__  # the hash of Enum takes ten times as long


_TABLE: Final = tables(Path(__file__).with_name("words.txt"))


def _set(part: str) -> frozenset[str]:
    return frozenset(_TABLE[part].split())


def _row(part: str) -> tuple[str, ...]:
    return tuple(" ".join(_TABLE[part].split()).split(", "))


def _any(part: str) -> str:
    return "|".join(_TABLE[part].splitlines())


INSIDE: Final = _row("inside")

WORDS: Final = {noun: _row(noun.name.lower().replace("_", " ")) for noun in Noun}

UNSPACED: Final = _row("unspaced")
NO_SECRETS: Final = _set("no secrets")
PARTS: Final = _set("parts")
PLACES: Final = _set("places")
TIES: Final = _set("ties")

OWN_TIES: Final = {
    "to": ("hasł", "hasl", "kod", "klucz", "mój pin"),
    "on": ("salasana", "koodi"),
    "là": ("mật khẩu", "mat khau"),
    "la": ("mật khẩu", "mat khau"),
    "je": ("heslo", "kód", "geslo", "lozink", "kod"),
    "er": ("adgangskode", "kodeord", "passord", "kode", "pin"),
}
"""Ties that mean something else in other languages. They tie only after words with these beginnings."""

OR: Final = _set("or")
THAT: Final = _set("that")
AS: Final = _set("as")
STILL: Final = _set("still")

CHANGES: Final = re.compile(rf"\b(?:{_any('changes')})")
TO: Final = _set("to")
BETWEEN: Final = _set("between")
FOR: Final = _set("for")
ENTER: Final = _set("enter")
PURPOSES: Final = AS | TO | _set("purposes")

ACCESS: Final = re.compile(_any("access"))

UNITS: Final = _set("units")
ONCE: Final = re.compile(_any("once"))

ASKING: Final = _row("asking")
_IN_CAPITALS: Final = _set("in capitals")

ENDING: Final = r"s?[0-9_]{0,2}(?![^\W\d_]|[-‐][^\W\d_])"
_LAST: Final = r"s?[0-9_]{0,2}(?![^\W\d_])"
"""No letter may follow, directly or after a hyphen: a `password-hint` is no password."""


def in_small(text: str) -> str:
    """`text` in small letters, with all positions kept. Only Turkish İ would become two characters."""
    return text.replace("\u0130", "i").lower()


def _pattern(word: str) -> str:
    stem, star, _ = word.partition("*")
    spelled = re.escape(stem).replace(r"\ ", "[ _-]?").replace("'", "['’]?")
    return spelled + (rf"\w{{0,8}}{ENDING}" if star else ENDING)


def named_in(line: str, small: str) -> list[tuple[int, int, Noun]]:
    """The positions of words for secrets in a line, and their nouns. `small` is the line in small letters."""
    return [
        (*each.span(), _noun(each.lastgroup or ""))
        for each in _nouns().finditer(small)
        if each.group() not in _IN_CAPITALS or line[slice(*each.span())].isupper()
    ]


def names_document(line: str) -> bool:
    """Whether a word for the number of a document is in the line."""
    return any(noun is Noun.IDENTITY for _, _, noun in named_in(line, in_small(line)))


@lru_cache
def _noun(group: str) -> Noun:
    return Noun[group.partition("__")[0]]


@lru_cache(maxsize=1)
def _nouns() -> re.Pattern[str]:
    """A pattern for the words of the table, in small letters. The name of a group begins with the name of a `Noun`."""
    # The clearest noun first: `api key` is no `key`. Grouping by first letters lets the search skip most places.
    order = ["PASSWORD", "PHRASE", "API_KEY", "IDENTITY", "PIN", "CVV", "LOGIN", "PASS", "KEY", "CODE"]
    alone = defaultdict[str, list[str]](list)
    for noun in map(Noun.__getitem__, order):
        rests = defaultdict[str, list[str]](list)
        for word in sorted(map(_pattern, WORDS[noun]), key=len, reverse=True):
            rests[word[0]].append(word[1:].replace(ENDING, _LAST) if noun is Noun.IDENTITY else word[1:])
        for first, each in rests.items():
            alone[first].append(f"(?P<{noun.name}__{ord(first)}>{'|'.join(each)})")
    words = "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in alone.items())
    inside = "|".join(sorted(map(_pattern, INSIDE), key=len, reverse=True))
    firsts = "".join({word[0] for word in INSIDE} | {"c", "k"})
    compound = rf"(?=[{firsts}])(?:(?P<PASSWORD__>{inside})|(?P<CODE__>(?:code|kod(?:en?)?|koodi){ENDING}))"
    return re.compile(rf"(?:(?<![^\W_])(?:{words})|{compound})(?:['’]s(?!\w))?")


_TELLING: Final = re.compile(
    r"[\d:：=→>\"“„«`]|[-\u2010-\u2015]{2}|\w[!@#$%^&*+~?]\w|[a-zà-ÿ][A-Z]|(?:[^\W\d_]{3}[-_.]\w*){3}"
)
"""A sign in each line that may hold a secret: in the value, or between the word and the value."""
_ASKING: Final = re.compile(r"\w{0,20}[^\w\n]{0,4}(?:\w{1,6}[^\w\n]{0,4})?$")
_ASKING_FOR: Final = re.compile(r"\S{1,30}(?:\s{1,3}\S{1,20}){0,5}\s{0,3}$")
_LONGEST_ASKING: Final = 48  # characters
"""The rest of a line, from a word for a secret, if it asks for one without a colon: `code of the door?`"""

_OTHERS: Final = {"key": "(?<![cr]key)(?<![dm]onkey)"}
"""Letters that must not stand before: hockey, monkeys, turkey."""
_SHORT: Final = 6
"""The most letters of a short word. Short words are parts of many others, so no letter may follow them."""

_COMMON: Final = "zqxjkvbpgchlfwmyudrsnioate "
"""From rare to common, except letters that are searched for anyway. Other characters are rarer."""


def telling_places(text: str) -> Iterator[int]:
    """The position in each line of the first word that gives or asks for a secret. Few are false positives.

    The search covers the whole text at once. Its patterns begin with a rare character.
    """
    ascii_only = text if text.isascii() else text.replace("\u0130", "i").encode("ascii", "replace").decode()
    small = ascii_only.lower()  # four times as slow for text that is not ASCII
    patterns, beyond = _stem_patterns()
    hits = [each.start() for pattern in patterns for each in pattern.finditer(small)]
    if not text.isascii():
        hits += [each.start() for each in beyond.finditer(text)]
    start = end = -1  # of the line
    is_telling = is_found = False
    for place in sorted(hits):
        if is_found and place < end:
            continue
        if place >= end:
            start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
            end = len(text) if end == -1 else end
            is_telling = _TELLING.search(text, start, end) is not None
        is_phrase = text[place : place + 6].lower() == "phrase"
        is_found = (
            is_telling
            or (end - place <= _LONGEST_ASKING and _asks(text, start, place, end))
            or (is_phrase and SEEDS_BEGIN.search(text, place, min(end, place + 99)) is not None)
        )
        if is_found:
            yield place


def _asks(text: str, start: int, place: int, end: int) -> bool:
    """Whether the line from `start` to `end`, with a word for a secret at `place`, may ask for the secret."""
    if _ASKING.match(text, place, end):
        return True
    token = max(start, text.rfind(" ", start, place) + 1)
    return text[token] != "-" and _ASKING_FOR.match(text, place, end) is not None  # `-Pass me the salt`


@lru_cache(maxsize=1)
def _stem_patterns() -> tuple[list[re.Pattern[str]], re.Pattern[str]]:
    """The patterns for ASCII text in small letters, and the pattern for other characters.

    The search is as fast as memory if a pattern begins with one fixed character.
    """
    by_first = defaultdict[str, list[str]](list)
    for stem, end in sorted(_stems().items()):
        rarest = min(range(len(stem)), key=lambda place: _COMMON.find(stem[place]))
        rest = re.escape(stem[rarest + 1 :])  # first, because letters are compared faster than looked back at
        by_first[stem[rarest]].append(f"{rest}(?<={re.escape(stem)}){_OTHERS.get(stem, '')}{end}")
    beyond = "".join(first for first in by_first if not first.isascii())
    further = "|".join(rest for first in beyond for rest in by_first.pop(first))
    patterns = [re.compile(f"{re.escape(first)}(?:{'|'.join(rests)})") for first, rests in by_first.items()]
    return patterns, re.compile(f"[{beyond}{beyond.upper()}](?i:{further})")


@lru_cache(maxsize=1)
def _stems() -> dict[str, str]:
    """Parts of words, and the pattern that must follow each. Every spelling of a word for a secret has one of them.

    Words for documents are left out, because their digits are found anyway.
    """
    rows = [INSIDE, *(row for noun, row in WORDS.items() if noun is not Noun.IDENTITY)]
    words = [each for row in rows for each in row] + [f"{each}*" for each in (*ASKING, *UNSPACED)]
    found: dict[str, str] = {}
    parts = sorted(
        (word.replace("'", " ").split() for word in words), key=lambda each: (len(each), len(each[0]))
    )
    for first, *others in parts:
        for gaps in product((" ", ""), repeat=len(others)):
            spelled = first + "".join(map("".join, zip(gaps, others, strict=True)))
            if not any((f"{stem} " if end else stem) in f"{spelled} " for stem, end in found.items()):
                part = max(spelled.split(), key=len)
                found[part.rstrip("*")] = "" if part.endswith("*") or len(part) > _SHORT else _LAST
    return found
