"""The time of a run, from its first minute to the back-test. The shares were measured (docs/log.md).

read, fill the memory         no limit
try base and new network      3.5 % of the time left, at most 30 s each
train                         the rest (`training/plan.py` divides it)
write the model               3 s
figures on held-out text      42 % of 7 %: read by networks 75 %, n-gram 25 %
back-test                     58 % of 7 %: the memory at most 1/3, typing the rest; at most 40 s

A training that ends early leaves its time to the figures and the back-test.
"""

import math
import time
from dataclasses import dataclass
from typing import Final, final

from foreword.text.plural import counted

WRITING: Final = 3.0
RESERVED: Final = 0.07
FIGURES: Final = 0.42
TRYING, MOST_TRYING = 0.035, 30.0
STEPS_TRIED, MOST_STEPS_TRIED = 0.05, 100  # of each try: share of fixed steps, and the most
MOST_TYPING: Final = 40.0
TYPING_WITHOUT_END: Final = 20.0  # seconds for the back-test of a run without a deadline


@final
@dataclass(frozen=True, kw_only=True)
class TrialLength:
    """The length of the short training of the base and the new network, to choose one: `seconds`, or `steps`."""

    seconds: float
    steps: int | None = None

    def __str__(self) -> str:
        return f"{self.seconds:.2g} s" if self.steps is None else counted(self.steps, "step")


@final
@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The end of a run, as a moment of `time.perf_counter()`; infinite for a run without a time limit."""

    end: float = math.inf

    @classmethod
    def after(cls, minutes: float | None, begun: float) -> "Deadline":
        """The deadline of a run of `minutes` from `begun` on."""
        return cls() if minutes is None else cls(end=begun + 60 * minutes)

    @property
    def left(self) -> float:
        """Seconds from now to the end."""
        return self.end - time.perf_counter()

    @property
    def reserve(self) -> "Reserve":
        """The time to reserve now for the steps after the training."""
        return Reserve(WRITING + RESERVED * max(0.0, self.left))

    def trial_length(self, steps: int | None) -> TrialLength:
        """The length of the try of each network; in a run without a deadline, a share of its steps."""
        if self.end < math.inf:
            return TrialLength(seconds=min(MOST_TRYING, TRYING * max(0.0, self.left)))
        share = MOST_STEPS_TRIED if steps is None else max(1, round(STEPS_TRIED * steps))
        return TrialLength(seconds=MOST_TRYING, steps=min(MOST_STEPS_TRIED, share))


@final
@dataclass(frozen=True)
class Reserve:
    """Seconds for the steps after the training; infinite for a run without a deadline."""

    seconds: float = math.inf

    @property
    def figures(self) -> float:
        """Seconds for figures on held-out text."""
        return FIGURES * max(0.0, self.seconds - WRITING)

    @property
    def typing(self) -> float:
        """Seconds for the back-test."""
        if self.seconds == math.inf:
            return TYPING_WITHOUT_END
        return min(MOST_TYPING, (1 - FIGURES) * max(0.0, self.seconds - WRITING))
