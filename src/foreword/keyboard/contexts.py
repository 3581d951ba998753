"""The words of a message, each with the context by which the memory counts it.

A context is the last one or two symbols before a word: words without regard to case, and signs for what stands
between them. It ends where the sentence began, for what was said before tells little. Measured on the development
people (docs/decisions/0024): contexts in exact case save 0.3 points fewer keys, without the signs 0.2 fewer, and a
third symbol adds nothing.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regex

from foreword.text.cleaning import clean
from foreword.text.words import words

Context = tuple[str, ...]
"""The symbols before a word, the nearest last; at least one of them, at most `ORDER - 1`."""

ORDER: Final = 3
START: Final = "\n"
"""The symbol for the beginning of a message or sentence. No word holds it, nor the other."""
PAUSE: Final = ","
"""The symbol for a comma, a dash, a bracket or the like."""

TAIL: Final = 512  # code points before a word that are looked at: more than two of the longest words
_SIGNS: Final = regex.compile(
    r"(?P<end>[\p{Sentence_Terminal}…])|[\p{Terminal_Punctuation}\p{Pd}\p{Ps}\p{Pe}]"
)
_GAP: Final = regex.compile(r"[^\p{L}\p{N}\p{M}]")


def occurrences(message: str) -> Iterator[tuple[str, Context]]:
    """The words of one clean message in exact case, from left to right, and the context of each."""
    context: Context = (START,)
    end = 0
    for word in words(message):
        if end:
            context = _after(context, _symbol(message[end : word.start()]))
        yield word.group(), context
        context = _after(context, word.group().casefold())
        end = word.end()


@lru_cache(maxsize=8)
def context_of(before: str) -> Context:
    """The context of the word that comes after `before`: a text of any length, cleaned or not."""
    line = clean(_tail(before)).rpartition("\n")[2]
    context: Context = (START,)
    end = 0
    for word in words(line):
        if end:
            context = _after(context, _symbol(line[end : word.start()]))
        context = _after(context, word.group().casefold())
        end = word.end()
    return _after(context, _symbol(line[end:])) if end else context


def suffixes(context: Context) -> list[Context]:
    """The context and what is left of it as its oldest symbols go, the empty one last."""
    return [context[start:] for start in range(len(context) + 1)]


def _after(context: Context, symbol: str | None) -> Context:
    if symbol is None:
        return context
    if symbol == START:
        return (START,)
    return (*context, symbol)[-(ORDER - 1) :]


def _symbol(gap: str) -> str | None:
    """What stands between two words: the end of a sentence, another sign, or nothing worth counting."""
    found = None
    for sign in _SIGNS.finditer(gap):
        if sign["end"]:
            return START
        found = PAUSE
    return found


def _tail(text: str) -> str:
    """The end of `text`, from a place that is between two words where there is one."""
    if len(text) <= TAIL:
        return text
    tail = text[-TAIL:]
    gap = _GAP.search(tail)
    return tail[gap.start() :] if gap else tail
