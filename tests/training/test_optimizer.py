"""What follows the trained weights."""

from collections import deque

from foreword.models.catalogue import weights_of
from foreword.training.loop import fit
from sessions import recipe, ring, session


def test_averaged_weights_lag_behind_the_trained_ones() -> None:
    training = session(recipe(average=0.9), ring(400), steps=30)
    first = weights_of(training.model)["output.bias"]
    deque(fit(training), maxlen=0)
    trained = weights_of(training.model)["output.bias"]
    average = training.chosen_weights()["output.bias"]
    assert (average - first).norm() < (trained - first).norm()
    assert (average - trained).norm() < (first - trained).norm()
