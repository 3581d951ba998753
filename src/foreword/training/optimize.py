"""The optimiser, its learning rate, and weight interpolation.

Sources: Kingma and Ba (2015), "Adam: a method for stochastic optimization"; Loshchilov and Hutter (2019), "Decoupled
weight decay regularization", for AdamW; the same (2017), "SGDR: stochastic gradient descent with warm restarts",
equation 5, for the cosine, here without restarts.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import torch
from torch import Tensor

from foreword.libraries import Shaped
from foreword.models.catalogue import load_weights
from foreword.models.language_model import AbstractLanguageModel
from foreword.training.device import Precision
from foreword.training.recipe import TrainingSettings
from foreword.training.validate import validate

FLOOR: Final = 0.01  # last learning rate of the schedule, as a share of the highest one
SHARES: Final = (0.75, 0.5, 0.25)  # of the way from initial to trained weights, to try beside all of it


def optimizer_for(model: AbstractLanguageModel, settings: TrainingSettings) -> torch.optim.Optimizer:
    """The optimiser. Weight decay applies to matrices only: biases and gains need not be small."""
    matrices = [weight for weight in model.parameters() if weight.ndim > 1]
    others = [weight for weight in model.parameters() if weight.ndim <= 1]
    groups = [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    kind = torch.optim.Adam if settings.optimizer == "adam" else torch.optim.AdamW
    return kind(groups, lr=settings.learning_rate, fused=True)


def learning_rate(progress: float, settings: TrainingSettings) -> float:
    """The rate at `progress`, from 0 to 1: a linear warm-up, then the schedule down to a hundredth."""
    if progress < settings.warm_up:
        return settings.learning_rate * progress / settings.warm_up
    if settings.schedule == "constant":
        return settings.learning_rate
    done = (progress - settings.warm_up) / (1 - settings.warm_up)
    return settings.learning_rate * (FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * done)) / 2)


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class ChosenWeights:
    """The weights to keep of a run; `share` is their share of the way from the initial to the trained weights.

    `nats` is the loss per token of the validation text; infinite without such a text.
    """

    weights: Mapping[str, Tensor]
    share: float
    nats: float


def interpolated(
    model: AbstractLanguageModel,
    initial: Mapping[str, np.ndarray],
    trained: ChosenWeights,
    ids: Shaped[np.ndarray, " time"],
    *,
    device: torch.device,
    precision: Precision,
) -> ChosenWeights:
    """The weights on the straight line from `initial` to `trained` with the lowest loss on the held-out `ids`.

    A network that is fine-tuned on a little text forgets some of its knowledge. Interpolated weights often predict
    new text better than either end (docs/log.md). The weights of `model` change.

    Source: Wortsman and others 2022, "Robust fine-tuning of zero-shot models".
    """
    found = [trained]
    for share in SHARES:
        weights = {
            name: torch.lerp(torch.from_numpy(initial[name]), weight, share)
            for name, weight in trained.weights.items()
        }
        load_weights(model, weights)
        nats = validate(model, ids, device=device, precision=precision)
        found.append(ChosenWeights(weights=weights, share=share, nats=nats))
    return min(found, key=lambda each: each.nats)
