"""The state of a training: the network's weights, its optimiser, its position in the text, and its results so far."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, final

import msgspec
import numpy as np
import torch
from msgspec import Meta, Struct
from torch import Tensor

from foreword.corpus.blocks import UNCOUNTED, Blocks, Epoch, Replay, Windows, columns_for
from foreword.libraries import Float, Shaped
from foreword.models.catalogue import weights_of
from foreword.models.language_model import AbstractLanguageModel, State
from foreword.training.device import Precision
from foreword.training.distributed import ALONE, Flags, Processes, SharedGradients
from foreword.training.optimize import ChosenWeights, interpolated, optimizer_for
from foreword.training.recipe import TrainingSettings
from foreword.training.validate import Validation

Layout = Blocks | Windows | Replay
UNSEEN: Final = -1.0
INTERRUPTED: Final = 3.0  # an update of more than this many times the usual time was interrupted
LAST_WEIGHT: Final = 0.1  # of the last update in the moving average of update times

Ending = Literal["steps", "time", "passes", "patience", "diverged"]
"""The end of a run: all steps done, time over, most useful epochs done, no gain within the patience, or divergence."""


@final
class TimeBudget(Struct, frozen=True, kw_only=True, rename={"seconds_per_validation": "seconds_per_look"}):
    """The time limit of a run: `seconds` for updates and all work between them.

    The run does `most_steps` updates at most. `seconds_per_validation` is estimated before the run. `measuring` is the
    limit for the work after the updates: to write, measure and back-test the model, in seconds.
    """

    seconds: Annotated[float, Meta(ge=0)]
    most_steps: Annotated[int, Meta(ge=1)]
    seconds_per_validation: Annotated[float, Meta(ge=0)]
    measuring: Annotated[float, Meta(ge=0)] = math.inf


@final
class Timing(Struct, kw_only=True, rename={"validating": "looking", "validations": "looks"}):
    """Seconds spent on updates (`updating`), on `validations` (`validating`), and on other work (`beside`).

    `usual` is the recent average of an update, in seconds. A device may work while the program continues. Then the time
    of an update counts when the program waits for the device. Checkpoints store them by the names in `rename`.
    """

    updating: float = 0.0
    validating: float = 0.0
    beside: float = 0.0
    validations: int = 0
    usual: float = 0.0

    @property
    def seconds(self) -> float:
        """The sum of all times."""
        return self.updating + self.validating + self.beside

    def counted(self, seconds: float) -> float:
        """The seconds of an update, without its interruption if it had one."""
        return min(seconds, INTERRUPTED * self.usual) if self.usual else seconds

    def updated(self, seconds: float) -> None:
        """Add the seconds of an update."""
        counted = self.counted(seconds)
        self.updating += seconds
        self.usual = counted if not self.usual else self.usual + LAST_WEIGHT * (counted - self.usual)


@final
class Record(Struct, kw_only=True, rename={"validated_at": "looked"}):
    """The numbers of a session so far. Checkpoints store them by the names in `rename`.

    `progress` goes from 0 to 1; the schedule and the validations follow it. `validated_at` is the progress at the last
    validation. UNSEEN there adds a validation before the first update, so the initial weights can be the best.
    `stale` counts the validations since the best one, `training_steps` the updates since the last validation.
    """

    step: int = 0
    epoch: int = 0
    block: int = 0
    progress: float = 0.0
    validated_at: float = 0.0
    stale: int = 0
    diverged: bool = False
    best_step: int = 0
    best_nats: float = math.inf
    training_steps: int = 0
    tokens: int = 0
    timing: Timing = msgspec.field(default_factory=Timing)
    curve: list[Validation] = msgspec.field(default_factory=list)


@final
@dataclass(kw_only=True, eq=False)
class Session:
    """A network in training.

    With a `budget` of time, `steps` is an estimate. With `is_fine_tuning`, it begins with the weights of a finished
    model. `best` holds the best weights so far: the initial ones, until a validation finds better ones. `training_nats`
    is a sum over the updates since the last validation; it stays on the device.

    With several `processes`, all fields are the same in each process, except `state`: each has its own columns.
    """

    settings: TrainingSettings
    model: AbstractLanguageModel
    layout: Layout
    steps: int
    validations: int
    device: torch.device
    precision: Precision
    is_fine_tuning: bool = False
    validation_ids: Shaped[np.ndarray, " time"] | None = None
    budget: TimeBudget | None = None
    processes: Processes = ALONE
    clock: Callable[[], float] = time.perf_counter
    record: Record = field(default_factory=Record)
    best: dict[str, Tensor] = field(init=False)
    state: State = ()
    training_nats: Float[Tensor, ""] = field(init=False)
    optimizer: torch.optim.Optimizer = field(init=False)
    gradients: SharedGradients = field(init=False)
    flags: Flags = field(init=False)
    blocks: Epoch = field(init=False)
    tokens_per_block: int = field(init=False)
    mark: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        """Set the random seed and the fields that follow from the settings."""
        if self.is_fine_tuning:
            self.record.validated_at = UNSEEN
        self.blocks = self.layout.epoch(self.record.epoch)
        self.processes.check_columns(self.width)
        torch.manual_seed(self.processes.seed(self.settings.seed))
        self.model.to(self.device).train()
        self.optimizer = optimizer_for(self.model, self.settings)
        self.best = weights_of(self.model)
        self.training_nats = torch.zeros((), device=self.device)
        self.gradients = SharedGradients(self.model, self.processes)
        self.flags = Flags(self.processes)
        self.tokens_per_block = int((self.blocks[0].targets != UNCOUNTED).sum())

    @property
    def width(self) -> int:
        """The columns of a block, over all processes."""
        return int(self.blocks[0].ids.shape[1])

    @property
    def epochs(self) -> float:
        """The epochs so far, with a fraction."""
        return self.record.epoch + self.record.block / len(self.blocks)

    @property
    def seconds(self) -> float:
        """The time of the run so far, without its preparation and its end."""
        return self.record.timing.seconds

    @property
    def tokens_per_second(self) -> float:
        """The speed of updates alone."""
        return self.record.tokens / max(self.record.timing.updating, 1e-9)

    @property
    def ending(self) -> Ending | None:
        """The reason for the end of the training; None while it continues."""
        if self.record.diverged:
            return "diverged"
        if self.record.progress >= 1:
            if self.budget is None:
                return "steps"
            return "passes" if self.record.step >= self.budget.most_steps else "time"
        return "patience" if 0 < self.settings.patience <= self.record.stale else None

    @property
    def validation_is_due(self) -> bool:
        """Whether the plan has a validation before the next update."""
        record, validations = self.record, self.validations
        return math.floor(record.progress * validations) > math.floor(record.validated_at * validations)

    @property
    def seconds_left(self) -> float:
        """The estimated rest of the time: for updates alone if the number of steps is fixed, else for all work."""
        most = self.steps if self.budget is None else self.budget.most_steps
        to_the_last = (most - self.record.step) * self.record.timing.updating / max(1, self.record.step)
        in_all = math.inf if self.budget is None else self.budget.seconds - self.seconds
        return max(0.0, min(in_all, to_the_last))

    def next_progress(self) -> float:
        """The progress after the current update. With a fixed number of steps, it depends on the step alone.

        With a budget, the update's share of the remaining progress is its share of the time left. The time of the final
        validation is subtracted first. An interrupted update counts as three at most, so the rate does not jump.
        """
        if self.budget is None:
            return (self.record.step + 1) / self.steps
        timing, last = self.record.timing, 0.0
        if self.validation_ids is not None:
            last = self.budget.seconds_per_validation
            if timing.validations:
                last = timing.validating / timing.validations
        usual = timing.counted(self.clock() - self.mark)
        fitting = (self.budget.seconds - self.seconds - last) / usual if usual > 0 else math.inf
        updates = min(fitting, self.budget.most_steps - self.record.step)
        return 1.0 if updates < 1.5 else self.record.progress + (1 - self.record.progress) / updates

    def lap(self) -> float:
        """Seconds since the last call."""
        now = self.clock()
        spent, self.mark = now - self.mark, now
        return spent

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A context for work that does not count as training."""
        begun = self.clock()
        try:
            yield
        finally:
            spent = self.clock() - begun
            self.record.timing.beside += spent
            self.mark += spent

    def go_to(self, *, step: int, epoch: int, block: int) -> None:
        """Move to the start of `block` in `epoch`, with `step` updates done."""
        if epoch != self.record.epoch:
            self.blocks = self.layout.epoch(epoch)
        self.record.step, self.record.epoch, self.record.block = step, epoch, block

    def advance(self) -> None:
        """Move to the next block, or to the first block of the next epoch."""
        epoch, block = self.record.epoch, self.record.block + 1
        if block == len(self.blocks):
            epoch, block = epoch + 1, 0
        self.go_to(step=self.record.step + 1, epoch=epoch, block=block)

    def chosen(self, initial: Mapping[str, np.ndarray] | None = None) -> ChosenWeights:
        """The weights to keep: the best on held-out text, or the last ones without such a text.

        For a network that was trained further from `initial` weights, interpolated weights are tried, too. The weights
        of the session's model then change.
        """
        record = self.record
        kept = self.best if math.isfinite(record.best_nats) or record.diverged else weights_of(self.model)
        chosen = ChosenWeights(weights=kept, share=1.0, nats=record.best_nats)
        ids = self.validation_ids
        if initial is None or ids is None or record.best_step == 0:
            return chosen
        return interpolated(self.model, initial, chosen, ids, device=self.device, precision=self.precision)


def layout_for(
    ids: Shaped[np.ndarray, " time"],
    settings: TrainingSettings,
    *,
    old: Shaped[np.ndarray, " old_time"] | None = None,
) -> Layout:
    """The blocks or windows of `settings`. With `old` text, some columns of the blocks read it."""
    if settings.layout == "windows":
        return Windows(ids, settings.context, settings.stride, settings.batch, settings.seed)
    if old is None or settings.replay == 0:
        return Blocks(ids, batch=settings.batch, unroll=settings.unroll)
    beside = columns_for(settings.batch, settings.replay)
    return Replay(Blocks(ids, batch=settings.batch - beside, unroll=settings.unroll), old, beside)
