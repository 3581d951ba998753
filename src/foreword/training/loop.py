"""The training loop: truncated back-propagation through time over blocks of text.

The state flows from one block to the next, its gradient does not (Williams and Peng 1990; the 2018 tutorial's
`detach`). The loop is a generator: printing, saving and stopping are its caller's.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from foreword.corpus.blocks import UNCOUNTED, Block
from foreword.models.language_model import State, detach, restart
from foreword.training.optimizer import follow
from foreword.training.schedule import learning_rate
from foreword.training.session import Session
from foreword.training.validate import arithmetic, validate
from foreword.training.weights import weights_of


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
    if session.averaged is not session.model:
        follow(session.averaged, session.model, decay=settings.average, step=session.step)
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
