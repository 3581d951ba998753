"""Capitals: a word that is known in small letters is meant as well when its letters are typed large."""

from typing import Final

from foreword.text.words import words

CAPITALIZED: Final = 0.1
"""How much of a small word's probability in the memory its capitalised form has, beside its own."""
SHOUTED: Final = 0.05
SHOUTED_ON: Final = 1.0
"""How likely a word is written in capitals throughout, beside being written as the network foresees: for the first
such word, and after another one."""


def is_shouted(word: str) -> bool:
    """Whether it is two capitals or more, and no small letter."""
    return word.isupper() and sum(letter.isupper() for letter in word) >= 2


def is_capitalized(word: str) -> bool:
    """Whether its first letter is a capital and the others, if any, are small."""
    return word[:1].isupper() and word[1:] == word[1:].lower()


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
    return head + newline + line.lower()
