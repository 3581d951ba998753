"""Reports during training: its pace, its problems, and the reason for an early end."""

import math
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from foreword.errors import RunError
from foreword.personal import monitor
from foreword.personal.events import Noted, Progressed, Sampled, Validated
from foreword.personal.request import Asked, resolve
from foreword.personal.train import resume, train
from foreword.training import loop, plan
from foreword.training.recipe import Table
from foreword.training.session import Session
from trainings import SMALL, Finish, asked, killed, of, record, trained, warnings, weights

Measure = Callable[[Iterable[float]], None]


@pytest.mark.parametrize("held_out", [0.0, 0.2])
def test_divergence_at_once_leaves_only_the_memory(old_text: Path, tmp_path: Path, held_out: float) -> None:
    steep = {"learning_rate": 1e18, "clip": 1e30, "schedule": "constant"}
    request = asked(old_text, tmp_path / "made", tables={"text": {"held_out": held_out}, "training": steep})
    with pytest.raises(RunError, match=r"diverged within \d+ steps, and nothing was .* below 1e\+18"):
        list(train(request))
    assert [path.name for path in tmp_path.glob("made*")] == ["made.memory"]


ENDINGS = {
    "diverged": ([2.5, math.nan], "stops, with the weights of step 20. Try a learning rate below 0.01"),
    "patience": ([2.0, 2.0, 2.2], "with the weights of step 20: the last 2 validations showed no gain"),
}


@pytest.mark.parametrize("ended", ENDINGS)
def test_training_ends_with_the_best_weights_and_names_the_reason(
    old_text: Path, tmp_path: Path, measured: Measure, ended: str
) -> None:
    """Hours of training must give a model, even if later steps fail."""
    nats, words = ENDINGS[ended]
    measured(nats)
    tables: dict[str, Table] = {"training": {"validations": 4, "patience": 2 * (ended == "patience")}}
    told = trained(old_text, tmp_path / "made", steps=80, tables=tables)
    assert (warnings(told) or of(Noted, told)[0].message).endswith(words)
    assert record(tmp_path / "made")["ended"] == ended


def test_useless_epochs_are_left_out(old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.training.plan.MOST_EPOCHS", 3)
    monkeypatch.setattr("foreword.training.plan.PROBE_SECONDS", 0.0)
    request = resolve(Asked([str(old_text)], tmp_path / "made", recipe=SMALL, minutes=5, start="scratch"))
    assert [event.message for event in of(Noted, train(request))] == [
        "training stops after 3 epochs; for more, set training.epochs in a recipe"
    ]


def test_samples_and_saves_do_not_change_the_weights(
    old_text: Path, tmp_path: Path, finished: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting in ("SAY_EVERY", "SAVE_EVERY", "SHOW_EVERY", "SAID_TOKENS"):
        monkeypatch.setattr(monitor, setting, 3 if setting == "SAID_TOKENS" else 0.0)
    said = of(Sampled, trained(old_text, tmp_path / "made"))
    assert len(said) == 40
    assert all(each.prompt in old_text.read_text("utf-8") for each in said)
    assert not of(Sampled, finished[1])
    assert weights(tmp_path / "made") == weights(finished[0])


def test_a_log_has_each_step_once(old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run was saved after step 10 and killed after step 20. The resumed run continues the log without an option."""
    monkeypatch.setattr(monitor, "SHOW_EVERY", 0.0)
    monkeypatch.setattr(monitor.Pace, "save_is_due", lambda self: self.session.record.step == 10)
    killed(train(asked(old_text, tmp_path / "made", tensorboard=tmp_path / "log")), Validated)
    events = list(resume(tmp_path / "made"))
    log = EventAccumulator(str(tmp_path / "log"), size_guidance={"scalars": 0})
    log.Reload()
    names = log.Tags()["scalars"]
    found = {name: [(point.step, point.value) for point in log.Scalars(name)] for name in names}
    steps = list(range(1, 41))
    assert {name: [step for step, _ in points] for name, points in found.items()} == {
        "bits_per_character/training": steps,
        "learning_rate": steps,
        "tokens_per_second": steps,
        "bits_per_character/held_out": [20, 40],
    }
    for events_of_a_kind in (of(Validated, events), of(Progressed, events)):
        told = [(each.step, monitor.figures(each)) for each in events_of_a_kind]
        for name in told[0][1].keys() - {"tokens_per_second"}:
            points = {step: figures[name] for step, figures in told}
            assert dict(found[name][-len(points) :]) == pytest.approx(points)


def test_only_updates_count_as_speed(old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On this clock an update takes 1 s, a validation 5 s, a sample 2 s and a save 4 s."""
    now = [0.0]

    def slow(seconds: float, then: Callable[..., object]) -> Callable[..., object]:
        def takes(*arguments: object, **named: object) -> object:
            now[0] += seconds
            return then(*arguments, **named)

        return takes

    monkeypatch.setattr(plan, "Session", partial(Session, clock=lambda: now[0]))
    monkeypatch.setattr(loop, "_gradients", slow(1, loop._gradients))
    monkeypatch.setattr(loop, "validate", slow(5, lambda *_, **__: 1.0))
    monkeypatch.setattr(monitor, "sample", slow(2, lambda *_, **__: []))
    monkeypatch.setattr(monitor, "save_checkpoint", slow(4, lambda *_: None))
    monkeypatch.setattr(monitor, "SHOW_EVERY", 0.25)
    told = trained(old_text, tmp_path / "made")
    shown = of(Progressed, told)
    assert [event.step for event in shown] == list(range(1, 41))
    assert [event.seconds_left for event in shown] == pytest.approx([40 - event.step for event in shown])
    speeds = [event.tokens_per_second for event in shown]
    assert speeds == pytest.approx([128] * 40, rel=0.01)  # an update has 8 columns of 16 tokens
    assert of(Sampled, told)
    assert 60 < now[0] < 90  # a sample is due after 15 s, and a save after 20 s
