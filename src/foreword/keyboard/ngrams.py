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
from dataclasses import dataclass
from itertools import chain
from typing import Final, final

import numpy as np
from jaxtyping import Float64, Int64

from foreword.keyboard.casing import written
from foreword.keyboard.lexicon import Lexicon

DISCOUNTS: Final = (0.5, 0.75, 0.85)
"""What is taken off each count, by the number of symbols in the context (docs/decisions/0024)."""


@final
class Followers:
    """The words seen after one context, by their numbers, with their counts. It can be brought up to date."""

    def __init__(self, rows: Iterable[tuple[int, int]] = ()) -> None:
        pairs = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, 2)
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


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What words of a moment ago say: the numbers of words, the probability of each, and how much that is believed."""

    ids: Int64[np.ndarray, " words"]
    chances: Float64[np.ndarray, " words"]
    share: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A known word and P(this word, whole | the text before it)."""

    word: str
    probability: float


KNOWLEDGE: Final = 6
"""How many degrees of knowledge of a context are told apart."""
OFTEN: Final = (10.0, 3.0, 30.0)


@final
class Distribution:
    """The probabilities of all known words after one text, asked by the letters typed so far.

    Attributes:
        size: how many words there are.
        known: how much is known of the context, from 0, never seen, to `KNOWLEDGE - 1`, the longest one seen often.
    """

    def __init__(self, lexicon: Lexicon, levels: Sequence[Followers], recent: Sequence[Said]) -> None:
        """Mix what is known: of the empty context, of the longer ones in their order, of a moment ago."""
        self.known = _knowledge(levels)
        self.size = len(lexicon.texts)
        chances = np.maximum(lexicon.counts - DISCOUNTS[0], 0.0) / max(lexicon.total, 1.0)  # (numbers)
        for followers, discount in zip(levels, DISCOUNTS[1:], strict=False):
            if len(followers.ids):
                total = followers.counts.sum()
                chances *= np.minimum(followers.counts, discount).sum() / total
                chances[followers.ids] += np.maximum(followers.counts - discount, 0.0) / total
        chances *= 1.0 - sum(each.share for each in recent)
        for each in recent:
            np.add.at(chances, each.ids, each.share * each.chances)
        self._lexicon = lexicon
        self._chances: Float64[np.ndarray, " numbers"] = chances

    def probability(self, word: str) -> float:
        """P(word | before): 0 for one that is not known."""
        number = self._lexicon.ids.get(word)
        return 0.0 if number is None else float(self._chances[number])

    def knows(self, letters: str, *, whole: bool = True) -> bool:
        """Whether this word was written, or one that begins so, without regard to case and accents."""
        return self._lexicon.knows(letters, whole=whole)

    def fitting(self, typed: str, limit: int, *, starts: bool) -> tuple[dict[str, float], float]:
        """The likeliest words that the letters typed may begin, as they are written then, and the mass of all of them.

        The probabilities are P(word, letters typed | before); `starts` says that it is the first word of a sentence.
        """
        ids, weights = self._lexicon.fitting(typed, starts)
        chances = self._chances[ids] * weights
        mass = float(chances.sum())
        if len(ids) > limit:
            best = np.argpartition(-chances, limit - 1)[:limit]
            ids, chances = ids[best], chances[best]
        found: dict[str, float] = {}
        for number, chance in zip(ids.tolist(), chances.tolist(), strict=True):
            form, _ = written(typed, self._lexicon.texts[number], starts=starts)
            found[form] = found.get(form, 0.0) + chance
        return found, mass

    def mass(self, typed: str) -> float:
        """P(some known word that begins with `typed` | before)."""
        return float(self._chances[self._lexicon.starting_with(typed)].sum())

    def best(self, typed: str, limit: int) -> list[Candidate]:
        """The likeliest known words that begin with `typed`, itself among them, best first."""
        ids = self._lexicon.starting_with(typed)
        if len(ids) > limit:
            ids = ids[np.argpartition(-self._chances[ids], limit - 1)[:limit]]
        found = [
            Candidate(word=self._lexicon.texts[number], probability=float(self._chances[number]))
            for number in ids.tolist()
        ]
        return sorted(found, key=lambda each: (-each.probability, each.word))


def _knowledge(levels: Sequence[Followers]) -> int:
    """0 for a context of which nothing was seen; 1 and 2 where its last symbol was, 3 to 5 where all of it was."""
    totals = [float(followers.counts.sum()) for followers in levels]
    shorter, longer = (*totals, 0.0, 0.0)[:2]
    if longer:
        return 3 + sum(longer >= often for often in OFTEN[1:])
    return 1 + int(shorter >= OFTEN[0]) if shorter else 0
