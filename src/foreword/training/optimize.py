"""What moves the weights: the optimiser, its learning rate, when a loss has diverged, and interpolated weights."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import torch
from jaxtyping import Shaped
from torch import Tensor

from foreword.models.catalogue import load_weights
from foreword.models.language_model import AbstractLanguageModel
from foreword.training.device import Precision
from foreword.training.recipe import TrainingSettings
from foreword.training.validate import validate

FLOOR: Final = 0.01
"""The share of the learning rate that the schedule ends with."""

MOST_HALVINGS: Final = 2
"""How often a diverged run goes back to its best weights at half the rate; then it gives up."""

CHECK_EVERY: Final = 64
"""Updates between two checks whether the loss is still a number: each waits for the device."""

DIVERGED_NATS: Final = 1.0
"""By so much above the best, a loss on held-out text has diverged, and does not just wobble."""

DIVERGED_TRAINING_NATS: Final = 0.25
"""By so much the loss on the training text must have risen too, or the network only overfits."""

SHARES: Final = (0.75, 0.5, 0.25)
"""How much of the way from the old weights to the new ones is tried, beside all of it."""


def optimizer_for(model: AbstractLanguageModel, settings: TrainingSettings) -> torch.optim.Optimizer:
    """The optimiser; weight decay pulls at matrices alone (biases and gains have no reason to be small)."""
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


def has_diverged(
    nats: float, training_nats: float, *, best_nats: float, best_training_nats: float, vocabulary: int
) -> bool:
    """Whether a network has unlearned what it knew, or knows less than one that guesses."""
    if not (math.isfinite(nats) and math.isfinite(training_nats)):
        return True
    guess = math.log(vocabulary)
    risen = training_nats - min(best_training_nats, guess)
    return nats - min(best_nats, guess) > DIVERGED_NATS and risen > DIVERGED_TRAINING_NATS


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Chosen:
    """The weights to keep of a run, and the `share` of the way from the initial weights that they have gone.

    `nats` are per token of the text held out to validate; infinite where none was.
    """

    weights: Mapping[str, Tensor]
    share: float
    nats: float


def interpolated(
    model: AbstractLanguageModel,
    initial: Mapping[str, np.ndarray],
    trained: Chosen,
    ids: Shaped[np.ndarray, " time"],
    *,
    device: torch.device,
    precision: Precision,
) -> Chosen:
    """The weights on the straight line from `initial` to `trained` that read the held-out `ids` best.

    A network that was trained further on a little text has forgotten some of what it knew. Weights between the old and
    the new ones often read further text better than either (docs/log.md). `model` is left with other weights.

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
        found.append(Chosen(weights=weights, share=share, nats=nats))
    return min(found, key=lambda each: each.nats)
