"""The time of a run: when it must be over, and how the time after the training is shared.

Training stops at the deadline less a reserve. The reserve is for writing the model, for the figures and for the
back-test: each measures as much held-out text as its share allows, and says how much.
"""

import math
import time
from dataclasses import dataclass
from typing import Final, final

WRITING: Final = 3.0
"""Seconds to write graphs and all that is the same for every model; measured (docs/log.md)."""
RESERVED: Final = 0.09
"""The share of the time left after reading that is kept for what follows the training."""
FIGURES: Final = 0.55
"""Of the reserve, the share for figures on held-out text; the back-test has the rest."""
TRYING: Final = 0.035
"""The share of the time left after reading that each try of base and new network may take."""

MOST_TRYING: Final = 30.0
MOST_TYPING: Final = 40.0
TYPING_SHARE: Final = 0.05
"""Of the time that the training takes, for the back-test of a run that has no deadline."""
FEWEST_TYPING: Final = 5.0
SHORT: Final = 20.0
"""A training of fewer seconds is a try, and so is its back-test."""


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
    def reserve(self) -> float:
        """Seconds, of those that are left now, for what follows the training."""
        return WRITING + RESERVED * max(0.0, self.left)

    @property
    def trying(self) -> float:
        """Seconds for each of two candidates."""
        return min(MOST_TRYING, TRYING * max(0.0, self.left))


def seconds_for_figures(reserve: float) -> float:
    """Seconds of a reserve that figures may take."""
    return FIGURES * (reserve - WRITING)


def seconds_for_typing(reserve: float, trained: float) -> float:
    """Seconds that the back-test may take, after a training of so many seconds."""
    if reserve < math.inf:
        return min(MOST_TYPING, (1 - FIGURES) * max(0.0, reserve - WRITING))
    return min(MOST_TYPING, max(TYPING_SHARE * trained, FEWEST_TYPING if trained >= SHORT else 0.0))
