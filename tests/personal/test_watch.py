"""What a person is told while a network learns, of what goes wrong, and of what ends before its time."""

import math
from pathlib import Path

import pytest

from foreword.errors import RunError
from foreword.modelfolder import run_folder
from foreword.personal.events import EndedEarly, Event, Finished, Warned
from foreword.personal.make import make
from foreword.personal.order import order_for
from foreword.runtime.model import Model
from foreword.training import plan as planning
from foreword.training.recipe import Table
from messages import RECIPE


def told(source: Path, to: Path, *, minutes: float | None = None, **tables: Table) -> list[Event]:
    """All that a run tells, with `tables` over a small recipe."""
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 80}}
    return list(make(order_for([str(source)], to, recipe=recipe, minutes=minutes, tables=tables)))


def warnings(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Warned)]


@pytest.mark.parametrize("held_out", [0.0, 0.2])
def test_a_training_that_diverges_from_the_start_says_so_and_leaves_nothing(
    source: Path, tmp_path: Path, held_out: float
) -> None:
    steep: Table = {"learning_rate": 1e18, "clip": 1e30, "schedule": "constant"}
    with pytest.raises(
        RunError,
        match=r"diverged within \d+ steps, and nothing was learned; .* lower training.learning_rate than 2",
    ):
        told(source, tmp_path / "made", text={"held_out": held_out}, training=steep)
    assert not run_folder(tmp_path / "made").exists()
    assert not (tmp_path / "made").exists()


def test_a_training_that_diverges_later_goes_on_from_its_best_weights_and_says_so(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([2.5, math.nan, 2.0, 1.9])
    monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(looks))
    events = told(source, tmp_path / "made")
    (warning,) = warnings(events)
    assert warning == (
        "the training diverged at step 40: its loss is no number any more, or far above what it was. It goes on from "
        "the weights of step 20 with half the rate, 0.005 (1 of 2)"
    )
    assert isinstance(events[-1], Finished)
    record = Model.open(tmp_path / "made").folder.training
    assert (record["steps"], record["ended"], record["rate_halvings"]) == (80, "steps", 1)
    assert [point["step"] for point in record["curve"]] == [20, 60, 80]  # type: ignore[attr-defined]


def test_a_training_that_diverges_a_third_time_ends_with_its_best_weights(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hours of learning are worth a model, whatever came after them."""
    looks = iter([2.5, *[math.nan] * 3])
    monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(looks))
    events = told(source, tmp_path / "made")
    assert warnings(events)[-1] == (
        "the training diverged at step 80: its loss is no number any more, or far above what it was. That was once "
        "too often: it ends here, with the weights of step 20; a lower training.learning_rate than 0.0025 would go "
        "further"
    )
    assert isinstance(events[-1], Finished)
    assert Model.open(tmp_path / "made").folder.training["ended"] == "diverged"
    assert not run_folder(tmp_path / "made").exists()


def test_patience_that_is_spent_is_said(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([2.0, 2.1, 2.2])
    monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(looks))
    events = told(source, tmp_path / "made", training={"patience": 2})
    assert [event.message for event in events if isinstance(event, EndedEarly)] == [
        "the last 2 looks at held-out text showed no gain, so the training ends here, with the weights of step 20"
    ]
    assert Model.open(tmp_path / "made").folder.training["ended"] == "patience"


def test_passes_that_would_teach_nothing_are_not_made_and_that_is_said(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST_EPOCHS", 3)
    events = told(source, tmp_path / "made", minutes=0.5)
    assert [event.message for event in events if isinstance(event, EndedEarly)] == [
        "3 passes over the text are made, and more of them would teach nothing"
    ]


def test_a_run_that_is_carried_out_has_nothing_more_to_say(source: Path, tmp_path: Path) -> None:
    events = told(source, tmp_path / "made")
    assert not any(isinstance(event, EndedEarly | Warned) for event in events)
