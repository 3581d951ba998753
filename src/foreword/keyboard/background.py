"""The background model: the n-grams of a network's training texts, mixed with the network.

    P_network(w | before) = (1 - share) · P_neural(w | before) + share · P_ngrams(w | before)

A small network has no room for all that its texts say about single words; counts have. Their share depends on how many
of the last symbols they know, and is fixed in the model (`modelfolder/ngrams.py`).

Sources: Rosenfeld (1996), "A maximum entropy approach to adaptive statistical language modelling", section 2, for
linear interpolation; Mikolov, Deoras, Kombrink, Burget and Cernocky (2011), "Empirical evaluation and combination of
advanced language modeling techniques", for a recurrent network and n-grams of the same text.
"""

from functools import lru_cache
from heapq import nlargest
from typing import Final, final

import numpy as np
from jaxtyping import Float32

from foreword.keyboard.casing import written
from foreword.keyboard.ngram_model import context_of
from foreword.modelfolder.ngrams import LONGEST, Ngrams
from foreword.text.words import beginning_with, matching

KEPT: Final = 8
KEPT_BEGINNINGS: Final = 256


@final
class Background:
    """The n-grams of a model; without them, no word is known, and their share is 0."""

    def __init__(self, ngrams: Ngrams | None) -> None:
        self._ngrams = ngrams
        self.after = lru_cache(maxsize=KEPT)(self._after)
        self._fitting = lru_cache(maxsize=KEPT_BEGINNINGS)(self._all_fitting)
        odd = (
            []
            if ngrams is None
            else [word != key for word, key in zip(ngrams.words, ngrams.keys, strict=True)]
        )
        self._plain = ~np.array(odd, dtype=np.bool_)

    def _after(self, before: str) -> "Expected":
        """The words that may follow a text."""
        if self._ngrams is None:
            return Expected(self, np.zeros(0, dtype=np.float32), share=0.0)
        chances, found = self._ngrams.after(context_of(before, order=LONGEST + 1))
        return Expected(self, chances, share=float(self._ngrams.shares[found]))

    def number(self, word: str) -> int | None:
        """The number of a word, in exact case; None if the n-grams do not have it."""
        if self._ngrams is None:
            return None
        return next((at for at in self._ngrams.alike(word) if self._ngrams.words[at] == word), None)

    def fitting(
        self, chances: Float32[np.ndarray, " words"], typed: str, limit: int, *, starts: bool
    ) -> tuple[dict[str, float], float]:
        """The likeliest words with these chances that the letters typed may begin, and the probability of all."""
        if self._ngrams is None:
            return {}, 0.0
        fits, weights = self._fitting(self._ngrams, typed, starts)
        here = chances[fits] * weights
        found: dict[str, float] = {}
        for at in _largest(here, 2 * limit):
            form, _ = written(typed, self._ngrams.words[fits.start + at], starts=starts)
            found[form] = found.get(form, 0.0) + float(here[at])
        best = nlargest(limit, found, key=lambda form: found[form])
        return {form: found[form] for form in best if found[form]}, float(here.sum())

    def _all_fitting(
        self, ngrams: Ngrams, typed: str, starts: bool
    ) -> tuple[slice, Float32[np.ndarray, " fitting"]]:
        """The places of the words that these letters may begin, and how likely they do (`casing.written`)."""
        fits = beginning_with(ngrams.keys, key := matching(typed))
        _, plain = written(typed, key, starts=starts)  # most words are written as their keys
        weights = np.full(fits.stop - fits.start, plain if typed else 1.0, dtype=np.float32)
        for at in np.flatnonzero(~self._plain[fits]).tolist() if typed else ():
            _, weights[at] = written(typed, ngrams.words[fits.start + at], starts=starts)
        return fits, weights


@final
class Expected:
    """The probabilities of all words after one text, and their `share` in the mixture with the network."""

    def __init__(
        self, background: Background, chances: Float32[np.ndarray, " words"], *, share: float
    ) -> None:
        self.share = share
        self._background = background
        self._chances = chances

    def mixed(self, neural: float, counted: float) -> float:
        """The mixture of a probability from the network alone and one from the n-grams."""
        return (1 - self.share) * neural + self.share * counted

    def probability(self, word: str) -> float:
        """P(word | before): 0 for an unknown word."""
        number = self._background.number(word)
        return 0.0 if number is None else float(self._chances[number])

    def fitting(self, typed: str, limit: int, *, starts: bool) -> tuple[dict[str, float], float]:
        """The likeliest words that the letters typed may begin, as `ngram_model.Distribution.fitting` gives them."""
        return self._background.fitting(self._chances, typed, limit, starts=starts)


def _largest(chances: Float32[np.ndarray, " some"], count: int) -> list[int]:
    """The places of the largest values, in any order."""
    every: list[int] = (
        np.argpartition(-chances, count)[:count].tolist() if count < len(chances) else [*range(len(chances))]
    )
    return every
