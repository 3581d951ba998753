"""From a text to a model folder, told as events; stopped anywhere, and gone on with."""

import errno
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from foreword.assess.bits import bits_per_character
from foreword.errors import ModelForeign, OptionError, RecipeError, RunError, SourceError
from foreword.keyboard.memory import Memory
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder import run_folder
from foreword.models.catalogue import ARCHITECTURES
from foreword.personal import pace
from foreword.personal.events import (
    Event,
    Finished,
    Measured,
    Planned,
    Prepared,
    Progressed,
    Reported,
    Said,
    Stopped,
    Validated,
    Warned,
)
from foreword.personal.finish import SECONDS_TO_WRITE
from foreword.personal.make import discard_run, make, resume_run
from foreword.personal.order import DEFAULT_MINUTES, Order, Use, order_for
from foreword.runtime.model import Model
from foreword.training.checkpoint import save_checkpoint
from foreword.training.plan import read_plan
from foreword.training.recipe import Table
from foreword.training.session import Session
from messages import RECIPE, messages, never_read, write_messages

STEPS = 40


def order(source: Path, to: Path, **tables: Table) -> Order:
    """The order for a small network and few steps; `tables` go over it."""
    return order_for(
        [str(source)],
        to,
        recipe={**RECIPE, "training": {**RECIPE["training"], "steps": STEPS}},
        tables=tables,
    )


def stop_after(calls: int) -> Iterator[bool]:
    yield from [False] * calls
    while True:
        yield True


def last(events: Iterator[Event]) -> Event:
    *_, event = events
    return event


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_network_on_every_unit_becomes_a_model_that_suggests(
    source: Path, tmp_path: Path, architecture: str, unit: str
) -> None:
    made = order(source, tmp_path / "made", text={"unit": unit}, model={"architecture": architecture})
    finished = last(make(made))
    assert isinstance(finished, Finished)
    model = Model.open(tmp_path / "made")
    assert (model.config.architecture, model.config.unit) == (architecture, unit)
    assert finished.figures == model.folder.training["held_out"]
    assert len(Keyboard(model).suggest("see you ")) == 3


def test_it_tells_what_happens_in_order(source: Path, tmp_path: Path) -> None:
    events = list(make(order(source, tmp_path / "made")))
    prepared, planned = events[0], events[1]
    assert isinstance(prepared, Prepared)
    text = source.read_text("utf-8")
    assert prepared.training_characters + prepared.held_out_characters == len(text)
    assert isinstance(planned, Planned)
    assert (planned.steps, planned.seconds, planned.first_step) == (STEPS, None, 0)
    validations = [event for event in events if isinstance(event, Validated)]
    assert [event.step for event in validations] == [20, 40]
    assert validations[-1].bits_per_character < validations[0].bits_per_character
    progress = [event for event in events if isinstance(event, Progressed)]
    assert (progress[-1].step, progress[-1].progress, progress[-1].seconds_left) == (STEPS, 1, 0)
    assert isinstance(events[-1], Finished)
    assert not events[-1].replaced


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
def test_what_is_shown_while_it_learns_is_bits_per_character_whatever_a_token_is(
    source: Path, tmp_path: Path, unit: str
) -> None:
    """Of a word and its blank, the bits per token are five times as many."""
    events = list(make(order(source, tmp_path / "made", text={"unit": unit})))
    prepared, finished = events[0], events[-1]
    assert isinstance(prepared, Prepared)
    assert isinstance(finished, Finished)
    test = finished.figures["test"]
    assert isinstance(test, dict)
    held_out = source.read_text("utf-8")[-prepared.held_out_characters : -test["characters"]]
    shown = min(event.bits_per_character for event in events if isinstance(event, Validated))
    measured = bits_per_character(Model.open(tmp_path / "made"), held_out)
    assert shown == pytest.approx(measured, rel=0.1)
    validation = finished.figures["validation"]
    assert isinstance(validation, dict)
    assert validation["bits_per_character"] == pytest.approx(measured, rel=0.02)


def test_a_run_that_is_stopped_is_kept_and_resumed_where_it_was(source: Path, tmp_path: Path) -> None:
    to, wish = tmp_path / "made", stop_after(7)
    stopped = last(make(order(source, to), lambda: next(wish)))
    assert isinstance(stopped, Stopped)
    assert (stopped.step, stopped.progress, stopped.folder) == (8, 8 / STEPS, run_folder(to))
    assert not to.exists()

    events = list(resume_run(to))
    planned = events[1]
    assert isinstance(planned, Planned)
    assert planned.first_step == 8
    assert isinstance(events[-1], Finished)
    assert not run_folder(to).exists()


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_a_run_with_a_word_that_was_forgotten_since_does_not_go_on_until_it_is_allowed(
    source: Path, tmp_path: Path, unit: str
) -> None:
    to, wish = tmp_path / "made", stop_after(2)
    last(make(order(source, to, text={"unit": unit}), lambda: next(wish)))
    memory = Memory.open(tmp_path / "made.memory")
    memory.forget("nowhere")
    assert isinstance(next(resume_run(to)), Prepared)
    memory.forget("STRASSE")
    with pytest.raises(
        RunError, match=r"forgotten since, .* delete it with: foreword models delete .*made --run"
    ):
        last(resume_run(to))
    memory.allow("straße")
    assert isinstance(last(resume_run(to)), Finished)


@pytest.mark.parametrize("moment", ["_quantized_loss", "modelfolder.write"])
def test_an_interrupt_while_the_model_is_written_keeps_the_run(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def interrupt(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    to = tmp_path / "made"
    with monkeypatch.context() as patch:
        patch.setattr(f"foreword.personal.finish.{moment}", interrupt)
        stopped = last(make(order(source, to)))
    assert stopped == Stopped(step=STEPS, progress=1.0, folder=run_folder(to))
    events = list(resume_run(to))
    assert [type(event) for event in events] == [Prepared, Planned, Measured, Finished]
    assert not run_folder(to).exists()


def test_an_interrupt_after_the_model_is_written_does_not_keep_that_from_being_said(
    source: Path, tmp_path: Path
) -> None:
    for event in make(order(source, tmp_path / "made")):
        if isinstance(event, Finished):
            signal.raise_signal(signal.SIGINT)
            assert (tmp_path / "made").exists()
            assert not run_folder(tmp_path / "made").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_during_the_last_save_is_heard(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted_save(session: Session, folder: Path) -> None:
        signal.raise_signal(signal.SIGINT)
        save_checkpoint(session, folder)

    monkeypatch.setattr("foreword.personal.make.save_checkpoint", interrupted_save)
    assert isinstance(last(make(order(source, tmp_path / "made"))), Stopped)


def test_a_run_that_was_killed_before_its_first_checkpoint_begins_again(source: Path, tmp_path: Path) -> None:
    running = make(order(source, tmp_path / "made"))
    assert [type(next(running)) for _ in range(2)] == [Prepared, Planned]
    del running  # as a kill would leave it: with a plan and a corpus
    assert isinstance(last(resume_run(tmp_path / "made")), Finished)


def test_a_run_that_was_killed_later_goes_on_from_its_last_checkpoint(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SAVE_EVERY", 0.0)
    running = make(order(source, tmp_path / "made"))
    next(event for event in running if isinstance(event, Validated))
    del running
    planned = next(event for event in resume_run(tmp_path / "made") if isinstance(event, Planned))
    assert planned.first_step == 20


def test_an_unfinished_run_is_not_overwritten_unless_it_is_discarded(source: Path, tmp_path: Path) -> None:
    to = tmp_path / "made"
    last(make(order(source, to), lambda: True))
    with pytest.raises(RunError, match=r"holds an unfinished run \(1 of 40 steps\): go on with --resume"):
        last(make(order(source, to)))
    discard_run(to)
    assert isinstance(last(make(order(source, to))), Finished)
    with pytest.raises(RunError, match="there is no unfinished run in"):
        last(resume_run(to))


@pytest.mark.parametrize("events", [1, 2])
def test_a_run_under_way_is_nobody_elses(source: Path, tmp_path: Path, events: int) -> None:
    """Neither while it reads, when it has no plan yet, nor later."""
    to = tmp_path / "made"
    running = make(order(source, to))
    for _ in range(events):
        next(running)
    with pytest.raises(RunError, match="made is being trained by another process"):
        last(make(order(source, to)))
    with pytest.raises(
        RunError, match="is being trained by another process" if events > 1 else "no unfinished run"
    ):
        last(resume_run(to))
    with pytest.raises(RunError, match="made is being trained by another process"):
        discard_run(to)
    assert isinstance(last(running), Finished)
    assert not list(tmp_path.glob("*made.run*"))


def test_what_a_kill_left_without_a_plan_is_in_nobodys_way(source: Path, tmp_path: Path) -> None:
    (run_folder(tmp_path / "made") / "corpus").mkdir(parents=True)
    assert isinstance(last(make(order(source, tmp_path / "made"))), Finished)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"model": {"hiden": 3}}, RecipeError),
        ({"model": {"architecture": "transformer"}}, RecipeError),
        ({"text": {"vocabulary": 7}}, OptionError),
        ({"text": {"encoding": "utf-16"}}, SourceError),
    ],
)
def test_what_cannot_be_done_leaves_no_run(
    source: Path, tmp_path: Path, changes: dict[str, Table], error: type[Exception]
) -> None:
    with pytest.raises(error):
        last(make(order(source, tmp_path / "made", **changes)))
    assert not run_folder(tmp_path / "made").exists()


def test_a_device_that_is_not_there_leaves_no_run(source: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="--device foo"):
        last(make(replace(order(source, tmp_path / "made"), device="foo")))
    assert not run_folder(tmp_path / "made").exists()


@pytest.mark.parametrize("moment", ["make.plan_run", "watch.fit"])
def test_where_memory_runs_out_it_is_said_in_words(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to")

    monkeypatch.setattr(f"foreword.personal.{moment}", fail)
    with pytest.raises(RunError, match="too large for this machine's memory; take a smaller --size"):
        last(make(order(source, tmp_path / "made")))
    assert not run_folder(tmp_path / "made").exists()


def test_a_network_that_cannot_be_is_refused_before_the_text_is_read(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="dropout"):
        next(make(order(never_read(tmp_path), tmp_path / "made", model={"dropout": 2.0})))


def test_a_folder_of_something_else_is_refused_before_training(source: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(ModelForeign, match="is no model of Foreword's"):
        next(make(order(source, tmp_path / "photos")))
    assert (tmp_path / "photos" / "cat.jpg").exists()


def test_learning_by_heart_is_warned_of(source: Path, tmp_path: Path) -> None:
    made = order(
        source, tmp_path / "made",
        model={"hidden": 64, "embedding": 64, "dropout": 0.0},
        training={"steps": 1200, "validations": 60, "patience": 0, "schedule": "constant"},
    )  # fmt: skip
    warnings = [event.message for event in make(made) if isinstance(event, Warned)]
    assert len([message for message in warnings if "it overfits" in message]) == 1


def test_it_lets_the_network_speak_and_saves_now_and_then(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says disturbs nothing: the weights are those of a run in silence."""
    weights = []
    for name, seconds in (("talking", 0.0), ("silent", 1e9)):
        for setting in ("SAY_EVERY", "SAVE_EVERY"):
            monkeypatch.setattr(pace, setting, seconds)
        events = list(make(order(source, tmp_path / name)))
        said = [event for event in events if isinstance(event, Said)]
        assert len(said) == (STEPS if name == "talking" else 0)
        assert all(source.read_text("utf-8").find(event.prompt) > 0 for event in said)
        weights.append((tmp_path / name / "model.safetensors").read_bytes())
    assert weights[0] == weights[1]


def test_a_time_is_shared_by_all_that_is_done(source: Path, tmp_path: Path) -> None:
    """Reading, planning, measuring; what began before counts too. The rest is stored as the plan's budget."""
    made = order_for([str(source)], tmp_path / "made", minutes=1, recipe=RECIPE)
    planned = next(
        event
        for event in make(made, lambda: True, begun=time.perf_counter() - 30)
        if isinstance(event, Planned)
    )
    budget = read_plan(run_folder(tmp_path / "made")).budget
    assert budget is not None
    assert planned.seconds == budget.seconds
    assert 15 < budget.seconds < 30 - SECONDS_TO_WRITE


def test_a_time_ends_a_run(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.training.plan.MOST_EPOCHS", 10**6)
    training: Table = {**RECIPE["training"], "patience": 0}
    made = order_for([str(source)], tmp_path / "made", minutes=0.06, recipe={**RECIPE, "training": training})
    assert isinstance(last(make(made)), Finished)
    record = Model.open(tmp_path / "made").folder.training
    assert record["ended"] == "time"
    assert 0 < float(str(record["seconds"])) < 3.6


def test_a_time_wins_over_the_length_in_a_recipe_and_ten_minutes_over_nothing() -> None:
    assert order_for(["a"], Path("m")).minutes == DEFAULT_MINUTES
    epochs: dict[str, Table] = {"training": {"epochs": 3}}
    assert order_for(["a"], Path("m"), recipe=epochs).minutes is None
    timed = order_for(["a"], Path("m"), recipe=epochs, minutes=2)
    assert (timed.minutes, timed.recipe["training"]) == (2, {})
    with pytest.raises(OptionError, match="minutes and steps both say how long to train"):
        order_for(["a"], Path("m"), minutes=2, tables={"training": {"steps": 3}})


def test_an_empty_source_is_an_unset_variable_and_not_this_folder() -> None:
    with pytest.raises(OptionError, match="a source is empty text"):
        order_for(["book.txt", ""], Path("m"))


def test_a_model_that_will_be_replaced_is_named_before_the_training(source: Path, tmp_path: Path) -> None:
    to = tmp_path / "made"
    first = next(make(order(source, to)))
    assert isinstance(first, Prepared)
    assert first.notes == ()
    discard_run(to)
    last(make(order(source, to)))
    again = next(make(order(source, to)))
    assert isinstance(again, Prepared)
    assert "is there already, and is replaced only if held-out text is read no worse then" in again.notes[-1]


def no_room(after: int) -> Callable[..., None]:
    """`os.fsync` on a disk that is full after so many files."""
    calls = count()

    def fsync(_descriptor: int) -> None:
        if next(calls) >= after:
            raise OSError(errno.ENOSPC, "No space left on device")

    return fsync


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (1, "nothing was learned yet. Free some space, then train again"),
        (3, "read and ready. Free some space, then go on with: foreword train --resume -o "),
        (6, r"what was learned up to step 3 is kept in .*\.run\. Free some space, then go on"),
        (45, "what was learned up to step 40 is kept in "),
    ],
)
def test_a_full_disk_is_one_line_and_the_run_goes_on_once_there_is_room(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int, words: str
) -> None:
    """Full after so many files: three of the corpus, one a step, and the model's. What was saved last is whole."""
    monkeypatch.setattr(pace, "SAVE_EVERY", 0.0)
    last(make(order(source, tmp_path / "whole")))
    to = tmp_path / "made"
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_room(files))
        with pytest.raises(
            RunError, match=f"the disk is full, no more can be written in {tmp_path}; .*{words}"
        ):
            last(make(order(source, to)))
    assert not list(tmp_path.rglob("*.new"))
    assert not list(tmp_path.glob(".made.draft-*"))
    if files == 1:
        assert not run_folder(to).exists()
        return
    assert isinstance(last(resume_run(to)), Finished)
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("whole", "made")]
    assert weights[0] == weights[1]


def test_too_little_time_for_a_text_is_said_before_it_is_spent(source: Path, tmp_path: Path) -> None:
    """In the plan how much of it is learned; before anything is read where that alone takes the time."""
    (tmp_path / "long.txt").write_text(messages(8000), encoding="utf-8")
    made = order_for([str(tmp_path / "long.txt")], tmp_path / "made", minutes=0.05, recipe=RECIPE)
    planned = next(event for event in make(made, lambda: True) if isinstance(event, Planned))
    assert re.search(
        r"0\.05 minutes are too few for \d{3},\d{3} characters: training will see .*% of them; \d+ minutes? would be "
        "enough to see each once",
        planned.reasons[-1],
    )
    first = next(make(order_for([str(never_read(tmp_path))], tmp_path / "other", minutes=600, recipe=RECIPE)))
    assert first == Warned(
        message="600 minutes are too few: to read these texts alone takes about 1,099,512 s"
    )


def test_all_measuring_takes_at_most_a_fifth_of_what_is_left_after_reading(
    source: Path, tmp_path: Path
) -> None:
    made = order_for([str(source)], tmp_path / "made", minutes=1, recipe=RECIPE)
    last(make(made, lambda: True, begun=time.perf_counter() - 30))
    budget = read_plan(run_folder(tmp_path / "made")).budget
    assert budget is not None
    assert 0.15 * 30 < budget.measuring <= 0.2 * 30
    assert budget.seconds <= 30 - SECONDS_TO_WRITE


def test_a_report_that_a_run_was_begun_with_is_written_when_it_is_resumed(tmp_path: Path) -> None:
    source, html = write_messages(tmp_path), tmp_path / "report.html"
    begun = replace(order(source, tmp_path / "made"), use=Use(html=html, share=True))
    last(make(begun, lambda: True))
    events = list(resume_run(tmp_path / "made", use=Use()))
    assert Reported(path=html) in events
    assert "What Foreword would have saved<" in html.read_text("utf-8")
