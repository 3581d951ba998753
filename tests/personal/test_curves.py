"""The TensorBoard log of a run: what is told, at the steps where it is told, and once, however often it is resumed."""

from pathlib import Path

import pytest

from foreword.errors import MissingExtra
from foreword.personal import pace
from foreword.personal.events import Event, Progressed, Validated
from foreword.personal.make import make, resume_run
from foreword.personal.order import Order, order_for
from logs import curves
from messages import RECIPE

STEPS = 40


def order(source: Path, to: Path, log: Path) -> Order:
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": STEPS}}
    return order_for([str(source)], to, recipe=recipe, tensorboard=log)


@pytest.fixture(autouse=True)
def _everything_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "SHOW_EVERY", 0.0)


def test_the_log_has_what_is_told(source: Path, tmp_path: Path) -> None:
    events: list[Event] = list(make(order(source, tmp_path / "made", tmp_path / "log")))
    found = curves(tmp_path / "log")
    assert set(found) == {
        "bits_per_character/training",
        "bits_per_character/held_out",
        "learning_rate",
        "tokens_per_second",
    }
    held_out = {event.step: event.bits_per_character for event in events if isinstance(event, Validated)}
    shown = [event for event in events if isinstance(event, Progressed)]
    assert len(shown) == STEPS
    assert dict(found["bits_per_character/held_out"]) == pytest.approx(held_out)
    assert dict(found["learning_rate"]) == pytest.approx({event.step: event.learning_rate for event in shown})
    assert dict(found["bits_per_character/training"]) == pytest.approx(
        {event.step: event.bits_per_character for event in shown}
    )


def test_a_resumed_run_goes_on_with_its_log_without_being_asked(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was killed after step 20, and had last been saved after step 10."""
    log, to = tmp_path / "log", tmp_path / "made"
    monkeypatch.setattr(
        "foreword.personal.pace.Pace.save_is_due", lambda self: self.session.record.step == 10
    )
    running = make(order(source, to, log))
    next(event for event in running if isinstance(event, Validated))
    del running  # as a kill would leave it
    list(resume_run(to))
    for curve in ("bits_per_character/training", "learning_rate", "tokens_per_second"):
        assert [step for step, _ in curves(log)[curve]] == list(range(1, STEPS + 1))
    assert [step for step, _ in curves(log)["bits_per_character/held_out"]] == [20, 40]


def test_what_is_missing_is_said_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foreword.training.tensorboard.find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match="TensorBoard, not installed here"):
        order(tmp_path / "of terabytes.txt", tmp_path / "made", tmp_path / "log")


def test_where_no_log_is_asked_for_none_is_written(source: Path, tmp_path: Path) -> None:
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 5}}
    list(make(order_for([str(source)], tmp_path / "made", recipe=recipe)))
    assert not list(tmp_path.rglob("events.out.*"))
