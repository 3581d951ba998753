"""Choosing the next token of passages: greedily, or by chance within limits.

The order is that of Hugging Face's `generate`: repetition penalty, temperature, top-k, top-p, min-p. Each limit applies
to the tokens that the one before has left. Sources: Keskar et al. (2019) for the penalty, Fan et al. (2018) for top-k,
Holtzman et al. (2020) for top-p, Nguyen et al. (2024) for min-p.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from foreword.errors import check_within
from foreword.libraries import Float, Float64, Int64

HIGHEST_TEMPERATURE: Final = 100
HIGHEST_PENALTY: Final = 100


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """The settings to choose a token. The defaults draw from the model's own probabilities.

    Raises:
        OptionError: a value makes no sense; the message names it.
    """

    temperature: float = 1.0  # below 1 larger differences, above 1 smaller ones; 0 takes the likeliest
    top_k: int = 0  # only the k likeliest tokens; 0 means all
    top_p: float = 1.0  # only the likeliest tokens that together have this probability
    min_p: float = 0.0  # only tokens with at least this share of the likeliest one's probability
    repetition_penalty: float = 1.0  # multiplies the logarithms of the last tokens' probabilities

    def __post_init__(self) -> None:
        check_within("temperature", self.temperature, 0, HIGHEST_TEMPERATURE)
        check_within("top_k", self.top_k, 0)
        check_within("top_p", self.top_p, 0, 1, lowest_excluded=True)
        check_within("min_p", self.min_p, 0, 1)
        check_within("repetition_penalty", self.repetition_penalty, 1, HIGHEST_PENALTY)

    def choose(
        self,
        log_probabilities: Float[np.ndarray, "batch vocabulary"],
        recent: Sequence[Collection[int]],
        generator: np.random.Generator,
    ) -> Int64[np.ndarray, " batch"]:
        """An id for each passage, from its row, its last ids, and a random number, which temperature 0 does not need.

        `-inf` marks an id that may not be chosen; each row must allow at least one id.
        """
        scores = log_probabilities.astype(np.float64)
        if self.repetition_penalty != 1:
            for row, tokens in zip(scores, recent, strict=True):
                row[list(set(tokens))] *= self.repetition_penalty
        if self.temperature == 0:
            return np.asarray(scores.argmax(axis=1))
        with np.errstate(over="ignore"):  # near temperature 0, all but the likeliest are at -inf
            chances = np.exp((scores - scores.max(axis=1, keepdims=True)) / self.temperature)
        return drawn(self._limited(chances / chances.sum(axis=1, keepdims=True)), generator)

    def _limited(
        self, chances: Float64[np.ndarray, "batch vocabulary"]
    ) -> Float64[np.ndarray, "batch vocabulary"]:
        """The chances, with zeros for the tokens that the limits exclude. The likeliest token always stays."""
        if self.top_k or self.top_p < 1:
            order = np.argsort(-chances, axis=1, kind="stable")
            kept = np.take_along_axis(chances, order, axis=1)
            kept[:, self.top_k or len(kept[0]) :] = 0.0
            if self.top_p < 1:
                before = (np.cumsum(kept, axis=1) - kept)[:, 1:]
                kept[:, 1:][before >= self.top_p * kept.sum(axis=1, keepdims=True)] = 0.0
            np.put_along_axis(chances, order, kept, axis=1)
        if self.min_p:
            chances = np.where(chances >= self.min_p * chances.max(axis=1, keepdims=True), chances, 0.0)
        return chances


def drawn(
    chances: Float64[np.ndarray, "batch vocabulary"], generator: np.random.Generator
) -> Int64[np.ndarray, " batch"]:
    """A random id for each row, as `Generator.choice` draws it. The numbers of a row need not sum to one."""
    reached = np.cumsum(chances / chances.sum(axis=1, keepdims=True), axis=1)
    reached /= reached[:, -1:]
    draws = generator.random(len(chances))
    return np.asarray((reached <= draws[:, None]).sum(axis=1))
