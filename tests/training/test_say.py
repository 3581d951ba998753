"""What a network says while it learns goes on from the prompt, and disturbs nothing."""

from collections import Counter

import torch

from foreword.training.loop import fit
from foreword.training.validate import say
from sessions import VOCABULARY, recipe, ring, session


def spelled(ids: list[int]) -> str:
    return "".join(map(str, ids))


def test_a_network_that_has_learned_the_ring_goes_round_it() -> None:
    training = session(recipe(learning_rate=0.02), ring(700), steps=200)
    for _ in fit(training):
        pass
    said = say(training.model, [0, 1, 2, 3], tokens=12, decode=spelled, seed=1)
    assert said == "456012345601"


def test_it_leaves_no_trace() -> None:
    training = session(recipe(), ring(100), steps=1)
    before = torch.get_rng_state()
    say(training.model, [0], tokens=5, decode=spelled, seed=1)
    assert torch.equal(torch.get_rng_state(), before)
    assert training.model.training
    training.model.eval()
    say(training.model, [0], tokens=5, decode=spelled, seed=1)
    assert not training.model.training


def test_the_same_seed_says_the_same_and_dropout_is_off() -> None:
    training = session(recipe(), ring(100), steps=1)
    first, again, other = (say(training.model, [0], tokens=40, decode=spelled, seed=s) for s in (1, 1, 2))
    assert first == again != other


def test_it_draws_bolder_than_the_network_believes() -> None:
    """At a temperature of 0.7, what is twice as likely comes 2^(1/0.7) = 2.7 times as often."""
    training = session(recipe("unrolled"), ring(100), steps=1)
    with torch.no_grad():
        for weight in training.model.parameters():
            weight.zero_()
        bias = training.model.get_parameter("predict.bias")
        bias[0] = torch.tensor(2.0).log()
    counts = Counter(say(training.model, [0], tokens=6_000, decode=spelled, seed=1))
    others = (6_000 - counts["0"]) / (VOCABULARY - 1)
    assert 2.4 < counts["0"] / others < 3.0
