"""Of a run that went on, weights on the way from the old ones to the new ones are kept where they do best."""

import math

import pytest
import torch

from foreword.models.catalogue import load_weights, weights_of
from foreword.models.language_model import AbstractLanguageModel
from foreword.training import between
from foreword.training.between import SHARES, chosen
from foreword.training.loop import fit
from foreword.training.session import UNSEEN, Session
from foreword.training.validate import validate
from sessions import recipe, ring, session


@pytest.fixture
def trained() -> tuple[Session, dict[str, torch.Tensor]]:
    """A run that went on and ended, and the weights that it began with."""
    training = session(recipe(), ring(300), steps=30, held_out=ring(80))
    training.looked = UNSEEN
    before = weights_of(training.model)
    list(fit(training))
    return training, before


def arrays(weights: dict[str, torch.Tensor]) -> dict[str, object]:
    return {name: weight.numpy() for name, weight in weights.items()}


@pytest.mark.parametrize("best", SHARES)
def test_the_best_place_on_the_way_is_kept(
    trained: tuple[Session, dict[str, torch.Tensor]], best: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    training, before = trained
    after = training.chosen_weights()
    aim = {name: before[name] + best * (after[name] - before[name]) for name in after}

    def distance(model: AbstractLanguageModel, *_: object, **__: object) -> float:
        return sum(float((weight - aim[name]).square().sum()) for name, weight in weights_of(model).items())

    training.best_nats = 1e9
    monkeypatch.setattr(between, "validate", distance)
    kept = chosen(training, arrays(before))  # type: ignore[arg-type]

    assert kept.share == best
    assert kept.nats == pytest.approx(0.0, abs=1e-6)
    for name, weight in kept.weights.items():
        torch.testing.assert_close(weight, aim[name])


def test_its_figure_is_that_of_the_weights_and_never_worse_than_the_run_s_own(
    trained: tuple[Session, dict[str, torch.Tensor]],
) -> None:
    training, before = trained
    kept = chosen(training, arrays(before))  # type: ignore[arg-type]
    load_weights(training.model, kept.weights)

    assert kept.nats <= training.best_nats
    found = validate(training.model, ring(80), device=torch.device("cpu"))
    assert found == pytest.approx(kept.nats, rel=1e-5)


def test_what_began_from_scratch_or_held_nothing_out_keeps_what_it_reached(
    trained: tuple[Session, dict[str, torch.Tensor]],
) -> None:
    training, before = trained
    assert chosen(training, None).share == 1.0
    blind = session(recipe(), ring(300), steps=5)
    list(fit(blind))

    kept = chosen(blind, arrays(before))  # type: ignore[arg-type]
    assert (kept.share, kept.nats) == (1.0, math.inf)
    for name, weight in weights_of(blind.averaged).items():
        assert torch.equal(kept.weights[name], weight)
