"""A resumed run equals an uninterrupted one to the last bit."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save

from foreword.errors import RunError
from foreword.modelfolder.names import CHECKPOINT as NAME
from foreword.models.catalogue import weights_of
from foreword.training.checkpoint import load_checkpoint, save_checkpoint
from foreword.training.loop import fit
from foreword.training.session import Session
from sessions import SIZES, noise, recipe, session

STEPS = 24


def new_session(architecture: str = "gru", layout: str = "blocks", **training: object) -> Session:
    asked = recipe(architecture, layout=layout, patience=0, **training)
    return session(asked, noise(60), steps=STEPS, held_out=noise(200, seed=1))


def drive(training: Session, events: int | None = None) -> Session:
    for _ in itertools.islice(fit(training), events):
        pass
    return training


def resumed(new: Callable[[], Session], after: int, folder: Path) -> Session:
    """A session that was saved after `after` events, and finished by another session."""
    first = drive(new(), after)
    save_checkpoint(first, folder)
    torch.rand(100)  # another process has another random state
    second = new()
    load_checkpoint(second, folder)
    with (folder / NAME).open("r+b") as file:  # no tensor may be mapped from it
        file.write(bytes((folder / NAME).stat().st_size))
    assert second.record == first.record
    return drive(second)


def assert_same(found: Session, expected: Session) -> None:
    """Check equality to the last bit, except for timings."""
    for session_ in (found, expected):
        session_.record.timing = session_.record.timing.__class__()
    points = [[replace(point, seconds=0.0) for point in each.record.curve] for each in (found, expected)]
    assert points[0] == points[1]
    assert (found.record.step, found.record.best_step) == (expected.record.step, expected.record.best_step)
    for kept, wanted in (
        (weights_of(found.model), weights_of(expected.model)),
        (found.chosen().weights, expected.chosen().weights),
    ):
        assert all(torch.equal(kept[name], wanted[name]) for name in wanted)


@pytest.mark.parametrize("layout", ["blocks", "windows"])
@pytest.mark.parametrize("architecture", SIZES)
def test_a_resumed_run_equals_an_uninterrupted_one(architecture: str, layout: str, tmp_path: Path) -> None:
    def new() -> Session:
        return new_session(architecture, layout)

    whole = drive(new())
    for interrupted_after in (1, 6, 17):
        assert_same(resumed(new, interrupted_after, tmp_path), whole)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"format_version": 1}, "comes from another version"),
        ({"step": "many"}, r"cannot be used: .*\$.step"),
        ({"curve": [{"step": 1}]}, r"cannot be used: .*\$.curve"),
    ],
    ids=repr,
)
def test_wrong_checkpoint_values_are_refused(tmp_path: Path, numbers: dict[str, object], words: str) -> None:
    save_checkpoint(drive(new_session(), 8), tmp_path)
    with safe_open(tmp_path / NAME, framework="pt") as file:
        stored = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        header = json.loads(file.metadata()["session"]) | numbers
    (tmp_path / NAME).write_bytes(save(stored, metadata={"session": json.dumps(header)}))
    with pytest.raises(RunError, match=words):
        load_checkpoint(new_session(), tmp_path)


def test_damaged_and_foreign_checkpoints_are_named_errors(tmp_path: Path) -> None:
    save_checkpoint(new_session(), tmp_path)
    with pytest.raises(RunError, match=r"cannot be used: the weight .* start a new run"):
        load_checkpoint(new_session("lstm"), tmp_path)
    data = (tmp_path / NAME).read_bytes()
    for damaged in (b"", data[:100], data[:-10], b"not a checkpoint at all"):
        (tmp_path / NAME).write_bytes(damaged)
        with pytest.raises(RunError, match="cannot be used"):
            load_checkpoint(new_session(), tmp_path)
