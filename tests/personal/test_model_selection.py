"""The choice between base and new network, and the division of a run's time."""

import math
import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from foreword.assess.bits import bits_per_character
from foreword.corpus.prepare import BY_DEFAULT, prepare
from foreword.modelfolder import run_folder
from foreword.personal import model_selection
from foreword.personal.continual import InitialWeights
from foreword.personal.deadline import WRITING, Deadline, Reserve, TrialLength
from foreword.personal.events import Noted, Planned, Prepared
from foreword.personal.export import Run
from foreword.personal.model_selection import PreparedBeginning, choose
from foreword.personal.request import Asked, resolve
from foreword.personal.train import train
from foreword.runtime.model import Model
from foreword.training.plan import read_plan
from foreword.training.recipe import Table
from trainings import NEW, OLD, SMALL, corpus_of, new_text, of, stopped, trained, written


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that was trained for long on the old text."""
    folder = tmp_path_factory.mktemp("base")
    trained(written(folder, "old.txt", OLD * 3), folder / "base", steps=200)
    return folder / "base"


@pytest.fixture
def shipped(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.modelfolder.names.shipped_folder", lambda: base)


@pytest.mark.parametrize(("nats", "dropout"), [(0.0, 0.2), (50.0, 0.6)], ids=["its language", "another"])
def test_a_network_that_knows_the_language_of_a_text_gets_less_dropout(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nats: float, dropout: float
) -> None:
    """It knows it if it predicts held-out text better than an n-gram of the training text does."""
    monkeypatch.setattr(model_selection, "validate", lambda *_, **__: nats)
    source, to = written(tmp_path, "text.txt", NEW), tmp_path / "made"
    tables: dict[str, Table] = {"training": {"epochs": 60.0}}
    stopped(train(resolve(Asked([str(source)], to, tables=tables, start=str(base))), lambda: True))
    assert read_plan(run_folder(to)).recipe.model["dropout"] == dropout


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("lines", "held_out", "begins"),
    [
        (OLD * 3, 0.1, "begins with a new network: after a try of 5 steps, base has "),
        (NEW[:12], 0.1, "begins with a new network: after a try of 5 steps, base has "),
        ([f"{'word ' * 50}\n"] * 20, 0.1, "begins with a new network: after a try of 5 steps, base has "),
        (OLD[:6], 0.1, "continues from base: too little text is held out to compare it with a new network"),
        (NEW, 0.0, "begins with a new network: an n-gram of the text predicts the end of it better"),
    ],
)
def test_a_short_try_decides_between_base_and_new_network(
    base: Path, tmp_path: Path, lines: list[str], held_out: float, begins: str
) -> None:
    """If the run is measured in steps, so is the try: the same seed then gives the same model again."""
    source, to = written(tmp_path, "text.txt", lines), tmp_path / "made"
    tables: dict[str, Table] = {"training": {"steps": 100, "seed": 3}, "text": {"held_out": held_out}}
    events = stopped(train(resolve(Asked([str(source)], to, tables=tables)), lambda: True))
    words = "training the base model and a new network for 5 steps each, to choose one"
    assert [event.message for event in of(Noted, events)] == [words] * ("after a try" in begins)
    (planned,) = of(Planned, events)
    assert planned.reasons[0].startswith(f"the training {begins}")
    for figure in re.findall(r"base has ([\d.]+)", planned.reasons[0]):
        before = bits_per_character(Model.open(base), source.read_text("utf-8")[-1_000:])
        assert float(figure) == pytest.approx(before, rel=0.3)
    assert planned.steps == 100
    assert not list(to.with_name("made.run").glob("corpus-*"))
    assert new_text(corpus_of(to)) == source.read_text("utf-8")


@pytest.mark.parametrize(
    ("of_new", "of_base", "better"), [(2.0, 1.5, 0), (1.5, 1.5, 0), (1.5, 2.0, 1), (1.5, 2.0, 2)]
)
def test_the_better_network_is_chosen_and_the_base_wins_a_tie_or_with_a_fourth_of_the_messages(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, of_new: float, of_base: float, better: int
) -> None:
    monkeypatch.setattr(model_selection, "MESSAGES_COMPARED", 8)
    found = iter([[of_base] + [1.0] * better + [3.0] * (8 - better), [of_new] + [2.0] * 8])
    monkeypatch.setattr(model_selection, "_bits_after", lambda *_: next(found))
    monkeypatch.setattr("foreword.modelfolder.names.shipped_folder", lambda: base)
    source = written(tmp_path, "text.txt", NEW)
    request = resolve(Asked([str(source)], tmp_path / "made", minutes=1))
    corpus = prepare([str(source)], tmp_path / "corpus")
    initials = [each.model and InitialWeights.of(each.model) for each in request.beginnings]
    choices = [
        PreparedBeginning(tables=each.tables, corpus=corpus, initial=initial)
        for each, initial in zip(request.beginnings, initials, strict=True)
    ]
    chosen = choose(*choices, length=TrialLength(seconds=0.42), device=None)
    assert (chosen.initial is not None) == (of_base <= of_new or better == 2)
    figures = f"base has {of_base:.2f} bits per character on held-out text, a new network {of_new:.2f}"
    figures += ", but base predicts 25% of its messages better" * (better == 2)
    assert chosen.reasons[0].endswith(f"after a try of 0.42 s, {figures}")


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("asked", "count", "unit"),
    [
        ({}, 2, None),
        ({"recipe": {"training": {"epochs": 2}}}, 2, "characters"),
        ({"tables": {"training": {"seed": 2}, "text": {"held_out": 0.2}}}, 2, None),
        ({"size": "small"}, 1, None),
        ({"start": "scratch"}, 1, None),
        ({"start": "base"}, 1, "characters"),
        ({"recipe": {"training": {"batch": 8}}}, 1, "characters"),
        ({"tables": {"text": {"unit": "words"}}}, 1, "words"),
        ({"tables": {"text": {"vocabulary": 400}}}, 1, "characters"),
        ({"tables": {"model": {"architecture": "gru"}}}, 1, "characters"),
    ],
)
def test_both_networks_are_tried_only_if_no_option_decides(
    old_text: Path, tmp_path: Path, asked: dict[str, Any], count: int, unit: str | None
) -> None:
    beginnings = resolve(Asked([str(old_text)], tmp_path / "made", **asked)).beginnings
    assert len(beginnings) == count
    assert (beginnings[0].model is not None) == (count == 2 or asked.get("start") == "base")
    assert beginnings[-1].tables["text"].get("unit") == unit


def test_the_plan_records_the_unit_chosen_for_the_text(tmp_path: Path) -> None:
    source, to = written(tmp_path, "text.txt", OLD * 40), tmp_path / "made"
    request = resolve(Asked([str(source)], to, start="scratch", tables={"training": {"steps": 2}}))
    stopped(train(request, lambda: True))
    assert corpus_of(to).tokenizer.unit == "subwords"
    text = read_plan(run_folder(to)).recipe.text
    assert (text.unit, text.vocabulary) == ("subwords", BY_DEFAULT)
    short = resolve(Asked([str(source)], tmp_path / "short", start="scratch", minutes=0.02))
    assert of(Prepared, stopped(train(short, lambda: True)))[0].unit == "characters"


# Time


def test_a_deadline_reserves_time_for_the_work_after_training(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [130.0]
    monkeypatch.setattr("foreword.personal.deadline.time.perf_counter", lambda: now[0])
    deadline = Deadline.after(1, begun=100.0)
    assert deadline.left == 30
    assert WRITING < deadline.reserve.seconds < 0.25 * 30
    assert 0 < deadline.trial_length(None).seconds < 0.05 * 30
    figures, typing = deadline.reserve.figures, deadline.reserve.typing
    assert min(figures, typing) > 0
    assert figures + typing == pytest.approx(deadline.reserve.seconds - WRITING)
    now[0] = 200.0
    assert (deadline.left, deadline.reserve.seconds, deadline.trial_length(None).seconds) == (-40, WRITING, 0)
    assert deadline.reserve.typing == 0
    deadline = Deadline.after(None, begun=100.0)
    assert deadline.reserve.figures == math.inf
    assert Reserve().typing == 20


def test_all_parts_share_a_runs_time(old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, planning and measuring count, and so does time spent before. The plan's budget is the rest.

    What a training does not use, measuring gets.
    """
    monkeypatch.setattr("foreword.training.plan.PROBE_SECONDS", 0.0)
    request = resolve(Asked([str(old_text)], tmp_path / "made", minutes=100, recipe=SMALL, start="scratch"))
    (planned,) = of(Planned, stopped(train(request, lambda: True, begun=time.perf_counter() - 3_000)))
    budget = read_plan(tmp_path / "made.run").budget
    assert budget is not None
    assert planned.seconds == budget.seconds
    assert 0.85 * 3_000 < budget.seconds < 0.94 * 3_000
    assert budget.seconds + budget.measuring <= 3_000
    assert budget.measuring == pytest.approx(3 + 0.07 * 3_000, rel=0.1)
    unused: Any = SimpleNamespace(seconds=budget.seconds - 50)
    run = Run(to=tmp_path, plan=read_plan(tmp_path / "made.run"), corpus=unused, session=unused)
    assert run.reserve.seconds == pytest.approx(budget.measuring + 50)
