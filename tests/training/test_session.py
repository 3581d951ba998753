"""A session ends after its steps or its time, even if the speed of the machine changes."""

from collections.abc import Callable
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from foreword.corpus.blocks import Blocks, Replay, Windows
from foreword.training import loop
from foreword.training.checkpoint import load_checkpoint, save_checkpoint
from foreword.training.loop import Step, fit
from foreword.training.session import Session, TimeBudget, layout_for
from foreword.training.validate import Validation
from sessions import noise, recipe, ring, session

SECONDS = 100.0
EXPECTED = 1_000
"""Updates at the speed that the machine had when the run was planned."""

OLD = np.array([0, *[3, 5] * 60], dtype=np.uint16)
Pace = Callable[[float], float]


class Machine:
    """A clock that updates and validations advance, without computing; `pace` is the time of an update."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pace: Pace = lambda _: 0.1

    def __call__(self) -> float:
        return self.now

    def gradients(self, training: Session, _block: object) -> object:
        self.now += self.pace(self.now)
        return training.training_nats.new_ones(())

    def validate(self, *_: object, **__: object) -> float:
        self.now += 4 * self.pace(self.now)
        return 2.0 - self.now / 1e6


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(loop, "_gradients", machine.gradients)
    monkeypatch.setattr(loop, "validate", machine.validate)
    return machine


def timed(
    clock: Machine, *, held_out: bool = False, most_steps: int = 10**6, seconds: float = SECONDS
) -> Session:
    return session(
        recipe(patience=0),
        noise(400),
        steps=EXPECTED,
        validate_every=EXPECTED // 20,
        held_out=noise(200) if held_out else None,
        budget=TimeBudget(seconds=seconds, most_steps=most_steps, seconds_per_validation=0.3),
        clock=clock,
    )


PACES: dict[str, Pace] = {
    "as planned": lambda _: 0.1,
    "three times slower from the start": lambda _: 0.3,
    "four times faster than the probe": lambda _: 0.025,
    "another program comes midway": lambda now: 0.1 if now < 50 else 0.25,
    "another program leaves near the end": lambda now: 0.25 if now < 80 else 0.1,
    "another program comes near the end": lambda now: 0.1 if now < 95 else 0.3,
    "now and then it hangs": lambda now: 2.0 if now % 10 < 0.1 else 0.1,
}


@pytest.mark.parametrize("pace", PACES)
def test_a_run_uses_its_whole_time_and_decays_its_rate_completely(pace: str, machine: Machine) -> None:
    machine.pace = PACES[pace]
    training = timed(machine, held_out=True)
    events, places = [], []
    for event in fit(training):
        events.append(event)
        places.append(training.record.progress)
        if machine.now % 15 < 0.1:
            with training.aside():
                machine.now += 0.5  # saving, and drawing a sample
    assert machine.now == pytest.approx(SECONDS, rel=0.02)
    assert training.ending == "time"
    assert places == sorted(places)
    assert places[-1] == 1.0
    rates = [event.learning_rate for event in events if isinstance(event, Step)]
    assert rates[-1] < 0.02 * max(rates)
    assert max(np.diff(places)) < 0.04  # no jumps
    assert isinstance(events[-1], Validation)
    assert 19 <= len(training.record.curve) <= 20


def test_the_last_validation_ends_within_the_time(machine: Machine) -> None:
    list(fit(timed(machine, held_out=True, seconds=20)))
    assert machine.now == pytest.approx(20, abs=0.35)


def test_a_resumed_run_uses_its_remaining_time(tmp_path: Path, machine: Machine) -> None:
    first = timed(machine)
    for _ in fit(first):
        if machine.now >= 40:
            break
    save_checkpoint(first, tmp_path)
    machine.now += 10_000  # overnight
    machine.pace = PACES["three times slower from the start"]
    second = timed(machine)
    load_checkpoint(second, tmp_path)
    assert second.record.progress == first.record.progress > 0.3
    begun = machine.now
    places = [second.record.progress for _ in fit(second)]
    assert machine.now - begun == pytest.approx(60, rel=0.03)
    assert second.seconds == pytest.approx(SECONDS, rel=0.02)
    assert all(before < after for before, after in pairwise([first.record.progress, *places]))


def test_a_timed_run_stops_at_its_step_limit_with_a_decayed_rate(machine: Machine) -> None:
    training = timed(machine, most_steps=300)
    *_, last = (event.learning_rate for event in fit(training) if isinstance(event, Step))
    assert (training.record.step, training.ending) == (300, "passes")
    assert last < 0.02 * training.settings.learning_rate
    assert machine.now == pytest.approx(30)


def test_a_run_without_time_makes_one_update(machine: Machine) -> None:
    training = timed(machine, seconds=0.0)
    assert [type(event) for event in fit(training)] == [Step]
    assert training.ending == "time"


def test_the_remaining_time_follows_from_the_budget_or_the_steps(machine: Machine) -> None:
    by_steps = session(recipe(), noise(120), steps=50, clock=machine)
    for training, expected in ((timed(machine), 99.0), (by_steps, 4.0)):
        assert len(list(islice(fit(training), 10))) == 10
        assert training.seconds_left == pytest.approx(expected)


def test_each_second_counts_once(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    training = session(recipe(), noise(120), steps=5, held_out=noise(200), clock=machine)
    machine.now = 10_000.0  # time before the first update does not count
    for event in fit(training):
        with training.aside():
            machine.now += 30
        if isinstance(event, Step):
            machine.now += 0.25  # the time of the caller counts as training
    timing = training.record.timing
    assert (timing.updating, timing.validating) == pytest.approx((5 * 0.35, 0.4))
    assert (timing.beside, timing.validations) == (180, 1)
    assert training.seconds == pytest.approx(machine.now - 10_000)


def test_replay_gives_old_text_a_share_of_the_columns() -> None:
    settings = recipe(batch=10, replay=0.3).training
    assert isinstance(layout_for(ring(400), settings), Blocks)
    assert isinstance(layout_for(ring(400), recipe(replay=0.0).training, old=OLD), Blocks)
    windows = recipe(batch=10, replay=0.3, layout="windows").training
    assert isinstance(layout_for(ring(400), windows, old=OLD), Windows)  # new text alone
    mixed = layout_for(ring(400), settings, old=OLD)
    assert isinstance(mixed, Replay)
    assert set(mixed.epoch(0)[0].ids[1:, -3:].ravel().tolist()) == {3, 5}
    assert mixed.epoch(0)[0].ids.shape[1] == 10
