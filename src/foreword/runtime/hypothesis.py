"""What a path of tokens has spelled of a word, and what each further token makes of it."""

from dataclasses import dataclass, replace
from typing import Literal, final

from foreword.runtime.spelling import split
from foreword.text.words import first_word, is_full, is_inside_word, word_start


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """What a path of tokens has spelled.

    Attributes:
        text: the letters of the word, those typed before the cursor included.
        owed: what must be spelled of the letters typed, and of the blank before them, before the path is free.
        pending: the bytes of a letter that is not complete.
        may_space: whether a blank may come first, because nothing stands between the word and a comma or the like.
        spaced: whether one did.
        ended: whether something came that is no part of the word.
    """

    text: str
    owed: bytes = b""
    pending: bytes = b""
    may_space: bool = False
    spaced: bool = False
    ended: bool = False

    @property
    def is_word(self) -> bool:
        """Whether the word may end here: it has letters, and all of them are complete."""
        return self.text != "" and not self.owed and not self.pending

    def follow(self, token: bytes) -> "Hypothesis | None":
        """The hypothesis after one token more, or None where it spells no word."""
        fresh = token[len(self.owed) :]
        spaced = self.spaced or (self.may_space and fresh.startswith(b" "))
        parts = split(self.pending + fresh[spaced and not self.spaced :])
        if parts is None:
            return None
        grown = Hypothesis(
            text=self.text + parts[0], owed=self.owed[len(token) :], pending=parts[1], spaced=spaced
        )
        if word_start(grown.text) == 0 or is_full(grown.text):
            return grown
        return grown.cut_to_word()

    def cut_to_word(self) -> "Hypothesis | None":
        """The word that the text begins with, ended; None where it begins with none."""
        word = first_word(self.text)
        return replace(self, text=word, pending=b"", ended=True) if word else None


def first_of(token: bytes) -> Literal["inside", "outside", "unknown", "broken"]:
    """Whether the token's first character can stand inside a word; unknown where it is not complete."""
    for length in range(1, min(4, len(token)) + 1):
        parts = split(token[:length])
        if parts is None:
            return "broken"
        if parts[0]:
            return "inside" if is_inside_word(parts[0]) else "outside"
    return "unknown"
