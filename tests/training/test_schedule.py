"""The rate rises, then falls to a hundredth, in the course of a run."""

import pytest

from foreword.training.recipe import TrainingSettings
from foreword.training.schedule import learning_rate


def test_the_rate_warms_up_and_ends_at_a_hundredth() -> None:
    settings = TrainingSettings(learning_rate=1.0, warm_up=0.1)
    rates = [learning_rate(percent / 100, settings) for percent in range(101)]
    assert rates[1] == pytest.approx(0.1)
    assert max(rates) == rates[10] == pytest.approx(1.0)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(0.01)


def test_the_rate_falls_as_the_recipe_says() -> None:
    def halfway(schedule: str) -> float:
        return learning_rate(0.5, TrainingSettings(learning_rate=1.0, warm_up=0.0, schedule=schedule))  # type: ignore[arg-type]

    assert halfway("constant") == 1.0
    assert halfway("linear") == pytest.approx(0.505)
    assert halfway("cosine") == pytest.approx(0.505)
    assert learning_rate(0.25, TrainingSettings(learning_rate=1.0, warm_up=0.0)) > 0.8
