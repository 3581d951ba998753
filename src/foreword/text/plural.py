"""A number with its noun, as people write it: 1 minute, 2 minutes, 1,234 messages."""

import re
from typing import Final

BYTES: Final = 256
_NOUN: Final = re.compile(r"(.*?)((?: (?:of|in|without) .*)?)", re.DOTALL)


def counted(count: float, what: str) -> str:
    """A number and its noun in the plural. `of`, `in` or `without` something may follow the noun.

    A fraction has all its digits. A whole number has commas between its thousands.
    """
    shown = f"{count:,}" if isinstance(count, int) else f"{count:,.10g}"
    if shown == "1":
        return f"1 {what}"
    noun, rest = _NOUN.fullmatch(what).groups()  # type: ignore[union-attr]  # it matches everything
    if noun.endswith(("ss", "ch")):
        return f"{shown} {noun}es{rest}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"
    return f"{shown} {plural}{rest}"


def times_in_words(count: int) -> str:
    """A count of repetitions in words."""
    return {0: "never", 1: "once"}.get(count, f"{count:,} times")


def vocabulary_in_words(tokens: int, unit: str) -> str:
    """The content of a vocabulary of this many tokens. Each vocabulary has the bytes, to spell all other text."""
    return f"{tokens - BYTES:,} {unit} and {BYTES} bytes"
