"""All that changes while a network trains: its weights, its optimiser, its place in the text, what it has reached."""

import copy
import math
from dataclasses import dataclass, field
from typing import Final, Literal, final

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from foreword.corpus.blocks import UNCOUNTED, Blocks, Epoch, Windows
from foreword.corpus.replay import OldWindows, Replay, Ring, columns_for
from foreword.models.catalogue import weights_of
from foreword.models.language_model import AbstractLanguageModel, State
from foreword.training.accord import Accord
from foreword.training.distribute import ALONE, Team
from foreword.training.optimizer import optimizer_for
from foreword.training.plan import Plan
from foreword.training.recipe import TrainingSettings
from foreword.training.timing import Timing

Layout = Blocks | Windows | Replay
UNSEEN: Final = -1.0

Ending = Literal["steps", "time", "passes", "patience", "diverged"]
"""Why a run is over: steps made, time up, as many passes as help, no gain while patience lasted, or no way on."""

NUMBERS: Final = (
    "step",
    "epoch",
    "block",
    "progress",
    "looked",
    "stale",
    "halvings",
    "gave_up",
    "best_step",
    "best_nats",
    "best_training_nats",
    "training_steps",
    "tokens",
)
"""The numbers of a session that a checkpoint holds, beside those of its timing."""


@final
@dataclass(kw_only=True, eq=False)
class Session:
    """All that changes while a network trains, which a checkpoint holds, beside what the plan and the corpus give.

    `progress` goes from 0 to 1 and drives the schedule and the looks at held-out text, the last of which was at
    `looked`: with UNSEEN, there is one before the first update, too, and the first weights may turn out the best.
    `best` are the weights to fall back on: the first ones, until a look has found better ones. `training_nats` is a sum
    over the updates since the last look, kept on the device.

    Where a `team` of processes trains the network, all of this is the same in each of them, but for `state`, of which
    it has its own columns.
    """

    plan: Plan
    model: AbstractLanguageModel
    layout: Layout
    held_out: Shaped[np.ndarray, " time"] | None
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
    best: dict[str, Tensor] = field(default_factory=dict)
    state: State = ()
    training_nats: Float[Tensor, ""] = field(default_factory=lambda: torch.zeros(()))
    training_steps: int = 0
    tokens: int = 0
    timing: Timing = field(default_factory=Timing)
    team: Team = ALONE
    accord: Accord = field(init=False)
    averaged: AbstractLanguageModel = field(init=False)
    optimizer: torch.optim.Optimizer = field(init=False)
    blocks: Epoch = field(init=False)
    tokens_per_block: int = field(init=False)

    def __post_init__(self) -> None:
        """Seed, and set up what follows from the plan."""
        torch.manual_seed(self.team.seed(self.settings.seed))
        self.model.to(self.device).train()
        self.averaged = copy.deepcopy(self.model) if self.settings.average else self.model
        self.optimizer = optimizer_for(self.model, self.settings)
        self.best = weights_of(self.model)
        self.training_nats = self.training_nats.to(self.device)
        self.blocks = self.layout.epoch(self.epoch)
        self.team.check_columns(self.blocks[0].ids.shape[1])
        self.accord = Accord(self.model, self.team)
        self.tokens_per_block = int((self.blocks[0].targets != UNCOUNTED).sum())
        if self.plan.budget is not None:
            self.timing.expect(self.plan.budget.seconds_per_step)

    @property
    def settings(self) -> TrainingSettings:
        """The training table of the recipe."""
        return self.plan.recipe.training

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return torch.device(self.plan.device)

    @property
    def validation_ids(self) -> Shaped[np.ndarray, " time"] | None:
        """The held-out text that a look reads, from its beginning; None where nothing is held out."""
        return None if self.held_out is None else self.held_out[: self.plan.validation_tokens + 1]

    @property
    def seconds(self) -> float:
        """The time that the run has taken, but for preparing and finishing it."""
        return self.timing.seconds

    @property
    def epochs(self) -> float:
        """Passes over the text so far."""
        return self.epoch + self.block / len(self.blocks)

    @property
    def highest_rate(self) -> float:
        """The learning rate at the top of the schedule, after what divergence has taken off it."""
        return float(self.settings.learning_rate * 0.5**self.halvings)

    @property
    def ending(self) -> Ending | None:
        """Why there is no further update; None where there is one."""
        budget = self.plan.budget
        if self.gave_up:
            return "diverged"
        if self.progress >= 1:
            return "steps" if budget is None else "passes" if self.step >= budget.most_steps else "time"
        impatient = 0 < self.settings.patience <= self.stale
        return "patience" if impatient else None

    @property
    def look_is_due(self) -> bool:
        """Whether the plan wants a look at the network before the next update."""
        looks = self.plan.looks
        passed = math.floor(self.progress * looks) > math.floor(self.looked * looks)
        return self.progress > self.looked and (passed or self.progress >= 1)

    @property
    def updates_left(self) -> float:
        """How many updates there are to come: of a timed run, as many as fit into its time at the pace of late."""
        budget = self.plan.budget
        if budget is None:
            return float(self.plan.steps - self.step)
        looks = (
            self.plan.looks - math.floor(self.progress * self.plan.looks) if self.held_out is not None else 0
        )
        fitting = self.timing.updates_in(
            budget.seconds - self.seconds, looks=looks, seconds_per_look=budget.seconds_per_look
        )
        return min(fitting, float(budget.most_steps - self.step))

    def next_progress(self, updates_left: float) -> float:
        """Where the next update ends, if so many are to come.

        A pure function of the step where the plan has a fixed number of them.
        """
        if self.plan.budget is None:
            return (self.step + 1) / self.plan.steps
        return 1.0 if updates_left < 1.5 else self.progress + (1 - self.progress) / updates_left

    @property
    def seconds_left(self) -> float:
        """How long the rest will take: of training alone, where the plan says how many steps, else in all."""
        if self.plan.budget is None:
            return (self.plan.steps - self.step) * self.timing.seconds_per_update
        to_the_last = (self.plan.budget.most_steps - self.step) * self.timing.seconds_per_update
        return max(0.0, min(self.plan.budget.seconds - self.seconds, to_the_last))

    def go_to(self, *, step: int, epoch: int, block: int) -> None:
        """Stand before `block` of `epoch`, with `step` updates done."""
        if epoch != self.epoch:
            self.blocks = self.layout.epoch(epoch)
        self.step, self.epoch, self.block = step, epoch, block

    def advance(self) -> None:
        """Stand before the next block, which may be the first of the next epoch."""
        last = self.block + 1 == len(self.blocks)
        epoch, block = (self.epoch + 1, 0) if last else (self.epoch, self.block + 1)
        self.go_to(step=self.step + 1, epoch=epoch, block=block)

    def forget_training_loss(self) -> None:
        """Begin anew to sum it."""
        self.training_nats, self.training_steps = torch.zeros_like(self.training_nats), 0

    def chosen_weights(self) -> dict[str, Tensor]:
        """The weights to keep: the best on held-out text, or the last ones where none was held out."""
        return self.best if math.isfinite(self.best_nats) or self.gave_up else weights_of(self.averaged)


def layout_for(
    ids: Shaped[np.ndarray, " time"],
    settings: TrainingSettings,
    *,
    old: Shaped[np.ndarray, " old_time"] | None = None,
) -> Layout:
    """The blocks or windows that `settings` ask for; where there is `old` text, with columns that walk it."""
    if old is None or settings.replay == 0:
        return _columns(ids, settings, settings.batch)
    beside = columns_for(settings.batch, settings.replay)
    new = _columns(ids, settings, settings.batch - beside)
    if isinstance(new, Windows):
        return Replay(new, OldWindows(_windows(old, settings, beside)))
    return Replay(new, Ring(old, beside))


def _columns(ids: Shaped[np.ndarray, " time"], settings: TrainingSettings, batch: int) -> Blocks | Windows:
    if settings.layout == "windows":
        return _windows(ids, settings, batch)
    return Blocks(ids, batch=batch, unroll=settings.unroll)


def _windows(ids: Shaped[np.ndarray, " time"], settings: TrainingSettings, batch: int) -> Windows:
    return Windows(ids, context=settings.context, stride=settings.stride, batch=batch, seed=settings.seed)
