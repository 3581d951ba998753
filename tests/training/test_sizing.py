"""More text and more time make a larger network; what a person asks for stands."""

from typing import cast

import pytest

from foreword.training.plan import (
    MOST_DROPOUT,
    MOST_WEIGHT_DECAY,
    RATES,
    Size,
    defaults_for,
    dropouts_for,
    fine_tuning_rate,
    rate_for,
    weight_decay_for,
)


def hidden(characters: int, minutes: float | None, size: Size | None = None) -> int:
    model = defaults_for(characters, minutes=minutes, size=size, named={})["model"]
    return cast("int", model["hidden"])


def test_more_text_and_more_time_make_a_wider_network() -> None:
    assert hidden(100_000, 10) < hidden(1_000_000, 10) < hidden(50_000_000, 180)
    assert hidden(1_000_000, 2) < hidden(1_000_000, 10)
    assert hidden(50_000_000, 10) < hidden(50_000_000, 180)


def test_a_size_that_is_asked_for_stands() -> None:
    assert [hidden(100, 1, size) for size in ("small", "medium", "large")] == [384, 512, 768]


@pytest.mark.parametrize("kind", MOST_DROPOUT)
def test_the_more_often_a_text_is_seen_the_more_dropout(kind: str) -> None:
    dropouts = [dropouts_for(epochs)[kind] for epochs in (0.2, 1, 5, 20, 60, 100)]
    assert dropouts == sorted(dropouts)
    assert dropouts[:2] == [0, 0]
    assert 0 < dropouts[2] < dropouts[3] < dropouts[4]
    assert dropouts[-2:] == [MOST_DROPOUT[kind]] * 2


def test_weights_forget_their_beginning_as_often_in_a_long_run_as_in_a_short_one() -> None:
    short, long = weight_decay_for(2_000, 0.01), weight_decay_for(20_000, 0.01)
    assert 2_000 * short == pytest.approx(20_000 * long)
    assert weight_decay_for(1, 0.01) == MOST_WEIGHT_DECAY
    assert 0 < weight_decay_for(10**6, 0.01) < 0.001


def test_the_rate_goes_by_what_the_network_is_and_not_by_what_it_might_have_been() -> None:
    def rate(**named: object) -> object:
        return defaults_for(1_000_000, minutes=10, size=None, named=named)["training"]["learning_rate"]

    assert rate(hidden=256, layers=1) == rate(hidden=384, layers=1) == 0.01
    assert rate() == rate(hidden=512, layers=2) == pytest.approx(0.0075)
    assert rate(architecture="gru", layers=1, hidden=128) == 0.005
    window = defaults_for(1_000_000, minutes=10, size=None, named={"architecture": "window"})
    assert window["training"] == {}


@pytest.mark.parametrize("architecture", RATES)
def test_a_network_that_goes_on_learning_takes_smaller_steps_than_at_first(architecture: str) -> None:
    for sizes in ({"hidden": 384, "layers": 1}, {"hidden": 768, "layers": 2}):
        assert 0 < fine_tuning_rate(architecture, sizes) < rate_for(architecture, sizes) / 2


def test_networks_without_a_rate_of_their_own_have_one_to_go_on_with() -> None:
    assert fine_tuning_rate("window", {"hidden": 8}) == pytest.approx(0.0003)
