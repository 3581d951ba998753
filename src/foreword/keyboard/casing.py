"""Capitals, accents and apostrophes: the written form of a word, and how likely a person types plainer letters for it.

A typed small letter may also stand for a capital, and a plain letter for one with an accent. A typed capital or accent
stays. This is a noisy channel, as for typos: P(word, letters typed | text) = P(word | text) · P(letters typed | word).
Telephones write don’t, and most keyboards don't: these are one word, with the apostrophe that is typed.
"""

import re
import unicodedata
from typing import Final

from foreword.text.words import begins, matching, words

_TURKISH: Final = re.compile("[İıĞğ]")
"""A letter that only languages with ı have."""
OFTEN: Final = 0.02
"""In Turkish, more than this part of the letters are such; a German text may have a Turkish name."""

SMALL: Final = 0.3
SMALL_AT_START: Final = 0.01
PLAIN: Final = 0.3
"""The probability of small letters typed for a capital, or plain letters for accents, relative to the exact letters.
At the start of a sentence most capitals belong to the sentence. People who type small letters do not want them."""

CAPITALIZED: Final = 0.1
"""A capitalised form gets this share of the small word's probability in the memory, added to its own."""
SHOUTED: Final = 0.05
SHOUTED_ON: Final = 1.0
"""The probability of a word all in capitals, relative to the form that the network predicts: for the first such word,
and after others. After one abbreviation among small words, 5 % are such (docs/decisions/0028)."""


def is_shouted(word: str) -> bool:
    """True if the word has two or more capitals and no small letter."""
    return word.isupper() and sum(letter.isupper() for letter in word) >= 2


def straight(text: str) -> str:
    """`text` with straight apostrophes."""
    return text.replace("’", "'")


def written(typed: str, word: str, *, starts: bool = False) -> tuple[str, float]:
    """The written form of `word` after these typed letters, and how likely they are typed for it; 0 if they differ.

    `starts` is true for the first word of a sentence.
    """
    if "’" in typed:
        word = word.replace("'", "’")
    elif "'" in typed:
        word = straight(word)
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


def shouted(word: str, before: str) -> str:
    """The word in capitals. A Greek one has no tonos. An i keeps its dot if the word or the text before is Turkish."""
    in_line = _TURKISH.search(before, before.rfind("\n") + 1)
    if _TURKISH.search(word) or in_line or len(_TURKISH.findall(before)) > OFTEN * len(before):
        word = word.replace("i", "İ")
    if word.isascii():
        return word.upper()
    apart = unicodedata.normalize("NFD", word.upper())
    kept = (
        mark for at, mark in enumerate(apart) if mark != "\u0301" or not "\u0370" <= apart[at - 1] < "\u0400"
    )
    return unicodedata.normalize("NFC", "".join(kept))


def capitalized(word: str) -> str:
    """The word with a capital first letter, composed (NFC); the other letters stay as they are."""
    first = word[:1].upper()
    if len(first) != 1:
        return word  # 'ß' has no single capital letter
    return unicodedata.normalize("NFC", first + word[1:])


def shouting(before: str, typed: str) -> float:
    """The probability of a word all in capitals, relative to the form that the network predicts.

    At least one letter must have a small and a capital form.
    """
    if typed and not typed.isupper():
        return 0.0
    line = before.rpartition("\n")[2]
    *_, last = said = ["", *(match.group() for match in words(line[-200:]))]
    lettered = (each for each in said if any(map(str.isalpha, each)))
    longer = [each for each in lettered if len(each) > 1 or not each.isupper()]
    is_after_small = len(longer) > 1 and not is_shouted(longer[-2])  # as an abbreviation is: "on TV"
    needed = 2 if is_after_small or longer[-1:] != [last] else 1  # a single capital may also be I: "OK I see"
    if len(longer) >= needed and all(map(is_shouted, longer[-needed:])):
        return SHOUTED_ON
    return SHOUTED if is_shouted(typed) else 0.0


def lowered(text: str) -> str:
    """The text with its last line in small letters. A Σ at its end becomes no ς, for the word may go on."""
    head, newline, line = text.rpartition("\n")
    small = line.replace("İ", "i").lower()
    return head + newline + (f"{small[:-1]}σ" if line.endswith("Σ") else small)
