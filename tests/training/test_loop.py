"""The loop trains what it should, by blocks that go on where the last ones ended."""

import math
from collections import deque
from dataclasses import replace

import numpy as np
import pytest
import torch

from foreword.models.catalogue import weights_of
from foreword.training.loop import Event, Step, Validation, fit
from foreword.training.session import Session
from foreword.training.validate import validate
from sessions import SIZES, VOCABULARY, noise, recipe, ring, session


def run(training: Session) -> list[Event]:
    return list(fit(training))


@pytest.mark.parametrize("architecture", SIZES)
def test_after_three_four_five_it_predicts_six(architecture: str) -> None:
    """Targets shifted by one, or a state handed to the wrong column, would still lower the loss, but not this."""
    training = session(recipe(architecture, learning_rate=0.02), ring(700), steps=150)
    run(training)
    model = training.model.eval()
    logits, _ = model(torch.arange(6)[:, None], model.initial_state(1))
    assert logits[-1, 0].argmax() == 6


def test_each_step_counts_its_tokens_and_an_epoch_covers_the_text_once() -> None:
    training = session(recipe(), noise(101), steps=10)
    steps = [event for event in run(training) if isinstance(event, Step)]
    per_epoch = len(training.blocks)
    assert per_epoch == 5  # 25 rows of 4 columns, 6 rows a block
    assert [step.tokens for step in steps[:per_epoch]] == [24, 24, 24, 24, 4]
    assert steps[per_epoch - 1].epoch == 1.0
    assert steps[-1].epoch == 2.0


def test_a_token_of_the_last_shorter_block_weighs_as_much_as_any_other() -> None:
    """The gradient of a block is a sum over its tokens, divided by the tokens of a whole block."""
    training = session(recipe(clip=1e9, batch=1), noise(10), steps=2)
    training.model.eval()  # no dropout
    run(training)
    gradients = {name: weight.grad for name, weight in training.model.named_parameters()}
    assert training.step == 2
    assert all(gradient is not None for gradient in gradients.values())
    bias = gradients["output.bias"]
    assert bias is not None
    # Three tokens were left for the last block. Of softmax minus target, summed over them, no entry exceeds 3 / 6.
    assert 0 < bias.abs().max() <= 3 / 6


def test_the_state_is_carried_to_the_next_block_without_its_history() -> None:
    training = session(recipe(), ring(400), steps=3)
    run(training)
    assert all(not tensor.requires_grad for tensor in training.state)
    assert all(tensor.abs().max() > 0 for tensor in training.state)


def test_columns_in_which_a_message_begins_forget_what_was_before() -> None:
    """Block i + 1 of column 0 begins with a newline here, of column 1 it does not."""
    ids = np.full(25, 3, dtype=np.uint16)
    ids[[0, 6]] = 0
    kept = []
    training = session(recipe(batch=2, unroll=6), ids, steps=2)
    original = training.model.forward

    def spy(ids: torch.Tensor, state: tuple[torch.Tensor, ...]) -> object:
        kept.append(state)
        return original(ids, state)

    training.model.forward = spy  # type: ignore[method-assign, assignment]
    run(training)
    for tensor in kept[1]:
        assert tensor[:, 0].abs().max() == 0
        assert tensor[:, 1].abs().max() > 0


def test_the_best_weights_on_held_out_text_are_kept() -> None:
    """On noise, the held-out loss soon rises; the weights kept are those of the lowest point."""
    held_out = noise(200, seed=1)
    training = session(
        recipe(learning_rate=0.05, schedule="constant", patience=0), noise(120), steps=100, held_out=held_out
    )
    validations = [event for event in run(training) if isinstance(event, Validation)]
    best = min(validations, key=lambda one: one.nats)
    assert best.nats < validations[-1].nats
    assert [one.best for one in validations[: validations.index(best) + 1]][-1]
    kept = training.chosen_weights()
    assert not torch.equal(kept["output.bias"], weights_of(training.model)["output.bias"])
    with torch.no_grad():
        for name, weight in training.model.named_parameters():
            weight.copy_(kept[name])
    assert validate(training.model, held_out, device=torch.device("cpu")) == pytest.approx(
        best.nats, abs=1e-5
    )


def test_training_stops_when_patience_is_spent() -> None:
    training = session(
        recipe(learning_rate=0.05, schedule="constant", patience=3),
        noise(120),
        steps=10_000,
        held_out=noise(200, seed=1),
    )
    last = deque(fit(training), maxlen=1)[0]
    assert isinstance(last, Validation)
    assert training.stale == 3
    assert training.step < 10_000


def test_without_held_out_text_the_whole_plan_is_carried_out_and_the_last_weights_are_kept() -> None:
    training = session(recipe(), noise(120), steps=23)
    assert sum(isinstance(event, Step) for event in run(training)) == 23
    for name, weight in training.model.named_parameters():
        assert torch.equal(training.chosen_weights()[name], weight.detach())


def test_validation_of_an_untrained_network_is_a_uniform_guess() -> None:
    training = session(recipe(), noise(120), steps=1)
    with torch.no_grad():
        for weight in training.model.parameters():
            weight.zero_()
    nats = validate(training.model, noise(5_000), device=torch.device("cpu"))
    assert nats == pytest.approx(math.log(VOCABULARY), abs=1e-5)


@pytest.mark.parametrize("layout", ["blocks", "windows"])
@pytest.mark.parametrize("architecture", SIZES)
@pytest.mark.parametrize("groups", [2, 3, 99])
def test_columns_read_in_groups_are_trained_on_as_if_read_at_once(
    architecture: str, layout: str, groups: int
) -> None:
    """To rounding: sums of gradients, states, and losses."""

    def trained(accumulate: int) -> tuple[Session, list[float]]:
        asked = recipe(architecture, layout=layout, batch=5, accumulate=accumulate)
        without_dropout = replace(
            asked, model={**asked.model} | ({"dropout": 0.0} if "dropout" in asked.model else {})
        )
        training = session(without_dropout, noise(150), steps=12)
        return training, [event.nats.item() for event in fit(training) if isinstance(event, Step)]

    (whole, whole_nats), (parts, parts_nats) = trained(1), trained(groups)
    assert parts_nats == pytest.approx(whole_nats, rel=1e-5)
    for ours, theirs in zip(parts.state, whole.state, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)
    for name, weight in weights_of(whole.model).items():
        torch.testing.assert_close(weights_of(parts.model)[name], weight, atol=1e-4, rtol=1e-4)


def test_columns_in_groups_need_the_memory_of_one_group() -> None:
    widths: list[int] = []
    training = session(recipe(batch=6, accumulate=3), noise(200), steps=2)
    forward = training.model.forward

    def spy(ids: torch.Tensor, state: tuple[torch.Tensor, ...]) -> object:
        widths.append(ids.shape[1])
        return forward(ids, state)

    training.model.forward = spy  # type: ignore[method-assign, assignment]
    run(training)
    assert widths == [2] * 6


def test_all_that_is_trained_on_is_counted() -> None:
    training = session(recipe(), noise(101), steps=10)
    steps = [event for event in run(training) if isinstance(event, Step)]
    assert training.tokens == sum(step.tokens for step in steps) == 200
