"""The shares of network and memory are fitted to written words, and then follow them."""

import numpy as np
import pytest

from foreword.keyboard.background import Background
from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import FIRST_SHARES, HORIZON, Mixture, Observation, fitted, observations
from foreword.runtime.beam import Beam
from foreword.runtime.model import Model
from foreword.runtime.state_cache import Predictor


def written(share: float, count: int, known: int = 3, seed: int = 0) -> list[Observation]:
    """Words drawn from a mixture: the memory predicts this share of them well, the network predicts the others."""
    of_memory = np.random.default_rng(seed).random(count) < share
    return [
        Observation(known=known, network=0.02 if each else 0.3, memory=0.3 if each else 0.02)
        for each in of_memory
    ]


@pytest.mark.parametrize("share", [0.2, 0.7])
def test_fitting_finds_the_likeliest_shares(share: float) -> None:
    words = written(share, 4_000)
    mixture = Mixture()
    mixture.fit(words)
    shares = np.linspace(0.01, 0.99, 99)[:, None]
    memory, network = np.array([each.memory for each in words]), np.array([each.network for each in words])
    best = shares[np.log(shares * memory + (1 - shares) * network).sum(axis=1).argmax(), 0]
    assert mixture.share(3) == pytest.approx(best, abs=0.02)
    assert Mixture(mixture.weights()).weights() == mixture.weights()
    assert mixture.share(0) == pytest.approx(FIRST_SHARES[0])


def test_following_reaches_the_fitted_share_and_forgets_older_words() -> None:
    mixture, fitted = Mixture(), Mixture()
    for seen in [*written(0.1, 4_000), *written(0.8, int(4 * HORIZON), seed=1)]:
        mixture.follow(seen)
    fitted.fit(written(0.8, 4_000, seed=2))
    assert mixture.share(3) == pytest.approx(fitted.share(3), abs=0.05)


def test_each_observation_has_the_probabilities_of_network_and_memory(english: Model) -> None:
    predictor = Predictor(english)
    beam, memory = Beam(predictor), Memory.open()
    memory.learn("see you tomorrow")
    seen = list(observations(predictor, beam, Background(None), memory, "see you, then"))
    size = predictor.tokenizer.size
    ends = len(beam.ends) / size
    expected = [ends / size**3, ends / size**3, ends / size**4]
    assert [each.network for each in seen] == pytest.approx(expected, rel=1e-4)
    assert [each.memory > 0 for each in seen] == [True, True, False]
    assert seen[1].memory == memory.after("see ").probability("you")


def test_fitting_trusts_a_memory_that_predicts_and_stops_at_the_word_limit(english: Model) -> None:
    predictor, memory = Predictor(english), Memory.open()
    foreseen = fitted(predictor, Background(None), Memory.open(), ["see you tomorrow"] * 20, most=1_000)
    others = [" ".join(f"{letter}{other}" for other in "abcdefgh") for letter in "ijklmnop"]
    unforeseen = fitted(predictor, Background(None), Memory.open(), others, most=1_000)
    fitted(predictor, Background(None), memory, ["one two three"] * 9, most=4)
    assert foreseen.share(4) > Mixture().share(4) + 0.2
    assert unforeseen.share(0) < Mixture().share(0)
    assert len(memory.messages()) == 2


def test_only_a_predicted_word_changes_the_share_of_its_source() -> None:
    mixture = Mixture()
    mixture.follow(Observation(known=2, network=0.0, memory=0.0))
    mixture.fit([Observation(known=2, network=0.0, memory=0.0)])
    assert mixture.weights() == Mixture().weights()
    mixture.follow(Observation(known=2, network=0.02, memory=0.3))
    assert mixture.share(2) > Mixture().share(2)
