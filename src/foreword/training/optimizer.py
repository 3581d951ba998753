"""What moves the weights: the optimiser, and the average that follows them."""

import torch

from foreword.models.language_model import AbstractLanguageModel
from foreword.training.recipe import TrainingSettings


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


@torch.no_grad()
def follow(averaged: AbstractLanguageModel, model: AbstractLanguageModel, *, decay: float, step: int) -> None:
    """Move the averaged weights; the decay grows in the first steps, or they would remember the beginning."""
    grown = min(decay, (1 + step) / (10 + step))
    for average, weight in zip(averaged.parameters(), model.parameters(), strict=True):
        average.lerp_(weight, 1 - grown)
