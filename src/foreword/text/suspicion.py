"""Which lines of a text are worth a closer look for secrets: those where something rare stands that all of them have.

The text is searched as a whole, not line by line, for patterns that begin with a rare character: on others the search
would stop at every word. It may find too many lines, never too few.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from foreword.text.long_numbers import BETWEEN, SHORTEST
from foreword.text.passwords import LOOSE_STEMS, STEMS, in_small
from foreword.text.secret_kinds import Kind

_IN_KEYS: Final = r"[A-Za-z0-9_+/.:=~%-]"
_AFTER_DIGIT: Final = (
    # a long number; a digit beside a letter, and among 16 characters without a blank; how account numbers begin
    rf"(?:(?:{BETWEEN}{{0,3}}\d){{{SHORTEST - 1}}}"
    rf"|(?:(?=[A-Za-z])|(?<=[A-Za-z]\d))(?:(?={_IN_KEYS}{{7}})|(?<={_IN_KEYS}{{9}}))"
    r"|(?<=[A-Za-z]{2}\d)\d)"
)
_ALWAYS: Final = (
    rf"\d{_AFTER_DIGIT}",
    r"_(?=[A-Za-z0-9_-]{16})",  # a key without digits
    r"-(?:(?=[A-Za-z0-9_-]{16})|(?=u|-user)(?<!\S.))",
    r"A(?:KIA|SIA|BIA|CCA|3T|Iza)",
    r":(?=//[^\s/]*@)",  # a password in an address
)
_BY_REQUEST: Final = {Kind.ADDRESS: "@", Kind.PHONE: r"[0-9][-\d\u2010-\u2014\u2212]{6}"}
_OFTEN_MORE: Final = r"(?=[^\n]{0,80}(?:[:：=→>\d]|是|は))"

_COMMON: Final = "zqxjkvbpgchlfwmyudrsnioate "
"""From rare to common, but for letters that are searched for anyway; what is not among them is rarer."""


def suspicious(text: str, also: frozenset[Kind]) -> list[int]:
    """Places in the lines to look at, in order."""
    small = in_small(text)
    signs, words, further = _patterns(also)
    found = [each.start() for pattern in signs for each in pattern.finditer(text)]
    found += [each.start() for pattern in words for each in pattern.finditer(small)]
    if not text.isascii():
        found += [each.start() for each in further.finditer(small)]
    return sorted(found)


@lru_cache(maxsize=4)
def _patterns(
    also: frozenset[Kind],
) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]], re.Pattern[str]]:
    """What to look for: in the text as it is, in small letters, and in small letters where not all are ASCII.

    A pattern that begins with one character, and no choice of them, is searched for at the speed of memory.
    """
    signs = [*_ALWAYS, *(pattern for kind, pattern in _BY_REQUEST.items() if kind in also)]
    by_first = defaultdict[str, list[str]](list)
    for first, rest in _stems():
        by_first[first].append(rest)
    beyond = "".join(first for first in by_first if not first.isascii())
    further = "|".join(rest for first in beyond for rest in by_first.pop(first))
    words = [f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items()]
    return (
        [re.compile(each) for each in signs],
        [re.compile(each) for each in words],
        re.compile(f"[{beyond}](?:{further})"),
    )


def _stems() -> Iterator[tuple[str, str]]:
    """For each stem its rarest character, and a pattern for what stands around it."""
    for stems, after in ((STEMS, ""), (LOOSE_STEMS, _OFTEN_MORE)):
        for stem in stems:
            at = min(range(len(stem)), key=lambda place: _COMMON.find(stem[place]))
            yield stem[at], f"(?<={re.escape(stem[: at + 1])}){re.escape(stem[at + 1 :])}{after}"
