"""More text and more time make a larger network; what a person asks for stands."""

from typing import cast

import pytest

from foreword.training.sizing import (
    MOST_DROPOUT,
    RATES,
    Size,
    defaults_for,
    dropouts_for,
    fine_tuning_rate,
    rate_for,
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
    dropouts = [dropouts_for(epochs, 512)[kind] for epochs in (0.2, 1, 5, 20, 40, 100)]
    assert dropouts == sorted(dropouts)
    assert dropouts[:2] == [0, 0]
    assert dropouts[-2:] == [MOST_DROPOUT[kind]] * 2
    narrow, wide, widest = (dropouts_for(40, hidden)[kind] for hidden in (128, 256, 1024))
    assert narrow < wide < widest == MOST_DROPOUT[kind]


def test_the_rate_goes_by_what_the_network_is_and_not_by_what_it_might_have_been() -> None:
    def rate(**named: object) -> object:
        return defaults_for(1_000_000, minutes=10, size=None, named=named)["training"]["learning_rate"]

    assert rate(hidden=256, layers=1) == rate(hidden=384, layers=1) == 0.01
    assert rate(hidden=384, layers=2) == 0.005
    assert rate() == rate(hidden=512, layers=2) == pytest.approx(0.0028, abs=1e-4)
    assert rate(architecture="gru", layers=1, hidden=128) == 0.005
    window = defaults_for(1_000_000, minutes=10, size=None, named={"architecture": "window"})
    assert window["training"] == {}


@pytest.mark.parametrize("architecture", RATES)
def test_a_network_that_goes_on_learning_takes_smaller_steps_than_at_first(architecture: str) -> None:
    for sizes in ({"hidden": 384, "layers": 1}, {"hidden": 768, "layers": 2}):
        assert 0 < fine_tuning_rate(architecture, sizes) < rate_for(architecture, sizes) / 2


def test_networks_without_a_rate_of_their_own_have_one_to_go_on_with() -> None:
    assert fine_tuning_rate("window", {"hidden": 8}) == pytest.approx(0.0006)
