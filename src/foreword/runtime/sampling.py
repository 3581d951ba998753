"""Choosing the next token of a passage: greedily, or by chance within limits.

The order is that of Hugging Face's `generate`: repetition penalty, temperature, top-k, top-p, min-p; each limit sees
what the one before has left. Sources: Keskar et al. (2019) for the penalty, Fan et al. (2018) for top-k, Holtzman et
al. (2020) for top-p, Nguyen et al. (2024) for min-p.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from jaxtyping import Float, Float64

from foreword.errors import OptionError

HIGHEST_TEMPERATURE: Final = 100.0
HIGHEST_PENALTY: Final = 100.0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How a token is chosen. The defaults draw from the model's own probabilities.

    Attributes:
        temperature: below 1 bolder differences, above 1 smaller ones; 0 always takes the likeliest token.
        top_k: only the k likeliest tokens; 0 means all.
        top_p: only the likeliest tokens that together have this probability.
        min_p: only tokens with at least this share of the likeliest one's probability.
        repetition_penalty: above 1, tokens of the last lines are made less likely: the logarithms of their
            probabilities are multiplied by it.

    Raises:
        OptionError: a value makes no sense; the message names it.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0

    def __post_init__(self) -> None:
        within("temperature", self.temperature, 0, HIGHEST_TEMPERATURE)
        within("top_k", self.top_k, 0, math.inf)
        within("top_p", self.top_p, 0, 1, lowest_excluded=True)
        within("min_p", self.min_p, 0, 1)
        within("repetition_penalty", self.repetition_penalty, 1, HIGHEST_PENALTY)

    def choose(
        self,
        log_probabilities: Float[np.ndarray, " vocabulary"],
        recent: Collection[int],
        generator: np.random.Generator,
    ) -> int:
        """An id. `-inf` marks what may not be chosen; at least one id must be allowed."""
        scores = log_probabilities.astype(np.float64)
        if self.repetition_penalty != 1:
            scores[list(set(recent))] *= self.repetition_penalty
        if self.temperature == 0:
            return int(scores.argmax())
        with np.errstate(
            over="ignore"
        ):  # at a temperature of all but 0, all but the likeliest are infinitely far
            chances = self._limited(softmax((scores - scores.max()) / self.temperature))
        return int(generator.choice(len(chances), p=chances / chances.sum()))

    def _limited(self, chances: Float64[np.ndarray, " vocabulary"]) -> Float64[np.ndarray, " vocabulary"]:
        """The chances with those at zero that the limits leave out. The likeliest token always stays."""
        if self.top_k or self.top_p < 1:
            order = np.argsort(-chances, kind="stable")
            kept = order[: self.top_k or len(order)]
            if self.top_p < 1:
                before = np.cumsum(chances[kept]) - chances[kept]
                kept = kept[before < self.top_p * chances[kept].sum()]
            chances = np.where(np.isin(np.arange(len(chances)), kept), chances, 0.0)
        return np.where(chances >= self.min_p * chances.max(), chances, 0.0)


def softmax(scores: Float64[np.ndarray, " vocabulary"]) -> Float64[np.ndarray, " vocabulary"]:
    """Probabilities of scores that need not be normalised."""
    chances = np.exp(scores - scores.max())
    return np.asarray(chances / chances.sum())


def within(name: str, value: float, lowest: float, highest: float, *, lowest_excluded: bool = False) -> None:
    """Check one option."""
    if not lowest <= value <= highest or (lowest_excluded and value == lowest):
        least = f"above {lowest}" if lowest_excluded else f"at least {lowest}"
        most = "" if math.isinf(highest) else f" and at most {highest:g}"
        raise OptionError(f"{name} must be {least}{most}, not {value}")
