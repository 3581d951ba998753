"""All words that the memory knows, in order, so that those with a given beginning are one stretch of them.

They lie in two orders: as they are written, and without regard to case and accents.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, final

import numpy as np
from jaxtyping import Float64, Int64

from foreword.keyboard.casing import written
from foreword.text.words import matching

_LAST: Final = "\U0010ffff"  # a code point that no text has, above all others
_ROOM: Final = 1024


@final
class Lexicon:
    """Known words by their numbers.

    Attributes:
        texts, ids: the word of each number, and the number of each word.
        counts: by number, the count after the empty context; 0 for numbers that no word has.
        total: their sum.
    """

    def __init__(self, rows: Iterable[tuple[int, str, int]]) -> None:
        """Take the words with their numbers and counts, in the order of their texts."""
        taken = list(rows)
        self.texts = {number: text for number, text, _ in taken}
        self.ids = {text: number for number, text, _ in taken}
        self._sorted = [text for _, text, _ in taken]
        self._order = np.array([number for number, _, _ in taken], dtype=np.int64)
        keys = matching("\n".join(self._sorted)).split("\n")
        by_key = sorted(zip(keys, self._order.tolist(), strict=True)) if taken else []
        self._keys = [key for key, _ in by_key]
        self._key_order = np.array([number for _, number in by_key], dtype=np.int64)
        self.fitting = lru_cache(maxsize=64)(self._fitting)
        self.counts: Float64[np.ndarray, " numbers"] = np.zeros(max(self.texts, default=0) + _ROOM)
        self.counts[self._order] = [count for _, _, count in taken]
        self.total = float(self.counts.sum())

    def set(self, number: int, text: str, count: int) -> None:
        """Take over the count of one word, known or new."""
        if number not in self.texts:
            self.texts[number] = text
            self.ids[text] = number
            place = bisect_left(self._sorted, text)
            insort(self._sorted, text)
            self._order = np.insert(self._order, place, number)
            place = bisect_left(self._keys, key := matching(text))
            self._keys.insert(place, key)
            self._key_order = np.insert(self._key_order, place, number)
            self.fitting.cache_clear()
        if number >= len(self.counts):
            self.counts = np.append(self.counts, np.zeros(number + _ROOM - len(self.counts)))
        self.total += count - self.counts[number]
        self.counts[number] = count

    def has(self, ids: Int64[np.ndarray, " some"]) -> bool:
        """Whether all of these are numbers of known words."""
        return bool(np.all((ids >= 0) & (ids < len(self.counts)))) and bool(np.all(self.counts[ids] > 0))

    def knows(self, letters: str, *, whole: bool) -> bool:
        """Whether this word is known, or one that begins so, without regard to case and accents."""
        place = bisect_left(self._keys, key := matching(letters))
        found = self._keys[place] if place < len(self._keys) else ""
        return found == key if whole else found.startswith(key)

    def _fitting(
        self, typed: str, starts: bool
    ) -> tuple[Int64[np.ndarray, " words"], Float64[np.ndarray, " words"]]:
        """The numbers of the words that these letters may begin (`casing.written`), and how likely they do."""
        if not typed:
            return self._order, np.ones(len(self._order))
        key = matching(typed)
        first = bisect_left(self._keys, key)
        stretch = slice(first, bisect_left(self._keys, key + _LAST, first))
        ids, keys = self._key_order[stretch], self._keys[stretch]
        _, plain = written(typed, key, starts=starts)  # most words are written as their keys
        texts = (self.texts[number] for number in ids.tolist())
        weights = np.array(
            [
                plain if text == key else written(typed, text, starts=starts)[1]
                for text, key in zip(texts, keys, strict=True)
            ]
        )
        return ids[weights > 0], weights[weights > 0]

    def starting_with(self, typed: str) -> Int64[np.ndarray, " words"]:
        """The numbers of the words that begin so, in the order of their texts."""
        if not typed:
            return self._order
        first = bisect_left(self._sorted, typed)
        return self._order[first : bisect_left(self._sorted, typed + _LAST, first)]
