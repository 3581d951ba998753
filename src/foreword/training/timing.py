"""Where the time of a run goes, and how many updates still fit into the rest of it."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, final

OF_LATE: Final = 5.0
"""Seconds after which an update counts for a third in the pace of late: other programs come and go."""

PAUSE: Final = 3.0
"""By this factor longer than usual, an update was held up, and says nothing of those to come."""

PRIOR: Final = 1.0
"""Seconds of updates that the pace of the plan's probe stands for."""

Clock = Callable[[], float]


@final
@dataclass(kw_only=True)
class Timing:
    """Seconds of `updating` the weights, of `looking` at held-out text so many times, and what goes on `beside`.

    `recent_updates` took `recent_seconds`: those of late, for older ones fade. `pauses` are what updates that were held
    up took beyond that. Where a device works on while the program goes ahead, an update's time shows when something
    waits for the device, and is counted there.
    """

    updating: float = 0.0
    looking: float = 0.0
    beside: float = 0.0
    pauses: float = 0.0
    looks: int = 0
    recent_updates: float = 0.0
    recent_seconds: float = 0.0
    clock: Clock = field(default=time.perf_counter, repr=False, compare=False)
    mark: float = field(default=0.0, init=False, repr=False, compare=False)

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.updating + self.looking + self.beside

    @property
    def seconds_per_update(self) -> float:
        """The pace of late, of updates alone; nothing where there was none yet."""
        return self.recent_seconds / self.recent_updates if self.recent_updates else 0.0

    def expect(self, seconds_per_update: float) -> None:
        """Take this for the pace until there is a better one."""
        self.recent_updates, self.recent_seconds = PRIOR / seconds_per_update, PRIOR

    def begin(self) -> None:
        """Time counts from now."""
        self.mark = self.clock()

    def updated(self, updates: int = 1) -> None:
        """The time since the last call went into so many updates: none where one of before was waited for."""
        spent = self._spent()
        self.updating += spent
        usual = min(spent, PAUSE * updates * self.seconds_per_update or math.inf)
        self.pauses += spent - usual
        faded = math.exp(-spent / OF_LATE)
        self.recent_updates = self.recent_updates * faded + updates
        self.recent_seconds = self.recent_seconds * faded + usual

    def looked(self) -> None:
        """The time since the last call went into a look at held-out text."""
        self.looking += self._spent()
        self.looks += 1

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is done inside is not training."""
        begun = self.clock()
        try:
            yield
        finally:
            spent = self.clock() - begun
            self.beside += spent
            self.mark += spent

    def updates_in(self, seconds: float, *, looks: int, seconds_per_look: float) -> float:
        """How many updates fit into `seconds` beside `looks` at held-out text, each as long as the ones before."""
        look = self.looking / self.looks if self.looks else seconds_per_look
        share = 1 - (self.beside + self.pauses) / (self.seconds + OF_LATE)
        pace = self.seconds_per_update
        return (seconds - looks * look) * share / pace if pace else math.inf

    def _spent(self) -> float:
        now = self.clock()
        spent, self.mark = now - self.mark, now
        return spent
