"""Which lines of a text are worth a closer look for secrets: those where something rare stands that all of them have.

The text is searched as a whole, not line by line, for patterns that begin with a rare character, for on others the search
would stop at every word. It may find too many lines, never too few.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from foreword.text.key_blocks import BEGIN
from foreword.text.long_numbers import GROUPED
from foreword.text.passwords import LOOSE_STEMS, STEMS
from foreword.text.secret_kinds import Kind

_IN_KEYS: Final = r"[A-Za-z0-9_+/.:=~%-]"
_ALWAYS: Final = (
    # a long number; a digit in the midst of 16 characters without a blank; the beginning of an account number
    rf"{GROUPED}|\d(?:(?={_IN_KEYS}{{7}})|(?<={_IN_KEYS}{{9}})|(?<=[A-Za-z]{{2}}\d)\d)",
    r"[_-](?=[A-Za-z0-9_-]{16})",  # a key without digits
    r"A(?:KIA|SIA|BIA|CCA|3T|Iza)",
    r"P(?:RIVATE KEY|uTTY-User-Key-File)",
    r":(?=//[^\s/]*@)",  # a password in an address
    r"-(?=u|-user)(?<!\S.)",
)
_BY_REQUEST: Final = {Kind.ADDRESS: "@", Kind.PHONE: r"\d[-\d\u2010-\u2014\u2212]{6}"}
_OFTEN_MORE: Final = r"(?=[^\n]{0,80}(?:[:：=→>\d]|是|は))"

_FROM_RARE: Final = "zqxjkvbpygfwmucldrhsnioate"
_LONGER_IN_SMALL: Final = "\u0130"  # the only letter whose small form has another length


def suspicious(text: str, also: frozenset[Kind]) -> list[int]:
    """Places in the lines to look at, in order."""
    by_case, in_small = _patterns(also)
    small = text.replace(_LONGER_IN_SMALL, "i").lower()
    found = [each.start() for pattern in by_case for each in pattern.finditer(text)]
    found += [each.start() for pattern in in_small for each in pattern.finditer(small)]
    return sorted(found)


@lru_cache(maxsize=4)
def _patterns(also: frozenset[Kind]) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """What to look for in the text as it is, and in small letters."""
    by_case = [*_ALWAYS, *(pattern for kind, pattern in _BY_REQUEST.items() if kind in also)]
    stems = [*_pivoted(STEMS), *((first, rest + _OFTEN_MORE) for first, rest in _pivoted(LOOSE_STEMS))]
    by_first = defaultdict[str, list[str]](list)
    for first, rest in stems:
        by_first[first].append(rest)
    in_small = [f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items()]
    return [re.compile(each) for each in by_case], [re.compile(each) for each in in_small]


def _pivoted(stems: Iterable[str]) -> Iterator[tuple[str, str]]:
    """For each stem its rarest character, and a pattern for what stands around it."""
    for stem in stems:
        at = min(range(len(stem)), key=lambda place: _FROM_RARE.find(stem[place]))
        yield stem[at], f"(?<={re.escape(stem[: at + 1])}){re.escape(stem[at + 1 :])}"
