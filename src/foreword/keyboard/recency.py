"""The words of a moment ago, which come again sooner than their counts say: a cache.

Of the last words, one that is `HALF_LIFE` words further back weighs half as much. Beside the words themselves stand
those that followed the same symbol, the pairs; how much these are believed grows with how often it came up.

Source: Kuhn and De Mori (1990), "A cache-based natural language model for speech recognition"; the decay by age is
Clarkson and Robinson's (1997), "Language model adaptation using mixtures and an exponentially decaying cache".
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, final

import numpy as np
from jaxtyping import Float64, Int64

from foreword.keyboard.ngrams import Said

WINDOW: Final = 1000  # words: beyond, a word's weight is below a thousandth, a pair's below a tenth
WORD_HALF_LIFE: Final = 100.0
PAIR_HALF_LIFE: Final = 300.0
WORD_SHARE: Final = 0.03
PAIR_SHARE: Final = 0.05


@final
class Recency:
    """The last words, by their numbers, each with the symbol before it."""

    def __init__(self, said: Iterable[tuple[int, str]] = ()) -> None:
        self._said: deque[tuple[int, str]] = deque(maxlen=WINDOW)
        self.add(said)

    def add(self, said: Iterable[tuple[int, str]]) -> None:
        """Words said since, in their order."""
        self._said.extend(said)
        self._ids = np.array([word for word, _ in self._said], dtype=np.int64)
        self._before = np.array([symbol for _, symbol in self._said], dtype=object)
        age = np.arange(len(self._said), 0, -1)
        self._pair_weights = 0.5 ** (age / PAIR_HALF_LIFE)
        word_weights = 0.5 ** (age / WORD_HALF_LIFE)
        self._word_chances = word_weights / max(word_weights.sum(), 1e-9)

    def after(self, before: str) -> list[Said]:
        """What the words and the pairs say of the word after the symbol `before`."""
        if not self._said:
            return []
        same = self._before == before
        ids: Int64[np.ndarray, " pairs"] = self._ids[same]
        weights: Float64[np.ndarray, " pairs"] = self._pair_weights[same]
        evidence = float(weights.sum())
        words = Said(ids=self._ids, chances=self._word_chances, share=WORD_SHARE)
        if not evidence:
            return [words]
        share = PAIR_SHARE * evidence / (evidence + 1)
        return [words, Said(ids=ids, chances=weights / evidence, share=share)]
