"""Cutting a running text into pieces of bounded size, at places where its tokens end."""

from collections.abc import Iterable, Iterator
from typing import Final

import regex

from foreword.text.cleaning import whole
from foreword.text.forms import SUBWORDS_PATTERN

PIECE: Final = 1 << 16
"""Characters in a piece: large enough to be quick, small enough that the tokenizer's own memory stays small."""

_TOKENS: Final = regex.compile(SUBWORDS_PATTERN)


def cut_at_tokens(pieces: Iterable[str], size: int = PIECE) -> Iterator[str]:
    """The same text in pieces of at most `size` characters, none of which ends within a token.

    So the tokens of the pieces are the tokens of the whole, however the text was cut before.
    """
    held = ""
    for piece in pieces:
        for start in range(0, len(piece), size):
            held += whole(piece[start : start + size])
            while len(held) > size:
                at = _place(held[:size])
                yield held[:at]
                held = held[at:]
    if held:
        yield held


def _place(text: str) -> int:
    """The last place in `text` before which all tokens have ended, whatever follows.

    Before each blank is one: no token has a blank inside. Where a long line has none, the tokens are counted out
    from the left.
    """
    blank = max(text.rfind("\n"), text.rfind(" "))
    if blank > 0:
        return blank
    start = 0
    for token in _TOKENS.finditer(text):
        if token.start() < len(text) - 1:  # a hyphen at the very end may turn out to stand inside a word
            start = token.start()
    return start or len(text)
