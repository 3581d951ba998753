"""A run that ends when it was told: with its steps, or with its time, however fast the machine is meanwhile."""

from collections.abc import Callable
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from foreword.training import loop
from foreword.training.checkpoint import load_checkpoint, save_checkpoint
from foreword.training.journal import Journal
from foreword.training.loop import Step, Validation, fit
from foreword.training.plan import Budget
from foreword.training.session import Session
from foreword.training.timing import Timing
from sessions import noise, recipe, session

SECONDS = 100.0
EXPECTED = 1_000
"""Updates, had the machine stayed as it was when the run was planned."""

Pace = Callable[[float], float]


class Machine:
    """A clock that goes on while the network learns: how long an update takes depends on the time of day."""

    def __init__(self, pace: Pace) -> None:
        self.now = 0.0
        self.pace = pace

    def __call__(self) -> float:
        return self.now

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make updates and looks take their time; what they compute is not asked for here."""
        monkeypatch.setattr(loop, "_gradients", self._gradients)
        monkeypatch.setattr(loop, "_validated_nats", self._look)

    def _gradients(self, training: Session, _block: object) -> object:
        self.now += self.pace(self.now)
        return training.training_nats.new_ones(())

    def _look(self, training: Session) -> float | None:
        if training.held_out is None:
            return None
        self.now += 4 * self.pace(self.now)
        return 2.0 - training.progress


def timed_session(
    clock: Machine,
    *,
    held_out: np.ndarray | None = None,
    most_steps: int = 10**6,
    seconds: float = SECONDS,
) -> Session:
    return session(
        recipe(patience=0),
        noise(400),
        steps=EXPECTED,
        validate_every=EXPECTED // 20,
        held_out=held_out,
        budget=Budget(seconds=seconds, most_steps=most_steps, seconds_per_step=0.1, seconds_per_look=0.3),
        timing=Timing(clock=clock),
    )


PACES: dict[str, Pace] = {
    "as planned": lambda _: 0.1,
    "three times slower from the start": lambda _: 0.3,
    "ten times faster than the probe had it": lambda _: 0.01,
    "another program comes midway": lambda now: 0.1 if now < 50 else 0.25,
    "another program leaves near the end": lambda now: 0.25 if now < 80 else 0.1,
    "another program comes near the end": lambda now: 0.1 if now < 95 else 0.3,
    "programs come and go": lambda now: 0.1 if now % 20 < 10 else 0.3,
    "now and then it hangs": lambda now: 2.0 if now % 10 < 0.1 else 0.1,
}


@pytest.mark.parametrize("pace", PACES)
def test_a_run_takes_its_time_and_its_rate_comes_to_its_end(
    pace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(PACES[pace])
    machine.install(monkeypatch)
    training = timed_session(machine, held_out=noise(200))
    events, places = [], []
    for event in fit(training):
        events.append(event)
        places.append(training.progress)
        if machine.now % 15 < 0.1:
            with training.timing.aside():
                machine.now += 0.5  # it is saved, and it speaks
    assert machine.now == pytest.approx(SECONDS, rel=0.02)
    assert training.ending == "time"
    assert places == sorted(places)
    assert places[-1] == 1.0
    rates = [event.learning_rate for event in events if isinstance(event, Step)]
    assert rates[-1] < 0.02 * max(rates)
    assert max(np.diff(places)) < 0.04  # it does not jump there, either
    assert isinstance(events[-1], Validation)
    assert 19 <= sum(isinstance(event, Validation) for event in events) <= 20


def test_the_rate_falls_with_the_time_and_not_with_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(PACES["another program comes midway"])
    machine.install(monkeypatch)
    training = timed_session(machine)
    at = {}
    for _ in fit(training):
        at[round(machine.now)] = training.progress
    for seconds in (25, 50, 60, 75, 90):
        assert at[seconds] == pytest.approx(seconds / SECONDS, abs=0.06)


def test_a_resumed_run_has_the_rest_of_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(PACES["as planned"])
    machine.install(monkeypatch)
    first = timed_session(machine)
    for _ in fit(first):
        if machine.now >= 40:
            break
    save_checkpoint(first, Journal(), tmp_path)
    machine.now += 10_000  # over night
    machine.pace = PACES["three times slower from the start"]
    second = timed_session(machine)
    load_checkpoint(second, tmp_path)
    assert second.progress == first.progress > 0.3
    begun = machine.now
    places = [training.progress for training in [second] for _ in fit(training)]
    assert machine.now - begun == pytest.approx(60, rel=0.03)
    assert second.seconds == pytest.approx(SECONDS, rel=0.02)
    assert all(before < after for before, after in pairwise([first.progress, *places]))


def test_passes_that_teach_nothing_are_not_made_and_the_rate_ends_with_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = Machine(PACES["as planned"])
    machine.install(monkeypatch)
    training = timed_session(machine, most_steps=300)
    *_, last = (event.learning_rate for event in fit(training) if isinstance(event, Step))
    assert (training.step, training.ending) == (300, "passes")
    assert last < 0.02 * training.settings.learning_rate
    assert machine.now == pytest.approx(30)


def test_where_no_time_is_left_one_update_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(PACES["as planned"])
    machine.install(monkeypatch)
    training = timed_session(machine, seconds=0.0)
    assert [type(event) for event in fit(training)] == [Step]
    assert training.ending == "time"


def test_with_a_number_of_steps_the_clock_decides_nothing() -> None:
    """Or a run that was resumed would have other rates than one that was not."""

    def rates(clock: Machine) -> list[float]:
        training = session(recipe(), noise(120), steps=37, timing=Timing(clock=clock))
        return [event.learning_rate for event in fit(training) if isinstance(event, Step)]

    ticking = Machine(lambda _: 0.0)
    ticks = iter(range(10**6))
    ticking.__class__ = type("Ticking", (Machine,), {"__call__": lambda _: float(next(ticks) ** 2)})
    assert rates(Machine(lambda _: 0.0)) == rates(ticking)


def test_looks_come_at_even_distances_and_at_the_end() -> None:
    training = session(recipe(patience=0), noise(120), steps=24, held_out=noise(200), validate_every=5)
    assert [event.step for event in fit(training) if isinstance(event, Validation)] == [5, 10, 15, 20, 24]


def test_the_time_left_is_that_of_the_budget_or_of_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(PACES["as planned"])
    machine.install(monkeypatch)
    by_time, by_steps = (
        timed_session(machine),
        session(recipe(), noise(120), steps=50, timing=Timing(clock=machine)),
    )
    for training, expected in ((by_time, 99.0), (by_steps, 4.0)):
        assert len(list(islice(fit(training), 10))) == 10
        assert training.seconds_left == pytest.approx(expected)
