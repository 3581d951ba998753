"""A network that goes on learning: what it was is measured first, and kept if it stays the best."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from foreword.corpus.blocks import Blocks, Windows
from foreword.corpus.replay import Replay
from foreword.models.catalogue import weights_of
from foreword.training.checkpoint import load_checkpoint, save_checkpoint
from foreword.training.optimize import is_lost
from foreword.training.journal import Journal
from foreword.training.loop import Step, Validation, fit
from foreword.training.recipe import Recipe
from foreword.training.session import UNSEEN, Session, layout_for
from foreword.training.validate import validate
from sessions import VOCABULARY, noise, recipe, ring, session

OLD = np.array([0, *[3, 5] * 60], dtype=np.uint16)


def going_on(of: Recipe, ids: np.ndarray, *, steps: int, held_out: np.ndarray | None) -> Session:
    made = session(of, ids, steps=steps, held_out=held_out)
    made.looked = UNSEEN
    return made


def looks(training: Session) -> list[Validation]:
    return [event for event in fit(training) if isinstance(event, Validation)]


def test_what_it_was_is_measured_before_the_first_update() -> None:
    training = going_on(recipe(), ring(300), steps=10, held_out=ring(80))
    before = validate(training.model, ring(80), device=torch.device("cpu"))
    first, *_ = looks(training)
    assert (first.step, first.epoch, first.best, first.training_nats) == (0, 0.0, True, None)
    assert first.nats == pytest.approx(before)


def test_where_nothing_helps_it_stays_what_it_was() -> None:
    """Its text is one thing and what is held out another, so every update takes it away from that."""
    training = going_on(
        recipe(learning_rate=0.02, patience=0), np.full(200, 5), steps=30, held_out=np.full(80, 2)
    )
    before = weights_of(training.model)
    assert [one.best for one in looks(training)] == [True] + [False] * 6
    assert training.best_step == 0
    for name, weight in training.chosen_weights().items():
        assert torch.equal(weight, before[name])


def test_what_is_learned_counts_only_where_it_is_better_than_before() -> None:
    training = going_on(recipe(), ring(300), steps=60, held_out=ring(80))
    seen = looks(training)
    assert training.best_nats == min(one.nats for one in seen) < seen[0].nats
    assert training.best_step > 0


def test_without_held_out_text_there_is_nothing_to_compare_with(monkeypatch: pytest.MonkeyPatch) -> None:
    training = going_on(recipe(), ring(300), steps=10, held_out=None)
    assert all(isinstance(event, Step) for event in fit(training))
    assert training.best_step == 10


def test_the_first_look_is_not_taken_twice_by_a_run_that_goes_on(tmp_path: Path) -> None:
    def begun() -> Session:
        return going_on(recipe(), ring(300), steps=10, held_out=ring(80))

    journal, training = Journal(), begun()
    first = next(fit(training))
    assert isinstance(first, Validation)
    journal.write(first, 0.0)
    save_checkpoint(training, journal, tmp_path)
    resumed = begun()
    assert load_checkpoint(resumed, tmp_path).points[0].training_nats is None
    assert [one.step for one in looks(resumed)] == [5, 10]
    assert math.isfinite(resumed.best_nats)


@pytest.mark.parametrize(("nats", "lost"), [(2.0, False), (90.0, False), (math.nan, True), (None, False)])
def test_before_the_first_update_nothing_can_have_been_unlearned(nats: float | None, lost: bool) -> None:
    training = going_on(recipe(), ring(300), steps=10, held_out=ring(80))
    assert is_lost(training, nats=nats, training_nats=None) is lost


@pytest.mark.parametrize("layout", ["blocks", "windows"])
def test_old_text_is_not_forgotten_where_it_walks_along(layout: str) -> None:
    """After 3 comes 5 in the old text, and 4 in the new."""
    learned = {}
    for share in (0.0, 0.25):
        settings = recipe("unrolled", learning_rate=0.02, layout=layout, replay=share, batch=8)
        training = session(settings, ring(400), steps=120)
        training.layout = layout_for(ring(400), settings.training, old=OLD)
        training.go_to(step=0, epoch=1, block=0)  # of the new layout
        list(fit(training))
        learned[share] = validate(training.model, OLD, device=torch.device("cpu"))
    assert learned[0.25] < 0.5 * math.log(VOCABULARY) < learned[0.0]


def test_a_share_of_the_columns_is_for_old_text_and_none_where_there_is_none() -> None:
    settings = recipe(batch=10, replay=0.3).training
    assert isinstance(layout_for(ring(400), settings), Blocks)
    assert isinstance(layout_for(ring(400), replace(settings, replay=0.0), old=OLD), Blocks)
    mixed = layout_for(ring(400), settings, old=OLD)
    assert isinstance(mixed, Replay)
    assert set(mixed.epoch(0)[0].ids[1:, -3:].ravel().tolist()) == {3, 5}
    assert mixed.epoch(0)[0].ids.shape[1] == 10
    windows = replace(settings, layout="windows")
    assert isinstance(layout_for(ring(400), windows), Windows)
    assert layout_for(ring(400), windows, old=OLD).epoch(0)[0].ids.shape == (3, 10)


def test_old_text_takes_nothing_from_the_new_but_columns() -> None:
    settings = recipe(batch=10, replay=0.3).training
    tokens = noise(500)
    mixed = layout_for(tokens, settings, old=OLD).epoch(2)
    alone = Blocks(tokens, batch=7, unroll=settings.unroll).epoch(2)
    np.testing.assert_array_equal(
        np.concatenate([block.targets[:, :7].ravel() for block in mixed]),
        np.concatenate([block.targets.ravel() for block in alone]),
    )
