"""Where the time of a run goes, by a clock that is moved by hand."""

import math

import pytest

from foreword.training.timing import OF_LATE, Timing


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timing(clock: Clock) -> Timing:
    timing = Timing(clock=clock)
    timing.begin()
    return timing


def update(timing: Timing, clock: Clock, seconds: float, times: int = 1) -> None:
    for _ in range(times):
        clock.now += seconds
        timing.updated()


def test_each_second_is_counted_once_and_for_what_it_went_into(timing: Timing, clock: Clock) -> None:
    update(timing, clock, 1.0, times=3)
    clock.now += 0.5  # the device had still to do something
    timing.updated(0)
    clock.now += 20
    timing.looked()
    with timing.aside():
        clock.now += 300
    clock.now += 0.25  # what nobody names is training
    update(timing, clock, 1.0)
    assert (timing.updating, timing.looking, timing.beside, timing.looks) == (4.75, 20, 300, 1)
    assert timing.seconds == 324.75


def test_what_lies_between_two_runs_is_not_counted(timing: Timing, clock: Clock) -> None:
    update(timing, clock, 1.0)
    clock.now += 10_000
    timing.begin()
    update(timing, clock, 1.0)
    assert timing.seconds == 2


def test_the_pace_of_late_forgets_what_was_before(timing: Timing, clock: Clock) -> None:
    update(timing, clock, 0.1, times=1_000)
    assert timing.seconds_per_update == pytest.approx(0.1)
    update(timing, clock, 0.3, times=round(4 * OF_LATE / 0.3))
    assert timing.seconds_per_update == pytest.approx(0.3, rel=0.05)
    assert timing.updating == pytest.approx(100 + 4 * OF_LATE, rel=0.01)


def test_one_long_pause_does_not_make_a_pace(timing: Timing, clock: Clock) -> None:
    update(timing, clock, 0.1, times=100)
    update(timing, clock, 1.0)
    assert timing.seconds_per_update < 0.13
    update(timing, clock, 0.1, times=100)
    assert timing.seconds_per_update == pytest.approx(0.1, rel=0.05)


def test_what_a_probe_measured_stands_until_the_run_shows_its_own_pace(timing: Timing, clock: Clock) -> None:
    timing.expect(0.1)
    assert timing.seconds_per_update == pytest.approx(0.1)
    update(timing, clock, 0.5)
    assert 0.1 < timing.seconds_per_update < 0.3
    update(timing, clock, 0.5, times=30)
    assert timing.seconds_per_update == pytest.approx(0.5, rel=0.1)


def test_what_fits_leaves_room_for_looks_and_what_goes_on_beside(timing: Timing, clock: Clock) -> None:
    assert timing.updates_in(1.0, looks=0, seconds_per_look=0.0) == math.inf  # nothing is known
    timing.expect(0.5)
    assert timing.updates_in(10.0, looks=2, seconds_per_look=1.0) == pytest.approx(16)
    update(timing, clock, 0.5, times=20)
    clock.now += 2
    timing.looked()
    assert timing.updates_in(10.0, looks=2, seconds_per_look=1.0) == pytest.approx(
        12
    )  # they take two seconds here
    with timing.aside():
        clock.now += 4
    assert timing.updates_in(10.0, looks=0, seconds_per_look=0.0) == pytest.approx(
        20 * (1 - 4 / (16 + OF_LATE))
    )
