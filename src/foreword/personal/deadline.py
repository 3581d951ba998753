"""Where the time of a run goes. All shares of it are here; each was measured (docs/log.md).

read, teach the memory        as long as it takes
try base and new network      3.5 % of what is left, at most 30 s each
train                         the rest
write the model               3 s
figures on held-out text      55 % of 9 %: read by networks 45 %, n-gram 15 %, mixture 40 %
back-test                     45 % of 9 %: the memory 1/3, typing 2/3; at most 40 s
"""

import math
import time
from dataclasses import dataclass
from typing import Final, final

from foreword.text.counting import counted

WRITING: Final = 3.0
RESERVED: Final = 0.09
FIGURES: Final = 0.55
READING, COUNTING, MIXING = 0.45, 0.15, 0.40
TRYING, MOST_TRYING = 0.035, 30.0
STEPS_TRIED, MOST_STEPS_TRIED = 0.05, 100
"""The share of the steps for each try, if the request says how many; and the most steps."""
MOST_TYPING, TYPED_REMEMBERING = 40.0, 1 / 3
TYPING_WITHOUT_END: Final = 0.05
"""Of the time that the training takes, for the back-test of a run that has no deadline."""
FEWEST_TYPING, SHORT = 5.0, 20.0
"""Seconds for that back-test, unless the training takes fewer than 20."""
SECONDS_PER_REMEMBERED: Final = 5e-6
"""That the memory takes to learn a token."""
FEWEST_REMEMBERED: Final = 50_000


@final
@dataclass(frozen=True, kw_only=True)
class Try:
    """How long base and new network are trained to choose one: so many seconds, or `steps`."""

    seconds: float
    steps: int | None = None

    def __str__(self) -> str:
        """In words."""
        return f"{self.seconds:.0f} s" if self.steps is None else counted(self.steps, "step")


@final
@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When a run is to be over: a moment of `time.perf_counter()`, infinite for one that takes as long as it takes."""

    end: float = math.inf

    @classmethod
    def after(cls, minutes: float | None, begun: float) -> "Deadline":
        """That of a run of so many minutes from `begun` on."""
        return cls() if minutes is None else cls(end=begun + 60 * minutes)

    @property
    def left(self) -> float:
        """Seconds from now on."""
        return self.end - time.perf_counter()

    @property
    def reserve(self) -> "Reserve":
        """What is kept now for what follows the training."""
        return Reserve(WRITING + RESERVED * max(0.0, self.left))

    def a_try(self, steps: int | None) -> Try:
        """How long each network is tried; of a run without a deadline, a share of its steps."""
        if self.end < math.inf:
            return Try(seconds=min(MOST_TRYING, TRYING * max(0.0, self.left)))
        share = MOST_STEPS_TRIED if steps is None else max(1, round(STEPS_TRIED * steps))
        return Try(seconds=MOST_TRYING, steps=min(MOST_STEPS_TRIED, share))


@final
@dataclass(frozen=True)
class Reserve:
    """Seconds for what follows the training; infinite for a run without a deadline."""

    seconds: float = math.inf

    @property
    def figures(self) -> float:
        """Seconds for figures on held-out text."""
        return FIGURES * max(0.0, self.seconds - WRITING)

    def typing(self, trained: float) -> float:
        """Seconds for the back-test, after a training of so many seconds."""
        if self.seconds < math.inf:
            return min(MOST_TYPING, (1 - FIGURES) * max(0.0, self.seconds - WRITING))
        return min(MOST_TYPING, max(TYPING_WITHOUT_END * trained, FEWEST_TYPING if trained >= SHORT else 0.0))


def tokens_remembered(seconds: float, most: int) -> int:
    """How many tokens a memory learns in so many seconds: at most so many, and not too few."""
    return int(min(most, max(FEWEST_REMEMBERED, seconds / SECONDS_PER_REMEMBERED)))
