"""How the learning rate rises and falls in the course of a run."""

import math

from foreword.training.recipe import TrainingSettings

FLOOR = 0.01
"""The share of the learning rate that the schedule ends with."""


def learning_rate(progress: float, settings: TrainingSettings) -> float:
    """The rate at `progress`, from 0 to 1: a linear warm-up, then the schedule down to a hundredth."""
    if progress < settings.warm_up:
        return settings.learning_rate * progress / settings.warm_up
    if settings.schedule == "constant":
        return settings.learning_rate
    done = (progress - settings.warm_up) / (1 - settings.warm_up)
    share = (1 + math.cos(math.pi * done)) / 2 if settings.schedule == "cosine" else 1 - done
    return settings.learning_rate * (FLOOR + (1 - FLOOR) * share)
