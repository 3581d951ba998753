"""A loss that has left the ground is found, and brought back to the best weights at half the rate; then given up."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
import torch

from foreword.models.catalogue import weights_of
from foreword.training import loop
from foreword.training.optimize import CHECK_EVERY, MOST_HALVINGS, is_lost
from foreword.training.loop import Divergence, Event, Step, Validation, fit
from foreword.training.session import Session
from sessions import VOCABULARY, noise, poison, recipe, session

GUESS = math.log(VOCABULARY)


def held_out_session(**training: object) -> Session:
    return session(
        recipe("gru", patience=0, **training),
        noise(200),
        steps=120,
        held_out=noise(200, seed=1),
        validate_every=20,
    )


def divergences(events: Sequence[Event]) -> list[Divergence]:
    return [event for event in events if isinstance(event, Divergence)]


def test_the_weights_are_the_best_again_the_moments_forgotten_and_the_rate_is_half(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    training = held_out_session(average=0.9, schedule="constant", warm_up=0.0)
    poison(training, monkeypatch, steps=(50,))
    rates = []
    for event in fit(training):
        if isinstance(event, Step):
            rates.append(event.learning_rate)
        if isinstance(event, Divergence):
            assert event == Divergence(step=60, back_to=training.best_step, rate=0.005, gave_up=False)
            assert training.best_step in (20, 40)
            for network in (training.model, training.averaged):
                assert all(
                    torch.equal(weight, training.best[name]) for name, weight in weights_of(network).items()
                )
            assert training.optimizer.state == {}
            assert training.state == ()
            assert training.stale == 0
    assert (rates[0], rates[59], rates[60], rates[-1]) == (0.01, 0.01, 0.005, 0.005)
    assert (training.step, training.ending, training.halvings) == (120, "steps", 1)
    assert all(bool(weight.isfinite().all()) for weight in training.chosen_weights().values())


@pytest.mark.parametrize("held_out", [True, False])
def test_a_loss_that_is_no_number_is_found_before_anything_was_validated(
    held_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a look at the loss now and then, for each look waits for the device."""
    training = session(
        recipe("gru"), noise(200), steps=1_000, held_out=noise(99) if held_out else None, validate_every=500
    )
    first = weights_of(training.model)
    poison(training, monkeypatch, steps=(3,))
    for event in fit(training):
        if isinstance(event, Divergence):
            assert (event.step, event.back_to) == (CHECK_EVERY, 0)
            assert all(
                torch.equal(weight, first[name]) for name, weight in weights_of(training.model).items()
            )
            break
    else:
        pytest.fail("it was not found")


def test_the_third_time_it_gives_up_with_the_best_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    training = held_out_session()
    poison(training, monkeypatch, steps=range(45, 10_000))
    events = list(fit(training))
    found = divergences(events)
    assert [event.gave_up for event in found] == [False] * MOST_HALVINGS + [True]
    assert [event.step for event in found] == [60, CHECK_EVERY, 80]
    assert (training.step, training.ending) == (80, "diverged")
    best = min((event for event in events if isinstance(event, Validation)), key=lambda one: one.nats)
    assert training.best_step == best.step
    assert training.chosen_weights() is training.best


def test_without_held_out_text_the_way_back_leads_to_the_last_sound_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    training = session(recipe("gru"), noise(200), steps=120, validate_every=20)
    poison(training, monkeypatch, steps=(50,))
    assert [event.back_to for event in divergences(list(fit(training)))] == [40]
    assert training.best_step == 120
    for name, weight in weights_of(training.model).items():
        assert torch.equal(training.chosen_weights()[name], weight)


def test_weights_that_the_very_last_update_spoils_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    training = session(recipe("gru"), noise(200), steps=40, validate_every=20)
    gradients = loop._gradients

    def spoiled(of: Session, block: object) -> torch.Tensor:
        total = gradients(of, block)  # type: ignore[arg-type]
        if of.step == 39:
            for weight in of.model.parameters():
                weight.grad = torch.full_like(weight, math.nan)
        return total

    monkeypatch.setattr(loop, "_gradients", spoiled)
    assert [event.back_to for event in divergences(list(fit(training)))] == [20]
    assert all(bool(weight.isfinite().all()) for weight in training.chosen_weights().values())


@pytest.mark.parametrize(
    ("best", "best_training", "nats", "training_nats", "lost"),
    [
        (1.0, 0.9, 1.2, 0.9, False),  # a wobble
        (1.0, 0.9, 2.5, 0.4, False),  # learned by heart: only what was not seen gets worse
        (1.0, 0.9, 2.5, 0.92, False),  # the same, at the bottom
        (1.0, 0.9, 2.5, 1.4, True),  # it unlearned what it knew
        (math.inf, math.inf, GUESS + 0.2, GUESS + 0.1, False),  # it has not begun to learn
        (math.inf, math.inf, GUESS + 1.5, GUESS + 0.1, False),  # a rare text
        (math.inf, math.inf, GUESS + 3.0, GUESS + 2.0, True),  # worse than guessing
        (1.0, 0.9, math.nan, 0.9, True),
        (1.0, 0.9, 1.0, math.inf, True),
    ],
)
def test_lost_is_what_got_much_worse_on_what_it_trains_on_too(
    best: float, best_training: float, nats: float, training_nats: float, lost: bool
) -> None:
    training = held_out_session()
    training.best_nats, training.best_training_nats = best, best_training
    assert is_lost(training, nats=nats, training_nats=training_nats) is lost


def test_a_rate_that_is_far_too_high_is_halved_until_it_gives_up() -> None:
    steep = held_out_session(learning_rate=1e12, clip=1e30, schedule="constant", warm_up=0.0)
    found = divergences(list(fit(steep)))
    assert [event.back_to for event in found] == [0, 0, 0]
    assert steep.best_step == 0
    assert np.isinf(steep.best_nats)
