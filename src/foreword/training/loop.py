"""The training loop: truncated back-propagation through time over blocks of text.

The state flows from one block to the next, its gradient does not (Williams and Peng 1990; the 2018 tutorial's
`detach`). The loop is a generator: printing, saving and stopping are its caller's.
"""

import copy
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import final

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from foreword.corpus.blocks import UNCOUNTED, Block, Blocks, Epoch, Windows
from foreword.models.language_model import AbstractLanguageModel, State, detach, restart
from foreword.training.plan import Plan
from foreword.training.recipe import TrainingSettings
from foreword.training.validate import arithmetic, validate
from foreword.training.weights import weights_of

Layout = Blocks | Windows

FLOOR = 0.01
"""The share of the learning rate that the schedule ends with."""


@final
@dataclass(frozen=True, kw_only=True)
class Step:
    """What an update did. `nats` is the mean loss per token, left on the device: reading it waits for it."""

    step: int
    epoch: float
    nats: Float[Tensor, ""]
    tokens: int
    learning_rate: float


@final
@dataclass(frozen=True, kw_only=True)
class Validation:
    """The loss on held-out text after `step` updates, and on the training text since the validation before."""

    step: int
    epoch: float
    nats: float
    training_nats: float
    best: bool


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


def optimizer_for(model: AbstractLanguageModel, settings: TrainingSettings) -> torch.optim.Optimizer:
    """The optimiser; weight decay pulls at matrices alone (biases and gains have no reason to be small)."""
    matrices = [weight for weight in model.parameters() if weight.ndim > 1]
    vectors = [weight for weight in model.parameters() if weight.ndim <= 1]
    groups = [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    rate = settings.learning_rate
    if settings.optimizer == "adam":
        return torch.optim.Adam(groups, lr=rate, fused=True)
    if settings.optimizer == "nadam":
        return torch.optim.NAdam(groups, lr=rate, decoupled_weight_decay=True)
    return torch.optim.AdamW(groups, lr=rate, fused=True)


def learning_rate(step: int, steps: int, settings: TrainingSettings) -> float:
    """The rate of update `step` (from 0) of `steps`: a linear warm-up, then the schedule down to a hundredth."""
    warm = round(settings.warm_up * steps)
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    if settings.schedule == "constant":
        return settings.learning_rate
    done = (step - warm) / max(1, steps - warm)
    share = (1 + math.cos(math.pi * done)) / 2 if settings.schedule == "cosine" else 1 - done
    return settings.learning_rate * (FLOOR + (1 - FLOOR) * share)


def fit(session: Session) -> Iterator[Step | Validation]:
    """Train `session.model` in place; yield a `Step` after each update, a `Validation` as often as planned.

    The session is whole at every yield: it may be saved there, and a later `fit` of what was saved goes on as if
    nothing had happened.
    """
    while True:
        start = time.perf_counter()
        if session.validation_is_due:
            event: Step | Validation = _validate(session)
        elif session.finished:
            return
        else:
            event = _update(session)
        session.seconds += time.perf_counter() - start
        yield event


def _update(session: Session) -> Step:
    """One block forward, back, and a step of the optimiser."""
    plan, settings, device = session.plan, session.settings, session.device
    block = session.blocks[session.block]
    state = _state_for(session, block)
    targets = torch.from_numpy(block.targets).to(device)
    with arithmetic(device, plan.precision):
        logits, state = session.model(torch.from_numpy(block.ids).to(device), state)
    counted = int((block.targets != UNCOUNTED).sum())
    total = cross_entropy(
        logits.float().flatten(0, 1), targets.flatten(), ignore_index=UNCOUNTED, reduction="sum"
    )
    # Divided by the size of a whole block, so that a token weighs the same in the last, shorter block.
    session.optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(total / session.tokens_per_block)
    clip_grad_norm_(session.model.parameters(), settings.clip)
    rate = learning_rate(session.step, plan.steps, settings)
    for group in session.optimizer.param_groups:
        group["lr"] = rate
    session.optimizer.step()
    _average(session)
    session.state = detach(state)
    session.advance()
    nats = total.detach() / counted
    session.training_nats += nats
    session.training_steps += 1
    return Step(step=session.step, epoch=session.epochs, nats=nats, tokens=counted, learning_rate=rate)


def _state_for(session: Session, block: Block) -> State:
    """The carried state, new for the columns that start afresh."""
    initial = session.model.initial_state(block.ids.shape[1])
    if not session.state or bool(block.restart.all()):
        return initial
    return restart(session.state, torch.from_numpy(block.restart).to(session.device), initial)


def _average(session: Session) -> None:
    """Move the averaged weights; the decay grows in the first steps, or they would remember the beginning."""
    if session.averaged is session.model:
        return
    decay = min(session.settings.average, (1 + session.step) / (10 + session.step))
    with torch.no_grad():
        pairs = zip(session.averaged.parameters(), session.model.parameters(), strict=True)
        for average, weight in pairs:
            average.lerp_(weight, 1 - decay)


def _validate(session: Session) -> Validation:
    """Measure, and keep the weights if they are the best so far."""
    held_out = session.held_out
    assert held_out is not None  # noqa: S101 - the caller has asked
    ids = held_out[: session.plan.validation_tokens + 1]
    nats = validate(session.averaged, ids, device=session.device, precision=session.plan.precision)
    session.validated = session.step
    best = nats < session.best_nats
    if best:
        session.best_nats, session.stale, session.best = nats, 0, weights_of(session.averaged)
    else:
        session.stale += 1
    training_nats = session.training_nats.item() / max(1, session.training_steps)
    # Weights that are no numbers never become numbers again.
    session.diverged = not (math.isfinite(nats) and math.isfinite(training_nats))
    session.training_nats, session.training_steps = torch.zeros_like(session.training_nats), 0
    return Validation(
        step=session.step, epoch=session.epochs, nats=nats, training_nats=training_nats, best=best
    )
