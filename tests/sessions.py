"""Small sessions for the tests of this folder."""

import math
import time
from collections.abc import Callable, Container

import numpy as np
import pytest
import torch
from torch import Tensor

from foreword.models.catalogue import build
from foreword.models.language_model import State
from foreword.training.distributed import ALONE, Processes
from foreword.training.recipe import Recipe, recipe_of
from foreword.training.session import Session, TimeBudget, layout_for

VOCABULARY = 7
SIZES: dict[str, dict[str, object]] = {
    "unrolled": {"embedding": 8, "hidden": 16},
    "window": {"embedding": 8, "hidden": 16, "context": 4, "dropout": 0.2},
    "convolution": {"embedding": 8, "hidden": 16, "dropout": 0.2},
    "rnn": {"embedding": 8, "hidden": 16, "layers": 2, "dropout": 0.2},
    "gru": {"embedding": 8, "hidden": 16, "dropout": 0.2},
    "lstm": {"embedding": 8, "hidden": 16, "layers": 2, "dropout": 0.2},
}


def ring(length: int) -> np.ndarray:
    """0 1 2 3 4 5 6 0 1 …: the next id is certain. Id 0 is the newline."""
    return (np.arange(length) % VOCABULARY).astype(np.uint16)


def noise(length: int, seed: int = 0) -> np.ndarray:
    """Random ids, which teach nothing, after a newline."""
    ids = np.random.default_rng(seed).integers(0, VOCABULARY, length).astype(np.uint16)
    ids[0] = 0
    return ids


def recipe(architecture: str = "lstm", **training: object) -> Recipe:
    """A recipe for a small network; `training` changes the settings of a small session."""
    settings = {
        "batch": 4,
        "unroll": 6,
        "learning_rate": 0.01,
        "warm_up": 0.1,
        "weight_decay": 0.0,
    } | training
    return recipe_of({"model": {"architecture": architecture, **SIZES[architecture]}, "training": settings})


def poison(training: Session, monkeypatch: pytest.MonkeyPatch, *, steps: Container[int]) -> None:
    """Make the loss of these steps, and so the weights after them, NaN."""
    forward = training.model.forward

    def sick(ids: Tensor, state: State) -> tuple[Tensor, State]:
        logits, reached = forward(ids, state)
        sickens = training.model.training and training.record.step in steps
        return (logits * math.nan if sickens else logits), reached

    monkeypatch.setattr(training.model, "forward", sick)


def session(
    of: Recipe,
    ids: np.ndarray,
    *,
    steps: int,
    held_out: np.ndarray | None = None,
    validate_every: int = 5,
    budget: TimeBudget | None = None,
    clock: Callable[[], float] = time.perf_counter,
    processes: Processes = ALONE,
    is_fine_tuning: bool = False,
) -> Session:
    """A session of `steps` updates, or about that many with a budget; one thread keeps sums exactly equal.

    With `is_fine_tuning`, it begins with a validation, like a session that continues a finished model.
    """
    torch.set_num_threads(1)
    torch.manual_seed(of.training.seed)
    return Session(
        settings=of.training,
        model=build(of.architecture, {**of.model, "vocabulary": VOCABULARY, "newline": 0}),
        layout=layout_for(ids, of.training),
        steps=steps,
        validations=-(-steps // validate_every),
        device=torch.device("cpu"),
        precision="float32",
        is_fine_tuning=is_fine_tuning,
        validation_ids=None if held_out is None else held_out[:201],
        budget=budget,
        clock=clock,
        processes=processes,
    )
