"""The rate rises, then falls to a hundredth."""

import pytest

from foreword.training.recipe import TrainingSettings
from foreword.training.schedule import learning_rate


def test_the_rate_warms_up_and_ends_at_a_hundredth() -> None:
    settings = TrainingSettings(learning_rate=1.0, warm_up=0.1)
    rates = [learning_rate(step, 101, settings) for step in range(102)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(0.01)
    constant = TrainingSettings(learning_rate=1.0, warm_up=0.0, schedule="constant")
    assert learning_rate(100, 101, constant) == 1.0
    linear = TrainingSettings(learning_rate=1.0, warm_up=0.0, schedule="linear")
    assert learning_rate(50, 100, linear) == pytest.approx(0.505)
