"""The loop trains correctly, keeps the best weights, and ends with them after a divergence."""

import math

import numpy as np
import pytest
import torch

from foreword.models.catalogue import load_weights, weights_of
from foreword.training import loop
from foreword.training.loop import Divergence, Step, fit
from foreword.training.session import Session
from foreword.training.validate import Validation, validate
from sessions import SIZES, VOCABULARY, noise, poison, recipe, ring, session

CPU = torch.device("cpu")


def steps_of(training: Session) -> list[Step]:
    return [event for event in fit(training) if isinstance(event, Step)]


def states_of(training: Session, monkeypatch: pytest.MonkeyPatch) -> list[tuple[torch.Tensor, ...]]:
    """The states that the network will receive."""
    given: list[tuple[torch.Tensor, ...]] = []
    forward = training.model.forward

    def spy(ids: torch.Tensor, state: tuple[torch.Tensor, ...]) -> object:
        given.append(state)
        return forward(ids, state)

    monkeypatch.setattr(training.model, "forward", spy)
    return given


@pytest.mark.parametrize("architecture", SIZES)
def test_a_trained_network_predicts_the_next_number(architecture: str) -> None:
    """Shifted targets, or states in the wrong columns, would still lower the loss, but would fail here."""
    training = session(recipe(architecture, learning_rate=0.02), ring(700), steps=150)
    list(fit(training))
    model = training.model.eval()
    logits, _ = model(torch.arange(6)[:, None], model.initial_state(1))
    assert logits[-1, 0].argmax() == 6


def test_each_step_counts_its_tokens_and_an_epoch_covers_the_text_once() -> None:
    training = session(recipe(), noise(101), steps=10)
    steps = steps_of(training)
    assert len(training.blocks) == 5  # 25 rows of 4 columns, 6 rows a block
    assert [step.tokens for step in steps] == [24, 24, 24, 24, 4] * 2
    assert (steps[4].epoch, steps[-1].epoch) == (1.0, 2.0)
    assert training.record.tokens == 200


@pytest.mark.parametrize("clip", [1e9, 0.01])
def test_a_token_of_a_shorter_block_weighs_as_much_as_any_other(clip: float) -> None:
    """The gradient of a block is a sum over its tokens, divided by the tokens of a whole block, then cut to `clip`."""
    training = session(recipe(clip=clip, batch=1, learning_rate=1e-9), noise(10), steps=2)
    for weight in training.model.parameters():
        torch.nn.init.zeros_(weight)  # all tokens are and stay equally likely
    list(fit(training))
    bias = training.model.get_parameter("output.bias").grad
    assert bias is not None
    three = np.bincount(noise(10)[-3:], minlength=VOCABULARY)  # the targets of the last block
    whole = (3 / VOCABULARY - three) / 6
    np.testing.assert_allclose(bias.numpy(), whole * min(1.0, clip / float(np.linalg.norm(whole))), atol=1e-5)


def test_the_state_is_detached_between_blocks_and_reset_by_a_newline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second block of column 0 begins with a newline, that of column 1 does not."""
    ids = np.full(25, 3, dtype=np.uint16)
    ids[[0, 6]] = 0
    training = session(recipe(batch=2, unroll=6), ids, steps=2)
    given = states_of(training, monkeypatch)
    list(fit(training))
    for tensor in given[1]:
        assert tensor[:, 0].abs().max() == 0
        assert tensor[:, 1].abs().max() > 0
        assert not tensor.requires_grad


def test_the_best_weights_on_held_out_text_are_kept() -> None:
    """On noise, the held-out loss soon rises; the weights of its minimum are kept."""
    held_out = noise(200, seed=1)
    asked = recipe(learning_rate=0.05, schedule="constant", patience=0)
    training = session(asked, noise(120), steps=100, held_out=held_out)
    events = list(fit(training))
    validations = [event for event in events if isinstance(event, Validation)]
    since = [event.nats.item() for event in events if isinstance(event, Step)][-5:]
    assert validations[-1].training_nats == pytest.approx(sum(since) / 5)
    best = min(validations, key=lambda one: one.nats)
    assert validations == training.record.curve
    assert best.nats < validations[-1].nats
    assert training.record.best_step == best.step
    load_weights(training.model, training.chosen().weights)
    assert validate(training.model, held_out, device=CPU) == pytest.approx(best.nats, abs=1e-5)


def test_a_finished_model_keeps_its_weights_if_training_makes_it_worse() -> None:
    """The training text and the held-out text have nothing in common."""
    asked, text, held_out = recipe(learning_rate=0.02, patience=0), np.full(200, 5), np.full(80, 2)
    training = session(asked, text, steps=30, held_out=held_out, is_fine_tuning=True)
    before, nats = weights_of(training.model), validate(training.model, held_out, device=CPU)
    list(fit(training))
    first = training.record.curve[0]
    assert (first.step, first.epoch, first.training_nats) == (0, 0.0, None)
    assert first.nats == pytest.approx(nats)
    assert (training.record.best_step, training.record.stale) == (0, 6)
    assert all(torch.equal(weight, before[name]) for name, weight in training.chosen().weights.items())


@pytest.mark.parametrize("held_out", [True, False])
@pytest.mark.parametrize(("poisoned", "found", "back_to"), [(3, 20, 0), (45, 60, 40), (119, 120, 100)])
def test_a_nan_loss_ends_the_run_at_the_next_validation_with_the_best_weights(
    held_out: bool, poisoned: int, found: int, back_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = noise(200, seed=1) if held_out else None
    training = session(recipe("gru", patience=0), noise(200), steps=120, held_out=text, validate_every=20)
    poison(training, monkeypatch, steps=(poisoned,))
    *_, event = fit(training)
    assert isinstance(event, Divergence)
    assert (event.step, training.record.step, training.ending) == (found, found, "diverged")
    curve = training.record.curve
    assert event.back_to == (min(curve, key=lambda one: one.nats).step if curve else back_to)
    assert training.chosen().weights is training.best
    for name, weight in weights_of(training.model).items():
        assert weight.isfinite().all()
        assert torch.equal(weight, training.best[name])


@pytest.mark.parametrize("is_fine_tuning", [False, True])
def test_only_a_new_network_has_diverged_if_it_is_far_worse_than_a_guess(is_fine_tuning: bool) -> None:
    training = session(recipe(), ring(300), steps=10, is_fine_tuning=is_fine_tuning)
    with torch.no_grad():
        for weight in training.model.parameters():
            weight.mul_(20)
    assert any(isinstance(event, Divergence) for event in fit(training)) is not is_fine_tuning


def test_a_nan_loss_before_the_first_update_is_a_divergence(monkeypatch: pytest.MonkeyPatch) -> None:
    training = session(recipe(), ring(300), steps=10, held_out=ring(80), is_fine_tuning=True)
    monkeypatch.setattr(loop, "validate", lambda *_, **__: math.nan)
    assert isinstance(next(fit(training)), Divergence)
