"""When a loss has left the ground, and the way back: the best weights so far, and half the rate."""

import math
from typing import Final

from foreword.models.catalogue import load_weights
from foreword.training.optimizer import optimizer_for
from foreword.training.session import Session

MOST_HALVINGS: Final = 2
"""How often a run is brought back; after that, a lower rate is not what it lacks."""

CHECK_EVERY: Final = 64
"""Updates between two questions whether the loss is still a number: each waits for the device."""

LOST_NATS: Final = 1.0
"""By so much above the best, a loss on held-out text is lost, and not a wobble."""

LOST_TRAINING_NATS: Final = 0.25
"""By so much, the loss on the training text must have risen too, or it is a text that is learned by heart."""


def is_lost(session: Session, *, nats: float | None, training_nats: float | None) -> bool:
    """Whether a look has found a network that unlearned what it knew, or knows less than one that guesses.

    Where no text is held out, `nats` is None, and the weights are asked themselves. Before the first update, when
    `training_nats` is None, nothing can have been unlearned.
    """
    if training_nats is None:
        return nats is not None and not math.isfinite(nats)
    if nats is None:
        nats = (
            training_nats
            if all(bool(weight.isfinite().all()) for weight in session.averaged.parameters())
            else math.nan
        )
    if not (math.isfinite(nats) and math.isfinite(training_nats)):
        return True
    guess = math.log(session.model.config.vocabulary)
    risen = training_nats - min(session.best_training_nats, guess)
    return nats - min(session.best_nats, guess) > LOST_NATS and risen > LOST_TRAINING_NATS


def turn_back(session: Session) -> None:
    """Go on from the best weights, or from the first, at half the rate; the third time, give up."""
    load_weights(session.model, session.best)
    if session.averaged is not session.model:
        load_weights(session.averaged, session.best)
    session.optimizer = optimizer_for(session.model, session.settings)
    session.state, session.stale = (), 0
    session.forget_training_loss()
    if session.halvings == MOST_HALVINGS:
        session.gave_up = True
    else:
        session.halvings += 1
