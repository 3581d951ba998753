"""All that changes while a network trains: its weights, its optimiser, its place in the text, what it has reached."""

import copy
import math
from dataclasses import dataclass, field
from typing import final

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from foreword.corpus.blocks import UNCOUNTED, Blocks, Epoch, Windows
from foreword.models.language_model import AbstractLanguageModel, State
from foreword.training.optimizer import optimizer_for
from foreword.training.plan import Plan
from foreword.training.recipe import TrainingSettings
from foreword.training.weights import weights_of

Layout = Blocks | Windows


@final
@dataclass(kw_only=True, eq=False)
class Session:
    """All that changes while a network trains, which a checkpoint holds, beside what the plan and the corpus give."""

    plan: Plan
    model: AbstractLanguageModel
    layout: Layout
    held_out: Shaped[np.ndarray, " time"] | None
    step: int = 0
    epoch: int = 0
    block: int = 0
    validated: int = 0
    stale: int = 0
    diverged: bool = False
    seconds: float = 0.0
    best_nats: float = math.inf
    best: dict[str, Tensor] = field(default_factory=dict)
    state: State = ()
    training_nats: Float[Tensor, ""] = field(default_factory=lambda: torch.zeros(()))
    training_steps: int = 0
    averaged: AbstractLanguageModel = field(init=False)
    optimizer: torch.optim.Optimizer = field(init=False)
    blocks: Epoch = field(init=False)
    tokens_per_block: int = field(init=False)

    def __post_init__(self) -> None:
        """Seed, and set up what follows from the plan."""
        torch.manual_seed(self.settings.seed)
        self.model.to(self.device).train()
        self.averaged = copy.deepcopy(self.model) if self.settings.average else self.model
        self.optimizer = optimizer_for(self.model, self.settings)
        self.training_nats = self.training_nats.to(self.device)
        self.blocks = self.layout.epoch(self.epoch)
        self.tokens_per_block = int((self.blocks[0].targets != UNCOUNTED).sum())

    @property
    def settings(self) -> TrainingSettings:
        """The training table of the recipe."""
        return self.plan.recipe.training

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return torch.device(self.plan.device)

    @property
    def finished(self) -> bool:
        """Whether the plan is carried out, nothing was gained for as long as patience lasts, or nothing ever can be."""
        patience = self.settings.patience
        impatient = patience > 0 and self.stale >= patience
        return self.step >= self.plan.steps or impatient or self.diverged

    @property
    def validation_is_due(self) -> bool:
        """Whether the plan wants a look at held-out text before the next update."""
        planned = self.step % self.plan.validate_every == 0 or self.step == self.plan.steps
        return planned and self.validated < self.step and self.held_out is not None

    @property
    def epochs(self) -> float:
        """Passes over the text so far."""
        return self.epoch + self.block / len(self.blocks)

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

    def chosen_weights(self) -> dict[str, Tensor]:
        """The weights to keep: the best on held-out text, or the last ones where none was held out."""
        return self.best or weights_of(self.averaged)


def layout_for(ids: Shaped[np.ndarray, " time"], settings: TrainingSettings) -> Layout:
    """The blocks or windows that `settings` ask for."""
    if settings.layout == "windows":
        return Windows(
            ids, context=settings.context, stride=settings.stride, batch=settings.batch, seed=settings.seed
        )
    return Blocks(ids, batch=settings.batch, unroll=settings.unroll)
