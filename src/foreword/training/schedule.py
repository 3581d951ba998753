"""How the learning rate rises and falls in the course of a run."""

import math

from foreword.training.recipe import TrainingSettings

FLOOR = 0.01
"""The share of the learning rate that the schedule ends with."""


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
