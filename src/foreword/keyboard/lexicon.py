"""All words that the memory knows, in order, so that those with a given beginning are one stretch of them."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Final, final

import numpy as np
from jaxtyping import Bool, Float64, Int64

from foreword.keyboard.ngrams import DISCOUNTS

_LAST: Final = "\U0010ffff"  # a code point that no text has, above all others
_ROOM: Final = 1024


@final
class Lexicon:
    """Known words by their numbers, with their counts after the empty context."""

    def __init__(self, rows: Iterable[tuple[int, str, int]]) -> None:
        """Take the words with their numbers and counts, in the order of their texts."""
        taken = list(rows)
        self.texts = {number: text for number, text, _ in taken}
        self.ids = {text: number for number, text, _ in taken}
        self._sorted = [text for _, text, _ in taken]
        self._order = np.array([number for number, _, _ in taken], dtype=np.int64)
        self._counts = np.zeros(max(self.texts, default=0) + _ROOM)
        self._counts[self._order] = [count for _, _, count in taken]
        self._total = float(self._counts.sum())
        self._likeliest: Int64[np.ndarray, " some"] | None = None

    def set(self, number: int, text: str, count: int) -> None:
        """Take over the count of one word, known or new."""
        if number not in self.texts:
            self.texts[number] = text
            self.ids[text] = number
            place = bisect_left(self._sorted, text)
            insort(self._sorted, text)
            self._order = np.insert(self._order, place, number)
        if number >= len(self._counts):
            self._counts = np.append(self._counts, np.zeros(number + _ROOM - len(self._counts)))
        self._total += count - self._counts[number]
        self._counts[number] = count
        self._likeliest = None

    def has(self, ids: Int64[np.ndarray, " words"]) -> bool:
        """Whether all of these are numbers of known words."""
        return bool(np.all((ids >= 0) & (ids < len(self._counts)))) and bool(np.all(self._counts[ids] > 0))

    def starting_with(self, typed: str) -> Int64[np.ndarray, " words"]:
        """The numbers of the words that begin so, in the order of their texts."""
        if not typed:
            return self._order
        first = bisect_left(self._sorted, typed)
        return self._order[first : bisect_left(self._sorted, typed + _LAST, first)]

    def among(self, ids: Int64[np.ndarray, " some"], typed: str) -> Bool[np.ndarray, " some"]:
        """Which of these words begin so."""
        inside = np.full(len(self._counts), not typed)
        inside[self.starting_with(typed)] = True
        found: Bool[np.ndarray, " some"] = inside[ids]
        return found

    def mass(self, typed: str) -> float:
        """The probability, by the empty context, of all words that begin so."""
        if not typed:
            return (self._total - DISCOUNTS[0] * len(self)) / max(self._total, 1.0)
        return float(self.shares(self.starting_with(typed)).sum())

    def shares(self, ids: Int64[np.ndarray, " words"]) -> Float64[np.ndarray, " words"]:
        """Their probabilities by the empty context (`ngrams.py`); words that are not known have the rest."""
        kept: Float64[np.ndarray, " words"] = np.maximum(self._counts[ids] - DISCOUNTS[0], 0.0)
        return kept / max(self._total, 1.0)

    def likeliest(self, typed: str, limit: int) -> Int64[np.ndarray, " few"]:
        """The `limit` words of highest count that begin so, in any order."""
        if typed:
            return self._top(self.starting_with(typed), limit)
        if self._likeliest is None or len(self._likeliest) < min(limit, len(self._order)):
            self._likeliest = self._top(self._order, max(limit, 64))
        return self._likeliest

    def _top(self, ids: Int64[np.ndarray, " words"], limit: int) -> Int64[np.ndarray, " few"]:
        if len(ids) <= limit:
            return ids
        return ids[np.argpartition(-self._counts[ids], limit - 1)[:limit]]

    def __len__(self) -> int:
        """How many words are known."""
        return len(self._order)
