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
MOST: Final = 200
"""A word is looked at if its probability is more than this part of that of all words that begin so."""


@final
class Background:
    """The n-grams of a model; without them, no word is known, and their share is 0."""

    def __init__(self, ngrams: Ngrams | None) -> None:
        self._ngrams = ngrams
        self.after = lru_cache(maxsize=KEPT)(self._after)
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
        """The likeliest words with these chances that the letters typed may begin, and the probability of all.

        Words with capitals or accents count only if they are likely.
        """
        if self._ngrams is None:
            return {}, 0.0
        fits = beginning_with(self._ngrams.keys, key := matching(typed))
        here, is_plain = chances[fits], self._plain[fits]
        every, mass = float(here.sum()), 0.0
        found: dict[str, float] = {}
        for at in np.flatnonzero(here > every / MOST).tolist():
            form, weight = written(typed, self._ngrams.words[fits.start + at], starts=starts)
            found[form] = found.get(form, 0.0) + weight * float(here[at])
            mass += 0.0 if is_plain[at] else weight * float(here[at])
        if typed:
            _, plain = written(typed, key, starts=starts)  # most words are written as their keys
            mass += plain * float(here.sum(where=is_plain))
        else:
            mass = every
        best = nlargest(limit, found, key=lambda form: found[form])
        return {form: found[form] for form in best if found[form]}, mass


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
