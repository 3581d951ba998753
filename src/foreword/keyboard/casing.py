"""The words that the letters typed may begin, and how they are written then.

A small letter stands for a capital, too, and a plain one for one with accents; a typed capital or accent stays.
It is a noisy channel, as for typos: P(word, letters typed | text) = P(word | text) · P(letters typed | word).
"""

import unicodedata
from typing import Final

from foreword.text.words import begins, matching, words

SMALL: Final = 0.3
SMALL_AT_START: Final = 0.01
PLAIN: Final = 0.3
"""How likely somebody types small letters for a capital, and plain ones for accents, beside typing them as they are. At
the beginning of a sentence most capitals belong to the sentence, and people who type small letters do not want them."""

CAPITALIZED: Final = 0.1
"""How much of a small word's probability in the memory its capitalised form has, beside its own."""
SHOUTED: Final = 0.05
SHOUTED_ON: Final = 1.0
"""How likely a word is written in capitals throughout, beside being written as the network foresees: for the first
such word, and after another one."""


def is_shouted(word: str) -> bool:
    """Whether it is two capitals or more, and no small letter."""
    return word.isupper() and sum(letter.isupper() for letter in word) >= 2


def written(typed: str, word: str, *, starts: bool = False) -> tuple[str, float]:
    """How `word` is written once these letters of it are typed, and how likely they are typed so; 0 if it has others.

    `starts` says that it is the first word of a sentence.
    """
    if word.startswith(typed):
        return word, 1.0
    small = SMALL_AT_START if starts else SMALL
    if begins(typed, word):
        is_small = word[0].isupper() and typed[0].islower()
        is_plain = not word.casefold().startswith(typed.casefold())
        return word, (PLAIN if is_plain else 1.0) * (small if is_small or not is_plain else 1.0)
    is_capitalized = typed[:1].isupper() and typed[1:] == typed[1:].lower()
    if is_capitalized and matching(word).startswith(matching(typed)):
        large = "İ" + word[1:] if typed[0] == "İ" and word[0] == "i" else capitalized(word)
        if begins(typed, large):
            return large, CAPITALIZED * (1.0 if large.startswith(typed) else PLAIN)
    return word, 0.0


def shouted(word: str) -> str:
    """The word in capitals; Greek ones have no tonos."""
    if word.isascii():
        return word.upper()
    apart = unicodedata.normalize("NFD", word.upper())
    kept = (
        mark for at, mark in enumerate(apart) if mark != "\u0301" or not "\u0370" <= apart[at - 1] < "\u0400"
    )
    return unicodedata.normalize("NFC", "".join(kept))


def capitalized(word: str) -> str:
    """The word with a large first letter; the other ones stay as they are."""
    first = word[:1].upper()
    return first + word[1:] if len(first) == 1 else word  # 'ß' has no single large letter


def shouting(before: str, typed: str) -> float:
    """How likely the word being typed is one in capitals throughout, beside one as the network foresees it.

    It needs one letter at least of which there are two forms.
    """
    if typed and not typed.isupper():
        return 0.0
    line = before.rpartition("\n")[2]
    *_, last = ["", *(match.group() for match in words(line[-200:]))]
    if is_shouted(last):
        return SHOUTED_ON
    return SHOUTED if is_shouted(typed) else 0.0


def lowered(text: str) -> str:
    """The text with its last line in small letters."""
    head, newline, line = text.rpartition("\n")
    return head + newline + line.replace("İ", "i").lower()
