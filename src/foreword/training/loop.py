"""The training loop: truncated back-propagation through time over blocks of text.

The state flows from one block to the next, its gradient does not (Williams and Peng 1990; the 2018 tutorial's
`detach`). The loop is a generator: printing, saving and stopping are its caller's.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from foreword.corpus.blocks import UNCOUNTED, Block
from foreword.models.catalogue import weights_of
from foreword.models.language_model import State, detach, restart
from foreword.training.divergence import CHECK_EVERY, is_lost, turn_back
from foreword.training.optimizer import follow
from foreword.training.schedule import learning_rate
from foreword.training.session import Session
from foreword.training.validate import arithmetic, validate


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
    """The loss on held-out text after `step` updates, and on the training text since the validation before.

    Before the first update, nothing is known of the latter.
    """

    step: int
    epoch: float
    nats: float
    training_nats: float | None
    best: bool


@final
@dataclass(frozen=True, kw_only=True)
class Divergence:
    """The loss was lost at `step`. The weights are those of step `back_to` again; `rate` is the highest from now on."""

    step: int
    back_to: int
    rate: float
    gave_up: bool


Event = Step | Validation | Divergence


def fit(session: Session) -> Iterator[Event]:
    """Train `session.model` in place; yield a `Step` after each update, a `Validation` as often as planned.

    The session is whole at every yield: it may be saved there, and a later `fit` of what was saved goes on as if
    nothing had happened. What its caller does between two events counts as training, but for what is done inside
    `session.timing.aside()`.
    """
    session.timing.begin()
    while True:
        if session.look_is_due:
            event = _look(session)
            if event is not None:
                yield event
        elif session.ending is not None:
            return
        elif _is_no_number(session):
            yield _turn_back(session)
        else:
            step = _update(session)
            session.timing.updated()
            yield step


def _update(session: Session) -> Step:
    """One block forward, back, and a step of the optimiser."""
    settings = session.settings
    block = session.blocks[session.block]
    session.accord.updates_left = session.updates_left
    session.optimizer.zero_grad(set_to_none=True)
    total = session.accord.heard(_gradients(session, block))
    progress = session.next_progress(session.accord.updates_left)
    rate = learning_rate((session.progress + progress) / 2, settings) * 0.5**session.halvings
    clip_grad_norm_(session.model.parameters(), settings.clip)
    for group in session.optimizer.param_groups:
        group["lr"] = rate
    session.optimizer.step()
    if session.averaged is not session.model:
        follow(session.averaged, session.model, decay=settings.average, step=session.step)
    session.advance()
    session.progress = progress
    counted = int((block.targets != UNCOUNTED).sum())
    session.tokens += counted
    nats = total / counted
    session.training_nats += nats
    session.training_steps += 1
    return Step(step=session.step, epoch=session.epochs, nats=nats, tokens=counted, learning_rate=rate)


def _gradients(session: Session, whole: Block) -> Float[Tensor, ""]:
    """The sum of the losses of this process's columns of a block, back-propagated; the state is carried on.

    Where memory bounds the batch, its columns are read in groups, one after the other: their gradients add up.
    """
    block = session.team.cut(whole)
    state, states = _state_for(session, block), []
    total = torch.zeros((), device=session.device)
    columns = np.arange(block.ids.shape[1])
    for group in np.array_split(columns, min(session.settings.accumulate, len(columns))):
        part = slice(int(group[0]), int(group[-1]) + 1)
        ids, targets = (_on_device(session, ids[:, part]) for ids in (block.ids, block.targets))
        with session.accord.holding(more=part.stop < len(columns)):
            with arithmetic(session.device, session.plan.precision):
                logits, reached = session.accord.network(ids, tuple(tensor[:, part] for tensor in state))
            loss = cross_entropy(
                logits.float().flatten(0, 1), targets.flatten(), ignore_index=UNCOUNTED, reduction="sum"
            )
            total += loss.detach()
            # Divided by the size of a whole block, so that a token weighs the same in the last, shorter block.
            session.accord.backward(loss / session.tokens_per_block, total)
        states.append(detach(reached))
    session.state = tuple(torch.cat(parts, dim=1) for parts in zip(*states, strict=True))
    return total


def _state_for(session: Session, block: Block) -> State:
    """The carried state, new for the columns that start afresh."""
    initial = session.model.initial_state(block.ids.shape[1])
    if not session.state or bool(block.restart.all()):
        return initial
    return restart(session.state, _on_device(session, block.restart), initial)


def _on_device(session: Session, array: Shaped[np.ndarray, "..."]) -> Tensor:
    """A tensor of it, on its way: from pinned memory, a GPU fetches it while the program goes on."""
    tensor = torch.from_numpy(array)
    if session.device.type == "cuda":
        return tensor.pin_memory().to(session.device, non_blocking=True)
    return tensor.to(session.device)


def _is_no_number(session: Session) -> bool:
    """Whether the loss has ceased to be a number; asked seldom, at steps that do not depend on the clock."""
    due = session.training_steps > 0 and session.step % CHECK_EVERY == 0
    return due and not math.isfinite(session.training_nats.item())


def _look(session: Session) -> Validation | Divergence | None:
    """Measure on held-out text where there is some, and keep the weights if they are the best so far."""
    training_nats = session.training_nats.item() / session.training_steps if session.training_steps else None
    session.timing.updated(0)  # the device had still to do it
    nats = _validated_nats(session)
    session.timing.looked()
    session.looked = session.progress
    if is_lost(session, nats=nats, training_nats=training_nats):
        return _turn_back(session)
    session.forget_training_loss()
    if training_nats is not None:
        session.best_training_nats = min(session.best_training_nats, training_nats)
    best = nats is None or nats < session.best_nats
    if best:
        session.best, session.best_step = weights_of(session.averaged), session.step
    if nats is None:
        return None
    session.best_nats, session.stale = min(nats, session.best_nats), 0 if best else session.stale + 1
    return Validation(
        step=session.step, epoch=session.epochs, nats=nats, training_nats=training_nats, best=best
    )


def _validated_nats(session: Session) -> float | None:
    if session.validation_ids is None:
        return None
    return validate(
        session.averaged,
        session.validation_ids,
        device=session.device,
        precision=session.plan.precision,
        team=session.team,
    )


def _turn_back(session: Session) -> Divergence:
    step = session.step
    turn_back(session)
    return Divergence(
        step=step,
        back_to=session.best_step,
        rate=session.highest_rate,
        gave_up=session.gave_up,
    )
