"""The time of a run: how much it has, where it goes, and how many updates still fit into the rest."""

import math
from dataclasses import dataclass
from typing import Annotated, Final, final

from msgspec import Meta

RECENT: Final = 5.0
"""Seconds after which an update counts for a third in the recent pace: other programs come and go."""

PAUSE: Final = 3.0
"""An update that takes this many times as long as usual was held up, and does not count in the pace."""

PRIOR: Final = 1.0
"""Seconds of updates that the pace of the plan's probe stands for."""


@final
@dataclass(frozen=True, kw_only=True)
class Budget:
    """The time of a run that has one: `seconds` for updates and all that happens between them.

    The run makes `most_steps` updates at most. `seconds_per_step` and `seconds_per_look` (at held-out text) were
    measured before it began. `measuring` is how many seconds may be spent on measuring the finished model.
    """

    seconds: Annotated[float, Meta(ge=0)]
    most_steps: Annotated[int, Meta(ge=1)]
    seconds_per_step: Annotated[float, Meta(gt=0)]
    seconds_per_look: Annotated[float, Meta(ge=0)]
    measuring: Annotated[float, Meta(ge=0)] = math.inf


@final
@dataclass(kw_only=True)
class Timing:
    """Seconds spent on updates (`updating`), on `looks` validations (`looking`), and on other work (`beside`).

    `recent_updates` took `recent_seconds`; older ones fade. `pauses` are seconds by which updates were held up. Where
    a device works on while the program goes ahead, an update's time shows when something waits for the device, and
    counts there. Checkpoints store these fields by their names.
    """

    updating: float = 0.0
    looking: float = 0.0
    beside: float = 0.0
    pauses: float = 0.0
    looks: int = 0
    recent_updates: float = 0.0
    recent_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.updating + self.looking + self.beside

    @property
    def seconds_per_update(self) -> float:
        """The recent pace of updates alone; 0 before the first one."""
        return self.recent_seconds / self.recent_updates if self.recent_updates else 0.0

    def expect(self, seconds_per_update: float) -> None:
        """Take this for the pace until there is a better one."""
        self.recent_updates, self.recent_seconds = PRIOR / seconds_per_update, PRIOR

    def updated(self, seconds: float, updates: int = 1) -> None:
        """Count seconds of so many updates: of none where the program waited for one that is counted already."""
        self.updating += seconds
        usual = min(seconds, PAUSE * updates * self.seconds_per_update or math.inf)
        self.pauses += seconds - usual
        faded = math.exp(-seconds / RECENT)
        self.recent_updates = self.recent_updates * faded + updates
        self.recent_seconds = self.recent_seconds * faded + usual

    def validated(self, seconds: float) -> None:
        """Count seconds of one validation."""
        self.looking += seconds
        self.looks += 1

    def updates_in(self, seconds: float, *, validations: int, seconds_per_validation: float) -> float:
        """How many updates fit into `seconds` beside so many validations, each as long as the ones before."""
        each = self.looking / self.looks if self.looks else seconds_per_validation
        share = 1 - (self.beside + self.pauses) / (self.seconds + RECENT)
        pace = self.seconds_per_update
        return (seconds - validations * each) * share / pace if pace else math.inf
