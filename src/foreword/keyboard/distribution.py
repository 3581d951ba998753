"""The probabilities of all known words after one text: asked by the letters typed so far."""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float64, Int64

from foreword.keyboard.lexicon import Lexicon
from foreword.keyboard.ngrams import Followers, Shares, interpolated
from foreword.keyboard.recency import Recency


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A known word and P(this word, whole | the text before it)."""

    word: str
    probability: float


@final
class Distribution:
    """What the words after a context and those of a moment ago say, and behind them all known words by their counts.

    Most words are known from elsewhere only: their probability is their share after the empty context times `left`.
    So only the others, `extra`, are ever added up.
    """

    def __init__(self, lexicon: Lexicon, levels: list[Followers], recency: Recency, before: str) -> None:
        counted, left = interpolated(levels)
        recent = recency.parts(before)
        rest = 1.0 - sum(weight for weight, _ in recent)
        self._lexicon = lexicon
        self._left = rest * left
        self._extra = Shares.sum([(rest, counted), *recent])
        self._whole = self._left * lexicon.shares(self._extra.ids) + self._extra.values

    def probability(self, word: str) -> float:
        """P(word | before): 0 for one that is not known."""
        number = self._lexicon.ids.get(word)
        return 0.0 if number is None else float(self._of(np.array([number]))[0])

    def mass(self, typed: str) -> float:
        """P(some known word that begins with `typed` | before)."""
        extra = self._extra.values[self._lexicon.among(self._extra.ids, typed)]
        return self._left * self._lexicon.mass(typed) + float(extra.sum())

    def best(self, typed: str, limit: int) -> list[Candidate]:
        """The likeliest known words that begin with `typed`, itself among them, best first.

        A word without anything extra is among them only if it is among the first by its count alone, so it is enough
        to look at those and at the ones with something extra.
        """
        counted = np.setdiff1d(self._lexicon.likeliest(typed, limit), self._extra.ids)
        inside = self._lexicon.among(self._extra.ids, typed)
        ids = np.concatenate([self._extra.ids[inside], counted])
        chances = np.concatenate([self._whole[inside], self._of(counted)])
        if len(ids) > limit:
            first = np.argpartition(-chances, limit - 1)[:limit]
            ids, chances = ids[first], chances[first]
        found = [
            Candidate(word=self._lexicon.texts[number], probability=chance)
            for number, chance in zip(ids.tolist(), chances.tolist(), strict=True)
        ]
        return sorted(found, key=lambda each: (-each.probability, each.word))

    def _of(self, ids: Int64[np.ndarray, " words"]) -> Float64[np.ndarray, " words"]:
        chances: Float64[np.ndarray, " words"] = self._left * self._lexicon.shares(ids) + self._extra.of(ids)
        return chances
