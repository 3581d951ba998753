"""Counts of the words that followed a context, and what they say of the next one: interpolated Kneser-Ney smoothing.

    P(w | c) = max(count(c w) - D, 0) / total(c)  +  D · kinds(c) / total(c) · P(w | c without its oldest symbol)

The longest contexts count occurrences; a shorter one counts the different contexts, one symbol longer, in which the
word followed it, for it is asked only where the longer one has failed. The share that the empty context passes on
is left to words that are not known.

Sources: Ney, Essen and Kneser (1994), "On structuring probabilistic dependences in stochastic language modelling";
Kneser and Ney (1995), "Improved backing-off for m-gram language modeling"; Chen and Goodman (1999), "An empirical
study of smoothing techniques for language modeling", section 2.7.
"""

from collections.abc import Iterable, Sequence
from typing import Final, final

import numpy as np
from jaxtyping import Float64, Int64

DISCOUNTS: Final = (0.5, 0.75, 0.85)
"""What is taken off each count, by the number of symbols in the context (docs/decisions/0024)."""


@final
class Followers:
    """The words seen after one context, by their numbers, with their counts. It can be brought up to date."""

    def __init__(self, rows: Iterable[tuple[int, int]] = ()) -> None:
        pairs = np.array(list(rows), dtype=np.int64).reshape(-1, 2)
        self.ids: Int64[np.ndarray, " kinds"] = pairs[:, 0].copy()
        self.counts: Float64[np.ndarray, " kinds"] = pairs[:, 1].astype(np.float64)

    def set(self, word: int, count: int) -> None:
        """Take over the count of one word."""
        (found,) = np.nonzero(self.ids == word)
        if len(found):
            self.counts[found[0]] = count
        else:
            self.ids = np.append(self.ids, word)
            self.counts = np.append(self.counts, float(count))

    def kept(self, discount: float) -> Float64[np.ndarray, " kinds"]:
        """The shares of the words themselves, what is discounted taken off."""
        kept: Float64[np.ndarray, " kinds"] = np.maximum(self.counts - discount, 0.0) / self.counts.sum()
        return kept

    def passed_on(self, discount: float) -> float:
        """The share left to the shorter context: all of it where nothing followed this one."""
        return float(np.minimum(self.counts, discount).sum() / self.counts.sum()) if len(self.ids) else 1.0


@final
class Shares:
    """Probabilities of some words, by their numbers in ascending order; those of all others are 0."""

    def __init__(self, ids: Int64[np.ndarray, " parts"], parts: Float64[np.ndarray, " parts"]) -> None:
        """Add up the parts that have the same number."""
        self.ids, inverse = np.unique(ids, return_inverse=True)
        self.values: Float64[np.ndarray, " words"] = np.bincount(inverse, parts, len(self.ids))

    @classmethod
    def sum(cls, weighted: Sequence[tuple[float, "Shares"]]) -> "Shares":
        """The weighted sum of several."""
        return cls(
            np.concatenate([np.zeros(0, np.int64), *(shares.ids for _, shares in weighted)]),
            np.concatenate([np.zeros(0), *(weight * shares.values for weight, shares in weighted)]),
        )

    def of(self, ids: Int64[np.ndarray, " words"]) -> Float64[np.ndarray, " words"]:
        """The probabilities of these words."""
        if not len(self.ids):
            return np.zeros(len(ids))
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, self.values[places], 0.0)


def interpolated(levels: Sequence[Followers]) -> tuple[Shares, float]:
    """What contexts of one symbol and more say, given from the shortest to the longest; and what they pass on."""
    weighted, left = [], 1.0
    for symbols in range(len(levels), 0, -1):
        followers, discount = levels[symbols - 1], DISCOUNTS[symbols]
        if len(followers.ids):
            weighted.append((left, Shares(followers.ids, followers.kept(discount))))
            left *= followers.passed_on(discount)
    return Shares.sum(weighted), left
