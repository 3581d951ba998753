"""A copy of a training is the same training, with sentences planted in its text, and leaves nothing behind."""

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest

from foreword.assess.exposure import exposure_of, information, is_drawn
from foreword.errors import SourceMissing
from foreword.personal.copying import Copy, copied, minutes_for
from foreword.personal.events import Event, Planned, Prepared, Progressed
from foreword.personal.make import make
from foreword.personal.order import order_for
from foreword.runtime.model import Model
from foreword.training.recipe import Table
from messages import RECIPE, messages

STEPS = 40
CANARY = "my locker opens with 48 15 16 23"


def made(source: Path, to: Path, *, steps: int = STEPS, start: Path | None = None, **tables: Table) -> Model:
    """A small model, trained in a second."""
    model = {} if start is not None else RECIPE["model"]
    recipe = {"model": model, "training": {**RECIPE["training"], "steps": steps}}
    for _ in make(order_for([str(source)], to, recipe=recipe, tables=tables, start=start)):
        pass
    return Model.open(to)


def copy_of(
    model: Model, source: Path, planted: list[str] | None = None, *, minutes: float | None = None
) -> tuple[Copy, list[Event]]:
    *events, copy = copied(
        model, str(source), [CANARY] if planted is None else planted, me=None, encoding=None, minutes=minutes
    )
    assert isinstance(copy, Copy)
    return copy, [event for event in events if not isinstance(event, Copy)]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize(
    ("architecture", "unit"), [("lstm", "characters"), ("gru", "subwords"), ("window", "words")]
)
def test_it_is_trained_as_the_model_was(source: Path, tmp_path: Path, architecture: str, unit: str) -> None:
    model = made(source, tmp_path / "made", text={"unit": unit}, model={"architecture": architecture})
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    copy, events = copy_of(model, source)
    planned = next(event for event in events if isinstance(event, Planned))
    assert (planned.architecture, planned.steps) == (architecture, STEPS)
    assert (copy.repetition.steps, copy.repetition.own_steps) == (STEPS, STEPS)
    assert (copy.tokenizer.unit, copy.repetition.start) == (unit, None)
    assert copy.network.architecture == architecture
    assert not copy.repetition.is_short
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_with_nothing_planted_it_would_be_the_model(source: Path, tmp_path: Path) -> None:
    """The same text, recipe and seed give the same network: what is planted is all that differs."""
    model = made(source, tmp_path / "made")
    *_, copy = copied(model, str(source), [], me=None, encoding=None)
    assert isinstance(copy, Copy)
    texts = ["see you tomorrow", "I think we should go", "48 15 16 23"]
    for each in (information(copy, "", texts), information(copy, "ok ", texts)):
        assert np.isfinite(each).all()
    assert information(copy, "", texts) == pytest.approx(information(model, "", texts), abs=0.02)


def test_a_sentence_written_again_and_again_is_known_by_heart_and_another_is_not(
    source: Path, tmp_path: Path
) -> None:
    sizes: Table = {"hidden": 64, "embedding": 32}
    model = made(source, tmp_path / "made", steps=300, model=sizes, training={"patience": 0})
    copy, _ = copy_of(model, source, [CANARY] * 60)
    before, secret = CANARY[:21], CANARY[21:]
    assert is_drawn(copy, before, secret)
    assert exposure_of(copy, before, secret) == 12.0
    assert not is_drawn(copy, before, "37 62 90 15")
    assert exposure_of(copy, before, "37 62 90 15") < 10
    assert copy.repetition.share == pytest.approx(60 * 33 / (60 * 33 + model.folder.training["characters"]))  # type: ignore[operator]


def test_what_it_needs_on_the_disk_is_its_owners_alone_and_goes_with_it(
    source: Path, tmp_path: Path, temporary: Path
) -> None:
    running = copied(made(source, tmp_path / "made"), str(source), [CANARY], me=None, encoding=None)
    next(running)
    (folder,) = temporary.glob("foreword-audit-*")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert any(folder.rglob("train.ids"))
    for _ in running:
        pass
    assert not list(temporary.glob("foreword-audit-*"))  # PyTorch may have a folder of its own there


@pytest.mark.parametrize("moment", [Prepared, Planned, Progressed])
def test_it_leaves_nothing_where_it_is_interrupted(
    source: Path, tmp_path: Path, temporary: Path, moment: type[Event]
) -> None:
    running = copied(made(source, tmp_path / "made"), str(source), [CANARY], me=None, encoding=None)
    while not isinstance(next(running), moment):
        pass
    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt)  # type: ignore[attr-defined]  # it is a generator
    assert not list(temporary.glob("foreword-audit-*"))  # PyTorch may have a folder of its own there


def test_it_leaves_nothing_where_it_cannot_be_made(source: Path, tmp_path: Path, temporary: Path) -> None:
    model = made(source, tmp_path / "made")
    with pytest.raises(SourceMissing):
        next(copied(model, str(tmp_path / "nowhere.txt"), [CANARY], me=None, encoding=None))
    assert not list(temporary.glob("foreword-audit-*"))  # PyTorch may have a folder of its own there


def test_a_time_bounds_it_and_it_is_known_to_be_short(source: Path, tmp_path: Path) -> None:
    made(source, tmp_path / "made")
    path = tmp_path / "made" / "training.json"
    record = json.loads(path.read_text("utf-8"))
    record["recipe"]["training"]["steps"] = record["steps"] = 10**6
    path.write_text(json.dumps({**record, "passes": 10**6}), "utf-8")
    model = Model.open(tmp_path / "made")
    copy, _ = copy_of(model, source, minutes=0.01)
    assert copy.repetition.is_short
    assert copy.repetition.seconds < 60  # it would be hours


@pytest.mark.parametrize(("seconds", "minutes"), [(1, 0.5), (120, 2.5), (36_000, 10), (None, 10)])
def test_by_default_it_takes_about_as_long_as_the_model_did(
    source: Path, tmp_path: Path, seconds: float | None, minutes: float
) -> None:
    made(source, tmp_path / "made", steps=2)
    path = tmp_path / "made" / "training.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "seconds": seconds}), "utf-8")
    assert minutes_for(Model.open(tmp_path / "made")) == minutes


def test_it_goes_on_from_the_model_that_this_one_went_on_from(source: Path, tmp_path: Path) -> None:
    (tmp_path / "general.txt").write_text(messages(200, seed=5), "utf-8")
    general = made(tmp_path / "general.txt", tmp_path / "general")
    model = made(source, tmp_path / "mine", steps=20, start=tmp_path / "general")
    copy, events = copy_of(model, source)
    assert copy.repetition.start == "general"
    assert copy.tokenizer.to_json() == general.tokenizer.to_json()
    assert not any("went on from" in note for note in notes_of(events))

    shutil.rmtree(tmp_path / "general")
    copy, events = copy_of(model, source)
    assert copy.repetition.start is None
    assert "mine went on from general, which is not there any more: a copy begins from scratch" in notes_of(
        events
    )


def test_a_text_that_the_model_has_not_learned_is_told_apart(source: Path, tmp_path: Path) -> None:
    model = made(source, tmp_path / "made", steps=2)
    assert not [note for note in notes_of(copy_of(model, source)[1]) if "made" in note]
    other = tmp_path / "other.txt"
    other.write_text(messages(60, seed=9), "utf-8")
    assert f"{other} is not, as it is now, what made was trained on" in notes_of(copy_of(model, other)[1])


def notes_of(events: list[Event]) -> tuple[str, ...]:
    return next(event.notes for event in events if isinstance(event, Prepared))
