"""The training loop: truncated back-propagation through time over blocks of text.

The state flows from one block to the next, its gradient does not (Williams and Peng 1990; the 2018 tutorial's
`detach`). The loop is a generator: its caller prints, saves and stops.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from foreword.corpus.blocks import UNCOUNTED, Block
from foreword.libraries import Float, Shaped
from foreword.models.catalogue import load_weights, weights_of
from foreword.models.language_model import State, detach, restart
from foreword.training.device import arithmetic
from foreword.training.optimize import learning_rate
from foreword.training.session import Session
from foreword.training.validate import Validation, validate


@final
@dataclass(frozen=True, kw_only=True)
class Step:
    """The result of an update. `nats` is the mean loss per token, on the device: reading it waits for the device."""

    step: int
    epoch: float
    nats: Float[Tensor, ""]
    tokens: int
    learning_rate: float


@final
@dataclass(frozen=True, kw_only=True)
class Divergence:
    """A validation after `step` updates found that the loss diverged. The weights of step `back_to` are kept."""

    step: int
    back_to: int


TrainingEvent = Step | Validation | Divergence

WORSE_NATS: Final = 5.0
"""The loss above that of a uniform guess from which a new network has diverged on its own training text.

Networks before their first update are within 2 nats of a guess.
"""


def fit(session: Session) -> Iterator[TrainingEvent]:
    """Train `session.model` in place; yield a `Step` after each update and a `Validation` as often as planned.

    The session is complete at every yield. Its caller may save it there; a later `fit` of the saved session continues
    without a difference. The caller's time between two events counts as training, except inside `session.aside()`.
    """
    session.lap()  # the time before the first update does not count
    while True:
        if session.validation_is_due:  # before the end, too
            event = _validate(session)
            if event is not None:
                yield event
        elif session.ending is not None:
            return
        else:
            step = _update(session)
            session.record.timing.updated(session.lap())
            yield step


def _update(session: Session) -> Step:
    """Read one block, back-propagate its loss, and do one step of the optimiser."""
    settings, record = session.settings, session.record
    block = session.blocks[record.block]
    session.optimizer.zero_grad(set_to_none=True)
    total = _gradients(session, block)
    progress = session.next_progress()
    if session.processes.count > 1:  # one small sum: the nats, the progress by rank 0's clock, the flags
        nats, progress = session.flags.exchange([total.item(), progress if session.processes.first else 0.0])
        total = torch.tensor(nats, device=session.device)
    rate = learning_rate((record.progress + progress) / 2, settings)  # halfway: a warm-up begins above 0
    clip_grad_norm_(session.model.parameters(), settings.clip)
    for group in session.optimizer.param_groups:
        group["lr"] = rate
    session.optimizer.step()
    session.advance()
    record.progress = progress
    counted = int((block.targets != UNCOUNTED).sum())
    record.tokens += counted
    mean = total / counted
    session.training_nats += mean
    record.training_steps += 1
    return Step(step=record.step, epoch=session.epochs, nats=mean, tokens=counted, learning_rate=rate)


def _gradients(session: Session, block: Block) -> Float[Tensor, ""]:
    """Back-propagate the loss of this process's columns and carry the state on; return the sum of the losses."""
    own = session.processes.part(block.ids.shape[1])
    ids, targets = (_on_device(session, each[:, own]) for each in (block.ids, block.targets))
    with arithmetic(session.device, session.precision):
        logits, reached = session.gradients.network(ids, _state_for(session, block.restart[own]))
    logits, targets = logits.float().flatten(0, 1), targets.flatten()
    loss = cross_entropy(logits, targets, ignore_index=UNCOUNTED, reduction="sum")
    # Divided by the size of a full block, so that a token has the same weight in the shorter last block.
    session.gradients.backward(loss / session.tokens_per_block)
    session.state = detach(reached)
    return loss.detach()


def _state_for(session: Session, restarted: Shaped[np.ndarray, " batch"]) -> State:
    """The carried state, with the initial state in the columns that restart."""
    initial = session.model.initial_state(len(restarted))
    if not session.state:
        return initial
    return restart(session.state, _on_device(session, restarted), initial)


def _on_device(session: Session, array: Shaped[np.ndarray, "..."]) -> Tensor:
    """The array as a tensor on the device. A GPU copies it from pinned memory while the program continues."""
    tensor = torch.from_numpy(np.ascontiguousarray(array))
    if session.device.type == "cuda":
        return tensor.pin_memory().to(session.device, non_blocking=True)
    return tensor.to(session.device)


def _validate(session: Session) -> Validation | Divergence | None:
    """Measure the loss on held-out text, and keep the weights if they are the best so far.

    Without held-out text, the last finite weights are kept, and there is no event. After a divergence, the session has
    its best weights again, and its training ends.
    """
    record, ids, nats = session.record, session.validation_ids, None
    training_nats = session.training_nats.item() / record.training_steps if record.training_steps else None
    record.timing.updating += session.lap()  # `item` has waited for the updates on the device
    if ids is not None:
        device, precision, processes = session.device, session.precision, session.processes
        nats = validate(session.model, ids, device=device, precision=precision, processes=processes)
    record.timing.validating += session.lap()
    record.timing.validations += 1
    record.validated_at = record.progress
    session.training_nats, record.training_steps = torch.zeros_like(session.training_nats), 0
    if _diverged(session, nats, training_nats):
        record.diverged = True
        load_weights(session.model, session.best)
        return Divergence(step=record.step, back_to=record.best_step)
    is_best = nats is None or nats < record.best_nats
    if is_best:
        session.best, record.best_step = weights_of(session.model), record.step
    if nats is None:
        return None
    record.best_nats = min(nats, record.best_nats)
    record.stale = 0 if is_best else record.stale + 1
    step, epoch, seconds = record.step, session.epochs, session.seconds
    point = Validation(step=step, epoch=epoch, nats=nats, training_nats=training_nats, seconds=seconds)
    record.curve.append(point)
    return point


def _diverged(session: Session, nats: float | None, training_nats: float | None) -> bool:
    """Whether a loss or a weight is not finite, or a new network is far worse than a uniform guess.

    A finished model may begin far worse than a uniform guess, for example in another language.
    """
    guess = math.inf if session.is_fine_tuning else math.log(session.model.config.vocabulary)
    if training_nats is not None and not training_nats < guess + WORSE_NATS:
        return True
    if nats is not None:
        return not math.isfinite(nats)
    return not all(bool(weight.isfinite().all()) for weight in session.model.parameters())
