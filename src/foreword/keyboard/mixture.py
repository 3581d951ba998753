"""The mixture of a network, the n-grams of its training texts, and the memory; and its adaptation to a person.

    P(w | before) = (1 - memory_share) · P_network(w | before) + memory_share · P_memory(w | before)
    P_network(w | before) = (1 - ngram_share) · P_neural(w | before) + ngram_share · P_ngrams(w | before)

`Mixture` has the memory's share, `BackgroundDistribution` the share of the n-grams; `candidates.py` computes the sums.
Probabilities of whole words are mixed, not scores: a word that one source finds impossible is still possible. The
memory's share depends on how much it knows of the text before (`Distribution.knowledge`). Each word written changes the
share by one step of the EM algorithm; older words count less and less. Besides, the last words of a line move its share
to the source that predicted them better: so it follows the language of a person who writes in two.

A small network has no room for all that its texts say about single words; n-grams have. Their share depends on how many
of the last symbols they know, and is fixed in the model (`modelfolder/ngrams.py`).

Both are adapted to the words that the person has written, n(w) times each and N in all:

    P'(w | before) ∝ P(w | before) · ((n(w) + a) / (N · p(w) + a)) ^ b

p(w) is how often the model writes the word in a long text. So a word that this person writes more often than the model
is likelier in all contexts, and one that they could have written, but did not, is less likely.

Sources: Jelinek and Mercer (1980), "Interpolated estimation of Markov source parameters from sparse data", for weights
by EM and by the knowledge of a context; Cappé and Moulines (2009), "On-line expectation-maximization algorithm for
latent data models", for one step at a time; Kneser, Peters and Klakow (1997), "Language model adaptation using dynamic
marginals", for the factors; Rosenfeld (1996), "A maximum entropy approach to adaptive statistical language modelling",
and Mikolov, Deoras, Kombrink, Burget and Cernocky (2011), "Empirical evaluation and combination of advanced language
modeling techniques", for a recurrent network and n-grams of the same text.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, final

import numpy as np

from foreword.keyboard.casing import written
from foreword.keyboard.ngram_model import CountedWords, context_of, likeliest_forms
from foreword.libraries import Float32, Float64, Int32
from foreword.modelfolder.ngrams import LONGEST, Ngrams
from foreword.text.words import beginning_with, matching

FIRST_SHARES: Final = (0.06, 0.08, 0.12, 0.2, 0.28, 0.35)
"""The memory's share by its degree of knowledge, before any word (docs/decisions/0028)."""
FIRST_WORDS: Final = 20.0
"""The number of words that these shares count for."""
HORIZON: Final = 2_000.0
"""A word counts e times less after this many later words of the same degree of knowledge."""
ADAPTED: Final = 0.6
"""b, the exponent of the ratio of both frequencies."""
UNWRITTEN: Final = 1.0
"""a, added to both counts: a word that one would not expect in so short a text keeps its probability."""
LEAST_EXPECTED: Final = 1e-6
"""The probability of the words that the n-grams do not have, for letters that begin few others."""
EVIDENCE_WEIGHT: Final = 0.2
"""The weight of the last words of the line. At 1, words that follow from each other would count several times."""
MOST_EVIDENCE: Final = 1.5
"""They multiply the odds of a source by e^1.5 at most: else a memory of one message was sure of its phrases."""
KEPT: Final = 8
KEPT_BEGINNINGS: Final = 4_096
"""The texts, and the beginnings of words, whose results are cached: up to 10 MB. One typo may mean a hundred."""


class Observation(NamedTuple):
    """A written word: the memory's degree of knowledge before it, and the word's probability from each source."""

    knowledge: int
    network: float
    memory: float


@final
class Mixture:
    """The memory's share, by degree of knowledge: a ratio of credits, the words that each source has predicted."""

    def __init__(self, weights: Sequence[float] | None = None) -> None:
        """Continue from `weights`, a result of `weights()`; other values are ignored."""
        self.restore(weights)

    def restore(self, weights: Sequence[float] | None, *, known: float = 1.0) -> None:
        """Continue from `weights`, or begin again without them.

        `known` is the part of the person's words that the network can know. The memory begins with credit for the rest:
        of a text in another language, a network predicts only the words that look like its own.
        """
        shares = 1 - known * (1 - np.array(FIRST_SHARES))
        first = FIRST_WORDS * np.stack([1 - shares, shares], axis=1)
        self._credits: Float64[np.ndarray, "knowledge sources"] = first
        given = np.array([] if weights is None else weights, dtype=np.float64)
        if given.size == self._credits.size and np.isfinite(given).all() and (given > 0).all():
            self._credits = given.reshape(self._credits.shape)

    def share(self, knowledge: int, evidence: float = 0.0) -> float:
        """The memory's share of the probability.

        `evidence` is by how many nats the memory predicted the last words better than the network.
        """
        weighed = np.clip(EVIDENCE_WEIGHT * evidence, -MOST_EVIDENCE, MOST_EVIDENCE)
        network, memory = self._credits[knowledge] * (1.0, np.exp(weighed))
        return float(memory / (network + memory))

    def follow(self, seen: Observation) -> None:
        """Credit each source with the part of one more word that it has predicted: one step of EM.

        A word that both sources find impossible has no effect.
        """
        share = self.share(seen.knowledge)
        by_memory, by_network = share * seen.memory, (1 - share) * seen.network
        if not by_memory + by_network > 0:
            return
        credit = by_memory / (by_memory + by_network)
        self._credits[seen.knowledge] *= np.exp(-1 / HORIZON)
        self._credits[seen.knowledge] += (1 - credit, credit)
        np.maximum(self._credits, 1e-6, out=self._credits)  # else a share of zero would stay zero

    def weights(self) -> list[float]:
        """The credits, to store in a memory."""
        return [float(each) for each in self._credits.ravel()]


@final
class Background:
    """The n-grams of a model, adapted to a person; without them, no word is known, and their share is 0."""

    def __init__(self, ngrams: Ngrams | None) -> None:
        self._ngrams = ngrams
        self.words: Sequence[str] = ngrams.words if ngrams else []
        self._keys: Sequence[str] = ngrams.keys if ngrams else []
        odd = [word != key for word, key in zip(self.words, self._keys, strict=True)]
        self._odd = np.array(odd, dtype=np.bool_)
        differ = [one != other for one, other in pairwise(self._keys)]
        self._groups: Int32[np.ndarray, " words"] = np.cumsum([0, *differ], dtype=np.int32)[: len(self.words)]
        self._factors = lru_cache(maxsize=2)(self._adapt)
        self._after = lru_cache(maxsize=KEPT)(self._expect)
        self.fitting = lru_cache(maxsize=KEPT_BEGINNINGS)(self._fitting)

    def after(self, before: str, person: CountedWords | None = None) -> "BackgroundDistribution":
        """The words that may follow a text, adapted to the words of a person."""
        return self._after(before, person, person.changes if person else 0)

    def _expect(self, before: str, person: CountedWords | None, changes: int) -> "BackgroundDistribution":
        if self._ngrams is None:
            return BackgroundDistribution(self, *np.zeros((2, 0), dtype=np.float32), share=0.0)
        chances, found = self._ngrams.after(context_of(before, order=LONGEST + 1))
        share = float(self._ngrams.shares[found])
        return BackgroundDistribution(self, chances, self._factors(person, changes), share=share)

    def _adapt(self, person: CountedWords | None, _changes: int) -> Float32[np.ndarray, " words"]:
        """The factor of each word. Spellings that differ only in case and accents count as one word."""
        factors = np.ones(len(self.words), dtype=np.float32)
        if person is None or not person.texts or self._ngrams is None or self._ngrams.frequencies is None:
            return factors
        expected = np.bincount(self._groups, weights=self._ngrams.frequencies)
        times = np.zeros(len(expected))
        keys, written = person.by_key()
        place, last = 0, len(self._keys) - 1
        for key, count in zip(keys, written.tolist(), strict=True):
            place = bisect_left(self._keys, key, place)
            if self._keys[min(place, last)] == key:
                times[self._groups[place]] += count
        ratios = (times + UNWRITTEN) / (written.sum() * expected + UNWRITTEN)
        factors[:] = (ratios**ADAPTED)[self._groups]
        return factors

    def numbers(self, word: str) -> list[int]:
        """The number of a word, in exact case; none if the n-grams do not have it."""
        return [at for at in self.alike(word) if self.words[at] == word]

    def alike(self, word: str) -> range:
        """The numbers of the words that differ from this one only in case and accents."""
        return self._ngrams.alike(word) if self._ngrams else range(0)

    def _fitting(self, typed: str, starts: bool) -> tuple[slice, Float32[np.ndarray, " fitting"]]:
        """The places of the words that these letters may begin, and P(letters typed so | word) (`casing.written`).

        Most words are written as their keys, in small letters without accents: these share one probability. Only the
        others are judged one by one.
        """
        key = matching(typed)
        fits = beginning_with(self._keys, key)
        weights = np.ones(fits.stop - fits.start, dtype=np.float32)
        if typed and len(weights):
            _, weights[:] = written(typed, key, starts=starts)
            for at in np.flatnonzero(self._odd[fits]).tolist():
                _, weights[at] = written(typed, self.words[fits.start + at], starts=starts)
        return fits, weights


@final
class BackgroundDistribution:
    """The probabilities of all words after one text, and their `share` in the mixture with the network."""

    def __init__(
        self,
        background: Background,
        chances: Float32[np.ndarray, " words"],
        factors: Float32[np.ndarray, " words"],
        *,
        share: float,
    ) -> None:
        self.share = share
        self._background = background
        self._factors = factors
        adapted = chances * factors
        # The rest is for words that the n-grams do not have.
        self._whole = max(1.0 - float(chances.sum()), 0.0) + float(adapted.sum())
        self._chances: Float32[np.ndarray, " words"] = adapted / np.float32(self._whole)

    def mixed(self, neural: float, counted: float) -> float:
        """The mixture of a probability from the network alone, adapted, and one from the n-grams."""
        return (1 - self.share) * neural + self.share * counted

    def adapted(self, word: str, neural: float) -> float:
        """The network's probability of a word, adapted as that of the n-grams is."""
        alike = self._background.alike(word)
        return neural * (float(self._factors[alike.start]) if alike else 1.0) / self._whole

    def adapted_letters(self, typed: str, neural: float, *, starts: bool) -> float:
        """The network's probability of the letters typed, adapted as that of the words which they may begin."""
        if not typed:
            return neural
        fits, weights = self._background.fitting(typed, starts)
        adapted = self._chances[fits] * weights
        expected = float((adapted / self._factors[fits]).sum()) * self._whole
        return neural * (float(adapted.sum()) + LEAST_EXPECTED / self._whole) / (expected + LEAST_EXPECTED)

    def probability(self, word: str) -> float:
        """P(word | before): 0 for an unknown word."""
        return sum(float(self._chances[at]) for at in self._background.numbers(word))

    def fitting(self, typed: str, limit: int, *, starts: bool) -> tuple[dict[str, float], float]:
        """The likeliest words that the letters typed may begin, as `ngram_model.Distribution.fitting` gives them."""
        fits, weights = self._background.fitting(typed, starts)
        if not len(weights):
            return {}, 0.0
        words, here = self._background.words, self._chances[fits] * weights
        found = likeliest_forms(here, lambda at: words[fits.start + at], typed, limit, starts=starts)
        return found, float(here.sum())
