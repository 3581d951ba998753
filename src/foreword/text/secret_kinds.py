"""What kinds of secrets there are, and the ordinary words that stand where one was."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, final


@final
class Kind(StrEnum):
    """A kind of secret, by the noun that people are told it by."""

    PRIVATE_KEY = "private key"
    KEY = "key"
    PASSWORD = "password"  # noqa: S105 - the name of one
    CARD = "card number"
    ACCOUNT = "account number"
    NUMBER = "long number"
    ADDRESS = "e-mail address"
    PHONE = "phone number"


ASKED_FOR: Final = frozenset({Kind.ADDRESS, Kind.PHONE})
"""The kinds that stay unless somebody asks for them to go: they are often meant to be typed again."""

WORDS: Final[Mapping[Kind, str]] = {
    Kind.PRIVATE_KEY: "secret",
    Kind.KEY: "secret",
    Kind.PASSWORD: "secret",
    Kind.CARD: "card",
    Kind.ACCOUNT: "account",
    Kind.NUMBER: "number",
    Kind.ADDRESS: "address",
    Kind.PHONE: "number",
}
"""What a model learns to write there: a word that could stand in such a sentence, and is none of these kinds."""

NEUTRAL: Final = re.compile(f"(?:{'|'.join(sorted(set(WORDS.values())))})+", re.IGNORECASE)
"""What stands in place of secrets, also of some side by side."""

Span = tuple[int, int, Kind]
"""Where a secret stands: from, to before, and of which kind."""
