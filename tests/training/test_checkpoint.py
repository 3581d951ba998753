"""A run that was interrupted and resumed ends as one that was not, to the last bit."""

import itertools
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save

from foreword.errors import RunError
from foreword.models.catalogue import weights_of
from foreword.training.checkpoint import NAME, load_checkpoint, save_checkpoint, saved_step
from foreword.training.journal import Journal
from foreword.training.loop import Validation, fit
from foreword.training.session import Session
from sessions import SIZES, noise, poison, recipe, session

STEPS = 24


def new_session(architecture: str, layout: str) -> Session:
    asked = recipe(architecture, layout=layout, average=0.9, patience=0)
    return session(asked, noise(200), steps=STEPS, held_out=noise(200, seed=1))


def drive(training: Session, journal: Journal, events: int | None = None) -> None:
    for event in itertools.islice(fit(training), events):
        if isinstance(event, Validation):
            journal.write(event, 0.0)


@pytest.mark.parametrize("layout", ["blocks", "windows"])
@pytest.mark.parametrize("architecture", SIZES)
@pytest.mark.parametrize("interrupted_after", [1, 6, 17])
def test_resumed_equals_uninterrupted(
    architecture: str, layout: str, interrupted_after: int, tmp_path: Path
) -> None:
    whole, whole_journal = new_session(architecture, layout), Journal()
    drive(whole, whole_journal)

    first, journal = new_session(architecture, layout), Journal()
    drive(first, journal, interrupted_after)
    save_checkpoint(first, journal, tmp_path)
    torch.rand(100)  # another process has another random state
    second = new_session(architecture, layout)
    journal = load_checkpoint(second, tmp_path)
    assert second.step == first.step
    drive(second, journal)

    assert second.step == whole.step == STEPS
    assert journal.points == whole_journal.points
    for kept, expected in (
        (weights_of(second.model), weights_of(whole.model)),
        (second.chosen_weights(), whole.chosen_weights()),
    ):
        assert all(torch.equal(kept[name], expected[name]) for name in expected)


@pytest.mark.parametrize("interrupted_after", [63, 64, 65, 70, 130])
def test_resumed_equals_uninterrupted_through_divergence_too(
    interrupted_after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loss is no number in steps 60 and 110: the way back does not depend on when anything was saved."""

    def sick_session() -> Session:
        asked = recipe("gru", average=0.9, patience=0)
        training = session(asked, noise(200), steps=150, held_out=noise(200, seed=1), validate_every=50)
        poison(training, monkeypatch, steps=(60, 110))
        return training

    whole, whole_journal = sick_session(), Journal()
    drive(whole, whole_journal)
    assert (whole.halvings, whole.gave_up, whole.step) == (2, False, 150)
    first, journal = sick_session(), Journal()
    drive(first, journal, interrupted_after)
    save_checkpoint(first, journal, tmp_path)
    second = sick_session()
    drive(second, load_checkpoint(second, tmp_path))
    assert (second.halvings, second.step, second.best_step) == (2, 150, whole.best_step)
    for name, weight in weights_of(whole.model).items():
        assert torch.equal(weights_of(second.model)[name], weight)


def test_a_new_checkpoint_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    training, journal = new_session("gru", "blocks"), Journal()
    assert saved_step(tmp_path) is None
    for event in fit(training):
        save_checkpoint(training, journal, tmp_path)
        assert saved_step(tmp_path) == event.step
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_kill_while_writing_leaves_the_checkpoint_before(tmp_path: Path) -> None:
    training, journal = new_session("gru", "blocks"), Journal()
    drive(training, journal, 3)
    save_checkpoint(training, journal, tmp_path)
    (tmp_path / (NAME + ".new")).write_bytes(b"half a checkpo")
    assert saved_step(tmp_path) == 3
    load_checkpoint(new_session("gru", "blocks"), tmp_path)


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "nadam"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("random.cpu", "the random state has"),
        ("optimizer.0.exp_avg", "the optimiser of weight 0 has"),
        ("optimizer.1.step", "the optimiser of weight 1 has"),
        ("state.0", "the carried state has"),
        ("training_nats", "the loss has"),
        ("averaged.embed.weight", "the weight 'embed.weight' has the shape"),
        ("best.embed.weight", "the best network has"),
    ],
)
def test_tensors_that_do_not_fit_are_named_before_they_do_harm(
    tmp_path: Path, optimizer: str, name: str, words: str
) -> None:
    asked = recipe("gru", average=0.9, optimizer=optimizer)
    training = session(asked, noise(200), steps=STEPS, held_out=noise(200, seed=1))
    drive(training, Journal(), 8)
    save_checkpoint(training, Journal(), tmp_path)
    with safe_open(tmp_path / NAME, framework="pt") as file:
        numbers, tensors = file.metadata(), {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    load_checkpoint(session(asked, noise(200), steps=STEPS, held_out=noise(200, seed=1)), tmp_path)
    assert name in tensors
    (tmp_path / NAME).write_bytes(save({**tensors, name: torch.zeros(3, 3, 3)}, metadata=numbers))
    with pytest.raises(RunError, match=f"cannot be used: {words}"):
        load_checkpoint(session(asked, noise(200), steps=STEPS, held_out=noise(200, seed=1)), tmp_path)


def test_missing_damaged_and_foreign_checkpoints_are_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no checkpoint in"):
        load_checkpoint(new_session("gru", "blocks"), tmp_path)
    training = new_session("gru", "blocks")
    save_checkpoint(training, Journal(), tmp_path)
    with pytest.raises(RunError, match=r"cannot be used: the weight .* start anew"):
        load_checkpoint(new_session("lstm", "blocks"), tmp_path)
    data = (tmp_path / NAME).read_bytes()
    for damaged in (b"", data[:100], data[:-10], b"not a checkpoint at all"):
        (tmp_path / NAME).write_bytes(damaged)
        with pytest.raises(RunError, match="cannot be used"):
            load_checkpoint(new_session("gru", "blocks"), tmp_path)
        assert saved_step(tmp_path) in (None, 0)
