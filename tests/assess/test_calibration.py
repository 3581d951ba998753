"""What was said is compared with what came, at every place of a message."""

from collections.abc import Sequence

import pytest

from foreword.assess.keystrokes import calibration
from foreword.keyboard.suggest import Suggestion


class Sure:
    """Says the same everywhere."""

    def __init__(self, **said: float) -> None:
        self.said = said

    def suggest(self, text: str, limit: int) -> Sequence[Suggestion]:
        return [Suggestion(text=t, replace=0, insert=t, probability=p) for t, p in self.said.items()]


def test_what_was_said_is_compared_with_what_came_by_tenths() -> None:
    found = calibration(Sure(yes=0.85, no=0.15), ["yes", "yes", "no"])

    low, high = found.groups
    assert low == pytest.approx((0.15, 2 / 8, 8))
    assert high == pytest.approx((0.85, 6 / 8, 8))
    assert found.error == pytest.approx(0.1)


def test_a_probability_of_one_is_in_the_last_tenth_and_silence_has_no_error() -> None:
    assert calibration(Sure(yes=1.0), ["yes"]).groups == ((1.0, 1.0, 3),)
    assert calibration(Sure(), ["yes"]).error == 0.0
