"""All that changes while a network trains: its weights, its optimiser, its place in the text, what it has reached."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Final, Literal, final

import numpy as np
import torch
from jaxtyping import Float, Shaped
from msgspec import Meta
from torch import Tensor

from foreword.corpus.blocks import UNCOUNTED, Blocks, Epoch, OldWindows, Replay, Ring, Windows, columns_for
from foreword.models.catalogue import weights_of
from foreword.models.language_model import AbstractLanguageModel, State
from foreword.training.device import Precision
from foreword.training.distributed import ALONE, Flags, Processes, SharedGradients
from foreword.training.optimize import Chosen, interpolated, optimizer_for
from foreword.training.recipe import TrainingSettings
from foreword.training.validate import Validation, overfits

Layout = Blocks | Windows | Replay
UNSEEN: Final = -1.0
PAUSE: Final = 3.0
FRESH: Final = 0.1
"""The share of the last update in the usual time of one."""

Ending = Literal["steps", "time", "passes", "patience", "diverged"]
"""Why a run is over: all steps made, time up, as many epochs as help, no gain while patience lasted, or diverged."""


@final
@dataclass(frozen=True, kw_only=True)
class TimeBudget:
    """The time of a run that has one: `seconds` for updates and all that happens between them.

    The run makes `most_steps` updates at most. `seconds_per_look` (at held-out text) was estimated before it began.
    `measuring` is how many seconds may be spent on measuring the finished model.
    """

    seconds: Annotated[float, Meta(ge=0)]
    most_steps: Annotated[int, Meta(ge=1)]
    seconds_per_look: Annotated[float, Meta(ge=0)]
    measuring: Annotated[float, Meta(ge=0)] = math.inf


@final
@dataclass(kw_only=True)
class Timing:
    """Seconds spent on updates (`updating`), on `looks` validations (`looking`), and on other work (`beside`).

    An update takes `usual` seconds of late. If a device works on while the program goes ahead, the time of an update
    counts when something waits for the device. Checkpoints store these fields by their names.
    """

    updating: float = 0.0
    looking: float = 0.0
    beside: float = 0.0
    looks: int = 0
    usual: float = 0.0

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.updating + self.looking + self.beside

    def counted(self, seconds: float) -> float:
        """The seconds of an update, at most three times the usual ones: more, and it was held up."""
        return min(seconds, PAUSE * self.usual) if self.usual else seconds

    def updated(self, seconds: float) -> None:
        """Count the seconds of an update."""
        counted = self.counted(seconds)
        self.updating += seconds
        self.usual = counted if not self.usual else self.usual + FRESH * (counted - self.usual)


@final
@dataclass(kw_only=True)
class Record:
    """What a session has done so far, in numbers. Checkpoints store these fields by their names.

    `progress` goes from 0 to 1 and drives the schedule and the validations; `looked` is where the last validation was.
    With UNSEEN there is one before the first update, too, and the initial weights may turn out the best. `stale` counts
    the validations since the best one, `training_steps` the updates since the last one.
    """

    step: int = 0
    epoch: int = 0
    block: int = 0
    progress: float = 0.0
    looked: float = 0.0
    stale: int = 0
    halvings: int = 0
    gave_up: bool = False
    best_step: int = 0
    best_nats: float = math.inf
    best_training_nats: float = math.inf
    training_steps: int = 0
    tokens: int = 0
    timing: Timing = field(default_factory=Timing)
    curve: list[Validation] = field(default_factory=list)
    warned: bool = False


@final
@dataclass(kw_only=True, eq=False)
class Session:
    """A network in training.

    It makes `steps` updates, or about so many where it has a `budget` of time, and `looks` validations, each on
    `validation_ids`. `best` are the weights to fall back on: the initial ones, until a validation finds better ones.
    `training_nats` is a sum over the updates since the last validation, kept on the device.

    Where several `processes` train, all of this is the same in each of them, but for `state`, of which it has its own
    columns.
    """

    settings: TrainingSettings
    model: AbstractLanguageModel
    layout: Layout
    steps: int
    looks: int
    device: torch.device
    precision: Precision
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
        """Seed, and set up what follows from the settings."""
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
        """The columns of a block, of all processes together."""
        return int(self.blocks[0].ids.shape[1])

    @property
    def epochs(self) -> float:
        """Epochs so far."""
        return self.record.epoch + self.record.block / len(self.blocks)

    @property
    def seconds(self) -> float:
        """The time that the run has taken, without its preparation and its end."""
        return self.record.timing.seconds

    @property
    def tokens_per_second(self) -> float:
        """The speed of updates alone."""
        return self.record.tokens / max(self.record.timing.updating, 1e-9)

    @property
    def highest_rate(self) -> float:
        """The learning rate at the top of the schedule, after what divergence has taken off it."""
        return float(self.settings.learning_rate * 0.5**self.record.halvings)

    @property
    def ending(self) -> Ending | None:
        """Why the training is over; None while it is not."""
        if self.record.gave_up:
            return "diverged"
        if self.record.progress >= 1:
            if self.budget is None:
                return "steps"
            return "passes" if self.record.step >= self.budget.most_steps else "time"
        return "patience" if 0 < self.settings.patience <= self.record.stale else None

    @property
    def validation_is_due(self) -> bool:
        """Whether the plan wants a validation before the next update."""
        progress, looked = self.record.progress, self.record.looked
        passed = math.floor(progress * self.looks) > math.floor(looked * self.looks)
        return progress > looked and (passed or progress >= 1)

    @property
    def seconds_left(self) -> float:
        """How long the rest will take: of training alone, where the number of steps is fixed, else in all."""
        most = self.steps if self.budget is None else self.budget.most_steps
        to_the_last = (most - self.record.step) * self.record.timing.updating / max(1, self.record.step)
        in_all = math.inf if self.budget is None else self.budget.seconds - self.seconds
        return max(0.0, min(in_all, to_the_last))

    def next_progress(self) -> float:
        """Where the update ends that is being made: a pure function of the step where the number of steps is fixed.

        With a budget, an update takes that share of the rest of the run that its time is of the time left, less the
        time of the last validation. An update that is held up counts as three of them, so the rate does not jump.
        """
        if self.budget is None:
            return (self.record.step + 1) / self.steps
        timing, last = self.record.timing, 0.0
        if self.validation_ids is not None:
            last = timing.looking / timing.looks if timing.looks else self.budget.seconds_per_look
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
        """What is done inside does not count as training."""
        begun = self.clock()
        try:
            yield
        finally:
            spent = self.clock() - begun
            self.record.timing.beside += spent
            self.mark += spent

    def go_to(self, *, step: int, epoch: int, block: int) -> None:
        """Stand before `block` of `epoch`, with `step` updates done."""
        if epoch != self.record.epoch:
            self.blocks = self.layout.epoch(epoch)
        self.record.step, self.record.epoch, self.record.block = step, epoch, block

    def advance(self) -> None:
        """Stand before the next block, which may be the first of the next epoch."""
        epoch, block = self.record.epoch, self.record.block + 1
        if block == len(self.blocks):
            epoch, block = epoch + 1, 0
        self.go_to(step=self.record.step + 1, epoch=epoch, block=block)

    def forget_training_loss(self) -> None:
        """Begin a new sum."""
        self.training_nats, self.record.training_steps = torch.zeros_like(self.training_nats), 0

    def overfitting_warning(self) -> str | None:
        """Plain words, once, when held-out text gets worse while the training text still gets better."""
        if self.record.warned or not overfits(self.record.curve):
            return None
        self.record.warned = True
        best = min(self.record.curve, key=lambda point: point.nats)
        return (
            "it gets better on the text it trains on and worse on text it has not seen: it overfits. "
            f"The weights of step {best.step:,} are kept. More text, or more dropout, would help."
        )

    def chosen(self, initial: Mapping[str, np.ndarray] | None = None) -> Chosen:
        """The weights to keep: the best on held-out text, or the last ones where none was held out.

        Of a network that was trained further from `initial` weights, weights between those and the best are tried, too;
        the session's model is left with other weights then.
        """
        record = self.record
        kept = self.best if math.isfinite(record.best_nats) or record.gave_up else weights_of(self.model)
        chosen = Chosen(weights=kept, share=1.0, nats=record.best_nats)
        ids = self.validation_ids
        if initial is None or ids is None or record.best_step == 0 or not math.isfinite(chosen.nats):
            return chosen
        return interpolated(self.model, initial, chosen, ids, device=self.device, precision=self.precision)


def layout_for(
    ids: Shaped[np.ndarray, " time"],
    settings: TrainingSettings,
    *,
    old: Shaped[np.ndarray, " old_time"] | None = None,
) -> Layout:
    """The blocks or windows that `settings` ask for; with `old` text, some columns read that."""
    windows = partial(Windows, context=settings.context, stride=settings.stride, seed=settings.seed)
    beside = 0 if old is None or settings.replay == 0 else columns_for(settings.batch, settings.replay)
    if settings.layout == "windows":
        new = windows(ids, batch=settings.batch - beside)
        return Replay(new, OldWindows(windows(old, batch=beside))) if old is not None and beside else new
    blocks = Blocks(ids, batch=settings.batch - beside, unroll=settings.unroll)
    return Replay(blocks, Ring(old, beside)) if old is not None and beside else blocks
