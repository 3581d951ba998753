"""What is shown of a run's speed."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from foreword.personal import pace
from foreword.personal.events import Progressed
from foreword.personal.make import make
from foreword.personal.order import order_for
from foreword.training.loop import Step, Validation, fit
from foreword.training.session import Session
from messages import RECIPE

STEPS = 40


def test_speed_and_time_left_are_those_of_training_without_validating_and_saving(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock on which an update takes a second, a look at held-out text a hundred, and saving ten thousand."""
    now, tokens = [0.0], [0]

    def timed_fit(session: Session) -> Iterator[Step | Validation]:
        for event in fit(session):
            now[0] += 1 if isinstance(event, Step) else 100
            tokens[0] += event.tokens if isinstance(event, Step) else 0
            yield event

    def slow_save(*_: object) -> None:
        now[0] += 10_000

    monkeypatch.setattr(pace, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    monkeypatch.setattr("foreword.personal.make.fit", timed_fit)
    monkeypatch.setattr("foreword.personal.make.save_checkpoint", slow_save)
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": STEPS}}
    events = list(make(order_for([str(source)], tmp_path / "made", recipe=recipe)))
    shown = [event for event in events if isinstance(event, Progressed)]
    assert [event.step for event in shown] == list(range(1, STEPS + 1))
    assert [event.seconds_left for event in shown] == pytest.approx([STEPS - event.step for event in shown])
    assert shown[-1].tokens_per_second == pytest.approx(tokens[0] / STEPS)
