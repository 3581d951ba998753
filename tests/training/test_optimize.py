"""The learning rate, and interpolation between the initial and the trained weights."""

import math

import numpy as np
import pytest
import torch

from foreword.models.catalogue import load_weights, weights_of
from foreword.models.language_model import AbstractLanguageModel
from foreword.training import optimize
from foreword.training.loop import fit
from foreword.training.optimize import SHARES, learning_rate
from foreword.training.recipe import TrainingSettings
from foreword.training.session import Session
from foreword.training.validate import validate
from sessions import recipe, ring, session


@pytest.mark.parametrize(("schedule", "halfway", "end"), [("cosine", 0.505, 0.01), ("constant", 1, 1)])
def test_the_rate_warms_up_and_then_follows_the_schedule(schedule: str, halfway: float, end: float) -> None:
    settings = TrainingSettings(learning_rate=1.0, warm_up=0.1, schedule=schedule)  # type: ignore[arg-type]
    rates = [learning_rate(percent / 100, settings) for percent in range(101)]
    assert rates[1] == pytest.approx(0.1)
    assert max(rates) == rates[10] == pytest.approx(1.0)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert (rates[55], rates[-1]) == pytest.approx((halfway, end))


@pytest.fixture
def trained() -> tuple[Session, dict[str, np.ndarray]]:
    """A session that continued a trained model, and the weights of that model before."""
    training = session(recipe(), ring(300), steps=30, held_out=ring(80), is_fine_tuning=True)
    before = {name: weight.numpy() for name, weight in weights_of(training.model).items()}
    list(fit(training))
    return training, before


@pytest.mark.parametrize("best", SHARES)
def test_the_best_interpolated_weights_are_chosen(
    trained: tuple[Session, dict[str, np.ndarray]], best: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    training, before = trained
    after = training.chosen().weights
    aim = {name: torch.lerp(torch.from_numpy(before[name]), after[name], best) for name in after}

    def distance(model: AbstractLanguageModel, *_: object, **__: object) -> float:
        return sum(float((weight - aim[name]).square().sum()) for name, weight in weights_of(model).items())

    training.record.best_nats = 1e9
    monkeypatch.setattr(optimize, "validate", distance)
    chosen = training.chosen(before)
    assert chosen.share == best
    assert chosen.nats == pytest.approx(0.0, abs=1e-6)
    for name, weight in chosen.weights.items():
        torch.testing.assert_close(weight, aim[name])


def test_the_loss_belongs_to_the_chosen_weights_and_interpolation_needs_held_out_text(
    trained: tuple[Session, dict[str, np.ndarray]],
) -> None:
    training, before = trained
    assert training.chosen(None).share == 1.0
    chosen = training.chosen(before)
    load_weights(training.model, chosen.weights)
    found = validate(training.model, ring(80), device=torch.device("cpu"))
    assert found == pytest.approx(chosen.nats, rel=1e-5)
    assert chosen.nats <= training.record.best_nats
    blind = session(recipe(), ring(300), steps=5)
    list(fit(blind))
    chosen = blind.chosen(before)
    assert (chosen.share, chosen.nats) == (1.0, math.inf)
    for name, weight in weights_of(blind.model).items():
        assert torch.equal(chosen.weights[name], weight)
