"""Other ways to write the letters typed, in which a word may begin as well: with a capital, with accents.

The network is asked only for those that may matter: the letters read so far bound what a way can still be worth.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, final

from foreword.keyboard.casing import capitalized, written
from foreword.modelfolder.lexicon import WordList
from foreword.runtime.beam import Variant
from foreword.runtime.predictor import Cursor, Predictor
from foreword.text.words import matching

MOST: Final = 3
WORTH: Final = 0.03
"""A way with less than this share of the probability of the letters as they are typed would not be shown."""


@final
class Variants:
    """Finds the ways, in the spellings of the words listed and remembered, and asks the network for them."""

    def __init__(self, predictor: Predictor, lexicon: WordList | None) -> None:
        self._predictor = predictor
        self._lexicon = lexicon
        self._listed = lru_cache(maxsize=64)(self._look_up)

    def likely(
        self, cursor: Cursor, remembered: Iterable[str], *, starts: bool, exact: float = 1.0
    ) -> list[Variant]:
        """The likeliest ways, at most `MOST`; the words that are remembered come first where letters are owed.

        `starts` says that the word is the first one of a sentence. `exact` is what the letters as typed count for
        beside the ways: little, where they begin no known word.
        """
        typed = cursor.word
        if not typed:
            return []
        ways = dict.fromkeys((beginning(word, typed) for word in remembered), 0.0)
        ways |= dict.fromkeys((capitalized(typed), *self._listed(typed)), 0.0)
        ways.pop(typed, None)
        weights = {way: written(typed, way, starts=starts) for way in ways}
        logs = {way: math.log(weight) for way, (form, weight) in weights.items() if weight and form == way}
        if cursor.owed:
            return [
                Variant(text=way, log_chance=log, reading=cursor.reading)
                for way, log in list(logs.items())[:MOST]
            ]
        bar = cursor.log_typed + math.log(WORTH * exact)
        found = [each for way, log in logs.items() if (each := self._read(cursor, way, log, bar)) is not None]
        return sorted(found, key=lambda each: -each.log_chance)[:MOST]

    def _look_up(self, typed: str) -> frozenset[str]:
        if self._lexicon is None:
            return frozenset()
        return frozenset(beginning(word, typed) for word in self._lexicon.spellings(typed))

    def _read(self, cursor: Cursor, way: str, log_chance: float, bar: float) -> Variant | None:
        """The way with its probability beside that of the letters typed; None where it cannot come above `bar`."""
        reading = first = cursor.first or self._predictor.read_instead(cursor, "")
        for at, letter in enumerate(way):
            token = self._predictor.tokenizer.encode(letter)[0]
            if (
                reading.log_total - first.log_total + float(reading.log_probabilities[token])
                < bar - log_chance
            ):
                return None
            reading = self._predictor.read_instead(cursor, way[: at + 1])
        total = reading.log_total - first.log_total
        return Variant(text=way, log_chance=log_chance + total - cursor.log_typed, reading=reading)


def beginning(word: str, typed: str) -> str:
    """The first letters of a word, as many as match those typed."""
    wanted = len(matching(typed))
    length = wanted if word.isascii() else 0
    while length < len(word) and len(matching(word[:length])) < wanted:
        length += 1
    return word[:length]
