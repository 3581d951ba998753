"""The loss on held-out text, the warning of overfitting, and samples."""

import math
from collections import Counter

import pytest
import torch

from foreword.training.validate import Validation, overfits, sample, validate
from sessions import VOCABULARY, noise, recipe, ring, session


def spelled(ids: list[int]) -> str:
    return "".join(map(str, ids))


def test_a_network_of_zeros_gives_every_token_the_same_probability() -> None:
    training = session(recipe(), noise(120), steps=1)
    with torch.no_grad():
        for weight in training.model.parameters():
            weight.zero_()
    nats = validate(training.model, noise(5_000), device=torch.device("cpu"))
    assert nats == pytest.approx(math.log(VOCABULARY), abs=1e-5)


@pytest.mark.parametrize(
    ("held_out", "training", "found"),
    [
        pytest.param([3.0, 2.0, 2.1, 2.2, 2.3], [3.0, 2.0, 1.9, 1.8, 1.7], True, id="it overfits"),
        pytest.param([3.0, 2.5, 2.4, 2.3, 2.2], [3.0, 2.5, 2.4, 2.3, 2.2], False, id="all is well"),
        pytest.param([3.0, 2.0, 2.1, 2.2], [3.0, 2.0, 1.9, 1.8], False, id="not for long yet"),
        pytest.param([3.0, 2.0, 2.1, 1.99, 2.1], [3.0, 2.0, 1.9, 1.8, 1.7], False, id="a wobble"),
        pytest.param([3.0, 2.0, 2.001, 2.002, 2.003], [3.0, 2.0, 1.9, 1.8, 1.7], False, id="too little"),
        pytest.param([2.0, 2.5, 2.4, 2.3, 2.1], [2.5, 2.4, 2.3, 2.1, 2.0], False, id="it recovers"),
        pytest.param([3.0, 2.0, 2.1, 2.2, 2.3], [3.0, 2.0, 2.1, 2.2, 2.3], False, id="both get worse"),
        pytest.param([], [], False, id="nothing yet"),
    ],
)
def test_a_session_warns_once_if_the_network_overfits(
    held_out: list[float], training: list[float], found: bool
) -> None:
    points = [
        Validation(step=10 * number, epoch=1.0, nats=nats, training_nats=training_nats, seconds=1.0)
        for number, (nats, training_nats) in enumerate(zip(held_out, training, strict=True), start=1)
    ]
    assert overfits(points) is found
    warned = session(recipe(), noise(120), steps=1)
    warned.record.curve = points
    warning = warned.overfitting_warning()
    assert (
        "the network overfits: its loss falls on the training text and rises on held-out text. The weights of step 20"
        in (warning or "")
    ) is found
    assert warned.overfitting_warning() is None


@pytest.mark.parametrize("training", [True, False])
def test_a_sample_follows_its_seed_and_does_not_disturb_training(training: bool) -> None:
    model = session(recipe(), ring(100), steps=1).model.train(training)
    before = torch.get_rng_state()
    first, again, other = (sample(model, [0], tokens=40, decode=spelled, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert torch.equal(torch.get_rng_state(), before)
    assert model.training is training


def test_a_sample_is_drawn_at_a_temperature_below_1() -> None:
    """At 0.7, what is twice as likely comes 2^(1/0.7) = 2.7 times as often."""
    training = session(recipe("unrolled"), ring(100), steps=1)
    with torch.no_grad():
        for weight in training.model.parameters():
            weight.zero_()
        training.model.get_parameter("predict.bias")[0] = torch.tensor(2.0).log()
    counts = Counter(sample(training.model, [0], tokens=3_000, decode=spelled, seed=1))
    others = (3_000 - counts["0"]) / (VOCABULARY - 1)
    assert 2.3 < counts["0"] / others < 3.1
