"""Which lines of a text are worth a closer look for secrets: those where something rare stands that all of them have.

The text is searched as a whole, not line by line, for patterns that begin with a rare character: on others the search
would stop at every word. It may find too many lines, never too few.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from foreword.text.secrets import Kind, nouns
from foreword.text.secrets.keys import SEEDS
from foreword.text.secrets.nouns import Noun
from foreword.text.secrets.numbers import BETWEEN, SHORTEST

_IN_KEYS: Final = r"[A-Za-z0-9_+/.:=~%-]"
_AFTER_DIGIT: Final = (
    # a long number; a digit beside a letter, and among 16 characters without a blank; how account numbers begin
    rf"(?:(?:{BETWEEN}{{0,3}}+\d){{{SHORTEST - 1}}}"
    rf"|(?:(?=[A-Za-z])|(?<=[A-Za-z]\d))(?:(?={_IN_KEYS}{{7}})|(?<={_IN_KEYS}{{9}}))"
    r"|(?<=[A-Za-z]{2}\d)\d"
    # a code; a number of a document in pairs; a code for a door; a card with other signs between; one in two lines
    r"|(?=\d{4})|(?= ?\d\d ?\d\d ?[A-D]\b)|(?=-[A-Z]{4,8}-)|(?=#)|(?=[ -]word)|(?<=1)(?=[.)]? ?[A-Za-z]{3,8} 2)"
    r"|(?<=\d{4})(?=[^\w\n]{1,3}\d{4,6}[^\w\n]|_\d{4,6}_)"
    r"|(?<=\d{3})(?=[ \t]{0,2}\n[ \t]{0,2}\d{3}))"
)
_ALWAYS: Final = (
    rf"\d{_AFTER_DIGIT}",
    r"_(?=[A-Za-z0-9_-]{16})",  # a key without digits
    r"-(?:(?=[A-Za-z0-9_-]{16})|(?=[awb] |u|p|-user)(?<!\S.)|(?=-(?:pass|token|secret|api))|(?=User-Key-File))",
    r"/(?= )(?<= /)",
    r"@(?=[\w.-]{3,80} ?[/|:] ?\S)",
    r"A(?:KIA|SIA|BIA|CCA|3T|Iza)",
    rf":(?:(?=//)|(?<=/user:)|(?<=/p:)|(?<=[cC]ookie:)|(?<=COOKIE:)|(?<=[cC]ookie\d:)|(?<=(?i:wifi):)|(?= ?{SEEDS}))",
    rf"\n(?=(?:\w{{3,10}}+[ ,;]{{1,3}}+){{11}})(?={SEEDS})",  # a seed phrase
)
_BY_REQUEST: Final = {Kind.ADDRESS: "@", Kind.PHONE: r"[0-9][-\d\u2010-\u2014\u2212]{6}"}
_SEEDS: Final = re.compile(rf"\b{SEEDS}")
_TELLING: Final = re.compile(
    r"[\d:：=→>\"“„«`]|[-\u2010-\u2015]{2}|\w[!@#$%^&*+~?]\w|[a-zà-ÿ][A-Z]|(?:[^\W\d_]{3}[-_.]\w*){3}"
)
"""What stands in a line that tells a secret, be it in the value or between the word and the value."""
_ASKING: Final = re.compile(r"\w{0,20}[^\w\n]{0,4}(?:\w{1,6}[^\w\n]{0,4})?$")
_LONGEST_ASKING: Final = 34  # characters
"""How a line goes on behind the beginning of a word, if it asks for a secret without a colon."""

_RARE: Final = frozenset("_/@:")
_OTHERS: Final = {"key": "(?<![cnr]key)", "keys": "(?<![cnr]keys)"}
"""What must not stand before: hockey, monkeys, turkey."""
_SHORT: Final = 6
"""Letters of words that are parts of many others, so that they must end there."""

_COMMON: Final = "zqxjkvbpgchlfwmyudrsnioate "
"""From rare to common, but for letters that are searched for anyway; what is not among them is rarer."""


def suspicious(text: str, also: frozenset[Kind]) -> list[int]:
    """Places in the lines to look at, in order; of each search the first in a line."""
    ascii_only = text if text.isascii() else text.encode("ascii", "replace").decode()
    small = ascii_only.lower()  # which takes four times as long where not all are ASCII
    signs, words, further = _patterns(also)
    found = [place for pattern in signs for place in _places(pattern, text)]
    hits = [each.start() for pattern in words for each in pattern.finditer(small)]
    if not text.isascii():
        hits += [each.start() for each in further.finditer(text)]
    found += _telling(text, sorted(hits))
    if _SEEDS.match(text):
        found.append(0)
    return sorted(found)


def _places(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """The first place in each line where it is found; from one rare character to the next, where it begins with one."""
    first = pattern.pattern[0]
    place = 0
    while place != -1:
        if first in _RARE:
            place = text.find(first, place)
            if place == -1:
                return
            found = pattern.match(text, place)
        else:
            found = pattern.search(text, place)
            if found is None:
                return
        if found is None:
            place += 1
        else:
            yield found.end()  # a seed phrase stands behind the newline
            place = text.find("\n", found.end())


def _telling(text: str, hits: list[int]) -> Iterator[int]:
    """The first of these places in each line where a secret may be told, or asked for."""
    end, is_telling, is_found = -1, False, False  # of the line
    for place in hits:
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
            or (is_phrase and _SEEDS.search(text, place, min(end, place + 99)) is not None)
        )
        if is_found:
            yield place


@lru_cache(maxsize=4)
def _patterns(
    also: frozenset[Kind],
) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]], re.Pattern[str]]:
    """What to look for: in the text as it is, in small letters, and where not all are ASCII.

    A pattern that begins with one character, and no choice of them, is searched for at the speed of memory.
    """
    signs = [*_ALWAYS, *(pattern for kind, pattern in _BY_REQUEST.items() if kind in also)]
    by_first = defaultdict[str, list[str]](list)
    for first, rest in _anchored():
        by_first[first].append(rest)
    beyond = "".join(first for first in by_first if not first.isascii())
    further = "|".join(rest for first in beyond for rest in by_first.pop(first))
    words = [f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items()]
    return (
        [re.compile(each) for each in signs],
        [re.compile(each) for each in words],
        re.compile(f"[{beyond}{beyond.upper()}](?i:{further})"),
    )


@lru_cache(maxsize=1)
def _stems() -> dict[str, str]:
    """Small letters by one of which a line with a word for a secret is known, and what must come behind them.

    Of some words one part is enough. What has five digits is known by these, so words for documents are left out.
    """
    rows = [
        nouns.INSIDE,
        *(row for noun, row in nouns.WORDS.items() if noun is not Noun.IDENTITY),
    ]
    words = [each for row in rows for each in row] + [f"{each}*" for each in (*nouns.ASKING, *nouns.UNSPACED)]
    parts = [word.replace("'", " ").split() for word in words]
    alone = {
        part.rstrip("*"): "" if part.endswith("*") or len(part) > _SHORT else nouns.ENDING
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


def _anchored() -> Iterator[tuple[str, str]]:
    """For each stem its rarest character, and a pattern for what stands around it."""
    for stem, end in sorted(_stems().items()):
        at = min(range(len(stem)), key=lambda place: _COMMON.find(stem[place]))
        yield (
            stem[at],
            f"(?<={re.escape(stem[: at + 1])}){re.escape(stem[at + 1 :])}{end}{_OTHERS.get(stem, '')}",
        )
