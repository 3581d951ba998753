"""The loss on held-out text, and samples."""

import math

import pytest
import torch

from foreword.models.language_model import AbstractLanguageModel
from foreword.training.validate import sample, validate, validate_each
from sessions import VOCABULARY, noise, recipe, ring, session


def of_zeros(architecture: str) -> AbstractLanguageModel:
    """A network that gives every token the same probability."""
    model = session(recipe(architecture), ring(100), steps=1).model.requires_grad_(requires_grad=False)
    for weight in model.parameters():
        weight.zero_()
    return model


def test_a_network_of_zeros_has_the_nats_of_a_guess() -> None:
    nats = validate(of_zeros("gru"), noise(5_000), device=torch.device("cpu"))
    assert nats == pytest.approx(math.log(VOCABULARY), abs=1e-5)


def test_many_texts_side_by_side_have_the_nats_of_each() -> None:
    model, texts = session(recipe(), noise(120), steps=1).model, [noise(length) for length in range(2, 42)]
    each = [validate(model, ids, device=torch.device("cpu")) * (len(ids) - 1) for ids in texts]
    assert validate_each(model, texts, device=torch.device("cpu")) == pytest.approx(each, rel=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_a_sample_follows_its_seed_and_does_not_disturb_training(training: bool) -> None:
    model = session(recipe(), ring(100), steps=1).model.train(training)
    before = torch.get_rng_state()
    first, again, other = (sample(model, [0], tokens=40, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert torch.equal(torch.get_rng_state(), before)
    assert model.training is training


def test_a_sample_is_drawn_at_a_temperature_below_1() -> None:
    """At 0.7, what is twice as likely comes 2^(1/0.7) = 2.7 times as often."""
    model = of_zeros("unrolled")
    model.get_parameter("predict.bias")[0] = math.log(2)
    count = sample(model, [0], tokens=3_000, seed=1).count(0)
    assert 2.3 < count / ((3_000 - count) / (VOCABULARY - 1)) < 3.1
    model.get_parameter("predict.bias")[0] = math.nan
    assert sample(model, [0], tokens=3, seed=1) == []  # the training has diverged
