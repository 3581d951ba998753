"""The words by which people and programs call secrets, in many languages, and those that tie them to a value.

`words.txt` has them, and says what each part is for. A search for lines worth a closer look goes by the same words, so
that a word is added in one place.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import Final, final

from foreword.files import tables
from foreword.text.secrets.keys import SEEDS_BEGIN


@final
class Noun(Enum):
    """What a word may call, and so what may be taken for its value."""

    PASSWORD = auto()  # nothing but a password
    PASS = auto()  # something else as often
    CODE = auto()  # of digits, for a door or a purpose; something else as often
    PIN = auto()  # nothing but a code of digits
    CVV = auto()  # the same, of three
    KEY = auto()  # something else as often
    API_KEY = auto()  # nothing but a key
    LOGIN = auto()  # a user and a password
    PHRASE = auto()  # words
    IDENTITY = auto()  # what states and banks know people by

    __hash__ = object.__hash__  # that of Enum takes ten times as long


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
    "to": ("hasł", "kod", "klucz"),
    "on": ("salasana", "koodi"),
    "je": ("heslo", "kód", "geslo", "lozink", "kod"),
    "er": ("adgangskode", "kodeord", "passord", "kode", "pin"),
}
"""The same where they are other words in other languages, with the beginnings of the words behind which they tie."""

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
"""No further letter, nor one behind a hyphen: what has a `password-hint` tells none."""


def in_small(text: str) -> str:
    """`text` in small letters, each at its place: of one capital, that of Turkish i, the small letter is longer."""
    return text.replace("\u0130", "i").lower()


def _pattern(word: str) -> str:
    stem, star, _ = word.partition("*")
    spelled = re.escape(stem).replace(r"\ ", "[ _-]?").replace("'", "['’]?")
    return spelled + (rf"\w{{0,8}}{ENDING}" if star else ENDING)


def named_in(line: str, small: str) -> list[tuple[int, int, Noun]]:
    """Where words for secrets stand in a line, and what they call; `small` is the line in small letters."""
    return [
        (*each.span(), _noun(each.lastgroup or ""))
        for each in _nouns().finditer(small)
        if each.group() not in _IN_CAPITALS or line[slice(*each.span())].isupper()
    ]


@lru_cache
def _noun(group: str) -> Noun:
    return Noun[group.partition("__")[0]]


@lru_cache(maxsize=1)
def _nouns() -> re.Pattern[str]:
    """The words of the table in a line in small letters; a group begins with the name of a `Noun`."""
    # What is surest first: `api key` is no `key`. By first letters, for then most places are skipped at once.
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
    compound = rf"(?=[{firsts}])(?:(?P<PASSWORD__>{inside})|(?P<CODE__>[ck]ode{ENDING}))"
    return re.compile(rf"(?:(?<![^\W_])(?:{words})|{compound})(?:['’]s(?!\w))?")


_TELLING: Final = re.compile(
    r"[\d:：=→>\"“„«`]|[-\u2010-\u2015]{2}|\w[!@#$%^&*+~?]\w|[a-zà-ÿ][A-Z]|(?:[^\W\d_]{3}[-_.]\w*){3}"
)
"""What stands in a line that tells a secret, be it in the value or between the word and the value."""
_ASKING: Final = re.compile(r"\w{0,20}[^\w\n]{0,4}(?:\w{1,6}[^\w\n]{0,4})?$")
_LONGEST_ASKING: Final = 34  # characters
"""How a line goes on behind the beginning of a word, if it asks for a secret without a colon."""

_OTHERS: Final = {"key": "(?<![cnr]key)", "keys": "(?<![cnr]keys)"}
"""What must not stand before: hockey, monkeys, turkey."""
_SHORT: Final = 6
"""Letters of words that are parts of many others, so that they must end there."""

_COMMON: Final = "zqxjkvbpgchlfwmyudrsnioate "
"""From rare to common, but for letters that are searched for anyway; what is not among them is rarer."""


def telling_places(text: str) -> Iterator[int]:
    """The first place in each line where a word stands that tells a secret or asks for one; hardly a line too many.

    The text is searched as a whole, not line by line, for patterns that begin with a rare character.
    """
    ascii_only = text if text.isascii() else text.encode("ascii", "replace").decode()
    small = ascii_only.lower()  # which takes four times as long where not all are ASCII
    patterns, beyond = _stem_patterns()
    hits = [each.start() for pattern in patterns for each in pattern.finditer(small)]
    if not text.isascii():
        hits += [each.start() for each in beyond.finditer(text)]
    end, is_telling, is_found = -1, False, False  # of the line
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
            or (end - place <= _LONGEST_ASKING and _ASKING.match(text, place, end) is not None)
            or (is_phrase and SEEDS_BEGIN.search(text, place, min(end, place + 99)) is not None)
        )
        if is_found:
            yield place


@lru_cache(maxsize=1)
def _stem_patterns() -> tuple[list[re.Pattern[str]], re.Pattern[str]]:
    """What to look for in small letters, and where not all are ASCII.

    A pattern that begins with one character, and no choice of them, is searched for at the speed of memory.
    """
    by_first = defaultdict[str, list[str]](list)
    for stem, end in sorted(_stems().items()):
        rarest = min(range(len(stem)), key=lambda place: _COMMON.find(stem[place]))
        before, behind = re.escape(stem[: rarest + 1]), re.escape(stem[rarest + 1 :])
        by_first[stem[rarest]].append(f"(?<={before}){behind}{end}{_OTHERS.get(stem, '')}")
    beyond = "".join(first for first in by_first if not first.isascii())
    further = "|".join(rest for first in beyond for rest in by_first.pop(first))
    patterns = [re.compile(f"{re.escape(first)}(?:{'|'.join(rests)})") for first, rests in by_first.items()]
    return patterns, re.compile(f"[{beyond}{beyond.upper()}](?i:{further})")


@lru_cache(maxsize=1)
def _stems() -> dict[str, str]:
    """Small letters by one of which a line with a word for a secret is known, and what must come behind them.

    Of some words one part is enough. What has five digits is known by these, so words for documents are left out.
    """
    rows = [INSIDE, *(row for noun, row in WORDS.items() if noun is not Noun.IDENTITY)]
    words = [each for row in rows for each in row] + [f"{each}*" for each in (*ASKING, *UNSPACED)]
    parts = [word.replace("'", " ").split() for word in words]
    alone = {
        part.rstrip("*"): "" if part.endswith("*") or len(part) > _SHORT else ENDING
        for part, *others in parts
        if not others
    }
    for each in parts:
        if len(each) > 1 and not any(stem in part for part in each for stem in alone):
            alone[max(each, key=len)] = ""
    return {
        stem: end
        for stem, end in alone.items()
        if not any(other in stem and other != stem and not alone[other] for other in alone)
    }
