"""The kinds of secrets in a text, and the sign that replaces a secret. `scrubbing` removes secrets.

Decision 0035 defines a secret, and gives the reason to use no package of a scanner.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, final

from foreword.text.plural import counted


@final
class Kind(StrEnum):
    """A kind of secret. The value is the noun for people."""

    PRIVATE_KEY = "private key"
    KEY = "key"
    PASSWORD = "password"  # noqa: S105 - the name of one
    CARD = "card number"
    ACCOUNT = "account number"
    NUMBER = "long number"


OMISSION: Final = "…"
"""The sign that replaces a secret or a forgotten word. It is no word, so it is never offered."""

NEUTRAL: Final = re.compile(f"{OMISSION}+")
"""One or more signs that replace secrets."""

Span = tuple[int, int, Kind]
"""The position of a secret (start, end) and its kind. The end is exclusive."""


def in_words(found: Mapping[Kind, int] | Mapping[str, int]) -> str:
    """The number of secrets of each kind, in words: "2 card numbers, 1 password"; empty if there are none."""
    return ", ".join(counted(times, kind) for kind in Kind if (times := found.get(kind)))
