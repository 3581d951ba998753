"""The n-gram for comparison with networks: modified Kneser-Ney smoothing.

Source: Chen and Goodman (1998), "An empirical study of smoothing techniques for language modeling", section 3.
The highest order counts occurrences. Each lower order counts the different tokens seen before an n-gram, because a
short context is used only if the longer one has failed. All orders are mixed, down to the uniform guess.

The n-grams of order n are the edges of a tree, in one sorted array of `parent * vocabulary + token`; the parent is the
number of the n-gram without its last token. So a key fits 64 bits at any order and any vocabulary, and a whole text is
looked up at once, order by order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from foreword.errors import SourceEmpty, check_within
from foreword.libraries import Float64, Int64, Integer

HIGHEST_ORDER: Final = 6
LAST_TOKENS: Final = 4_000_000  # maximum tokens, from the end of a training text: a few hundred megabytes
CHUNK: Final = 1_000_000  # tokens scored at once
UNSEEN: Final = -1
SMALLEST_DISCOUNT: Final = 0.1  # without it, a text without rare n-grams leaves nothing for new ones

Ids = Integer[np.ndarray, " time"]
Numbers = Int64[np.ndarray, " _"]


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """All n-grams of one order. An n-gram's number is its position in `keys`; its context has one of the order below.

    `kept` is the n-gram's count after discounting, as a share of its context's total. `handed_down` is the share that
    the context gives to the next lower order (1 if no token followed the context).
    """

    keys: Numbers
    kept: Float64[np.ndarray, " grams"]
    handed_down: Float64[np.ndarray, " contexts"]

    @classmethod
    def weigh(cls, keys: Numbers, counts: Numbers, contexts: int, vocabulary: int) -> "Level":
        context = keys // vocabulary
        discount = discounts(counts)[np.minimum(counts, 3)]
        total = np.bincount(context, counts, contexts)
        lost = np.bincount(context, discount, contexts)
        handed_down = np.divide(lost, total, out=np.ones(contexts), where=total > 0)
        return cls(keys=keys, kept=(counts - discount) / total[context], handed_down=handed_down)

    def find(self, parents: Numbers, ids: Numbers, vocabulary: int) -> Numbers:
        """The numbers of the n-grams made of a context and a token; `UNSEEN` for those not in the training text."""
        keys = parents * vocabulary + ids
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, places, UNSEEN)  # an unseen parent has negative keys


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NGram:
    """Probabilities of the next token after the last `order - 1` ones."""

    vocabulary: int
    levels: tuple[Level, ...]

    @classmethod
    def count(cls, ids: Ids, order: int, vocabulary: int) -> "NGram":
        """Count the n-grams up to `order`; of a longer text, in its last four million tokens.

        The first token is repeated before the text (each text begins after a newline).
        """
        check_within("order", order, 1, HIGHEST_ORDER)
        if len(ids) == 0:
            raise SourceEmpty("an n-gram cannot be counted on an empty text; give some text to learn from")
        text = padded(ids[-LAST_TOKENS:], order)
        return cls(vocabulary=vocabulary, levels=tuple(grow(text, order, vocabulary)))

    @property
    def order(self) -> int:
        return len(self.levels)

    def nats(self, ids: Ids) -> float:
        return float(-self.log_probabilities(ids).sum())

    def log_probabilities(self, ids: Ids) -> Float64[np.ndarray, " targets"]:
        """The natural logarithm of P(token | tokens before) for each of ids[1:]."""
        text = padded(ids, self.order)
        starts = range(self.order + 1, len(text), CHUNK)
        chunks = [np.log(self._chances(text[start - self.order : start + CHUNK])) for start in starts]
        return np.concatenate([np.zeros(0), *chunks])

    def _chances(self, text: Numbers) -> Float64[np.ndarray, " targets"]:
        """The probabilities of all tokens after the first `order`, which serve only as contexts."""
        chances = np.full(len(text), 1 / self.vocabulary)
        numbers = np.zeros(len(text), dtype=np.int64)  # of the empty n-gram, found everywhere
        for level in self.levels:
            parents = one_later(numbers)
            numbers = level.find(parents, text, self.vocabulary)
            chances *= np.where(parents == UNSEEN, 1.0, level.handed_down[parents])
            chances += np.where(numbers == UNSEEN, 0.0, level.kept[numbers])
        return chances[self.order :]


def padded(ids: Ids, order: int) -> Numbers:
    """The ids after `order` copies of the first id, so that each token has a full context."""
    return np.concatenate([np.repeat(ids[:1], order), ids]).astype(np.int64)


def one_later(numbers: Numbers) -> Numbers:
    """The number of the n-gram that ends at the token before each token."""
    return np.concatenate([[UNSEEN], numbers[:-1]])


def grow(text: Numbers, order: int, vocabulary: int) -> Iterator[Level]:
    """Build the levels of a padded text, from order 1 upwards.

    The shares of a level need the next level: it gives the number of different tokens before each n-gram.
    """
    numbers, keys, contexts = np.zeros(len(text), dtype=np.int64), np.zeros(1, dtype=np.int64), 1
    for current in range(1, order + 1):
        grams = one_later(numbers)[order:] * vocabulary + text[order:]
        longer, first, inverse, occurrences = np.unique(
            grams, return_index=True, return_inverse=True, return_counts=True
        )
        if current > 1:
            befores = np.bincount(numbers[order:][first], minlength=len(keys))
            yield Level.weigh(keys, befores, contexts, vocabulary)
            contexts = len(keys)
        keys = longer
        numbers = np.concatenate([np.repeat(inverse[:1], order), inverse])  # the padding repeats one token
    yield Level.weigh(keys, occurrences, contexts, vocabulary)


def discounts(counts: Int64[np.ndarray, " grams"]) -> Float64[np.ndarray, "4"]:
    """The discounts of counts of 0, 1, 2 and of 3 or more (Chen and Goodman's estimate, kept within safe bounds)."""
    times = np.bincount(np.minimum(counts, 5), minlength=6)[1:5] * 1.0  # n-grams seen 1 to 4 times
    once, twice = times[:2]
    share = once / (once + 2 * twice) if once else 0.0
    ratios = np.divide(times[1:], times[:-1], out=np.zeros(3), where=times[:-1] > 0)
    seen = np.arange(1, 4)
    estimate = seen - (seen + 1) * share * ratios
    return np.concatenate([[0.0], np.clip(estimate, SMALLEST_DISCOUNT, seen - SMALLEST_DISCOUNT)])
