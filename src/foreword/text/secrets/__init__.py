"""Secrets in a text: their kinds, and what stands where one was. `scrubbing` takes them out.

Decision 0035 says what counts as a secret, and why no scanner's package is used.
"""

import re
from collections import Counter
from enum import StrEnum
from typing import Final, final

from foreword.text.counting import counted


@final
class Kind(StrEnum):
    """A kind of secret, by the noun that people read."""

    PRIVATE_KEY = "private key"
    KEY = "key"
    PASSWORD = "password"  # noqa: S105 - the name of one
    CARD = "card number"
    ACCOUNT = "account number"
    NUMBER = "long number"


OMISSION: Final = "…"
"""Stands where a secret was, as where a forgotten word was. It is no word, so it is never offered."""

ONCE_OFFERED: Final = frozenset({"secret", "card", "account", "number", "address"})
"""What stood there before: memories and models that learned it then would offer it."""

NEUTRAL: Final = re.compile(f"{OMISSION}+")
"""What stands in place of secrets, also of some side by side."""

Span = tuple[int, int, Kind]
"""Where a secret stands: from, to before, and of which kind."""


def in_words(found: Counter[Kind]) -> str:
    """How many of each kind, in words: "2 card numbers, 1 password"."""
    return ", ".join(counted(times, kind) for kind in Kind if (times := found[kind]))
