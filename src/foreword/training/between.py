"""Weights between those that a run went on from and those that it made.

A network that went on with a little text has forgotten some of what it knew. On the straight line from the old weights
to the new ones there often lie some that read further text better than either (docs/log.md).

Source: Wortsman and others 2022, "Robust fine-tuning of zero-shot models".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final, final

import numpy as np
import torch
from torch import Tensor

from foreword.models.catalogue import load_weights
from foreword.training.session import Session
from foreword.training.validate import validate

SHARES: Final = (0.75, 0.5, 0.25)
"""How much of the way from the old weights to the new ones is tried, beside all of it."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Chosen:
    """The weights to keep of a run.

    Attributes:
        share: how much of the way from the weights that the run began with they have gone.
        nats: per token of the text held out to validate; infinite where none was.
    """

    weights: Mapping[str, Tensor]
    share: float
    nats: float


def chosen(session: Session, start: Mapping[str, np.ndarray] | None) -> Chosen:
    """The weights that do best on the text held out to validate; `start` are those that the run went on from.

    The session's model is left with other weights than it had.
    """
    made = Chosen(weights=session.chosen_weights(), share=1.0, nats=session.best_nats)
    if start is None or session.validation_ids is None or not isfinite(made.nats) or session.best_step == 0:
        return made
    found = [made]
    for share in SHARES:
        weights = {
            name: torch.lerp(torch.from_numpy(start[name]), weight, share)
            for name, weight in made.weights.items()
        }
        load_weights(session.model, weights)
        nats = validate(
            session.model, session.validation_ids, device=session.device, precision=session.plan.precision
        )
        found.append(Chosen(weights=weights, share=share, nats=nats))
    return min(found, key=lambda each: each.nats)
