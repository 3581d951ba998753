"""A plan is stored whole and read strictly: a run goes on as it was planned."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from foreword.errors import RunError
from foreword.training.plan import NAME, Budget, Plan, read_plan, write_plan
from foreword.training.recipe import Recipe, TextSettings, TrainingSettings

PLAN = Plan(
    recipe=Recipe(
        architecture="gru",
        text=TextSettings(unit="words", held_out=0.2, encoding="cp1252"),
        model={"hidden": 64, "tied": True, "dropout": 0.25},
        training=TrainingSettings(epochs=2.5, seed=9, average=0.99),
    ),
    steps=1234,
    looks=20,
    validation_tokens=2_000,
    precision="bfloat16",
    device="cuda:1",
    tensorboard="/logs/mine",
    reasons=("gru: hidden 64", "naïve"),
)
TIMED = replace(
    PLAN, budget=Budget(seconds=540.0, most_steps=9_000, seconds_per_step=0.5, seconds_per_look=2.25)
)


@pytest.mark.parametrize("plan", [PLAN, TIMED], ids=["so many steps", "so much time"])
def test_a_plan_comes_back_as_it_was(tmp_path: Path, plan: Plan) -> None:
    write_plan(plan, tmp_path)
    assert read_plan(tmp_path) == plan
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_kill_while_writing_leaves_the_plan_before(tmp_path: Path) -> None:
    write_plan(PLAN, tmp_path)
    (tmp_path / (NAME + ".new")).write_text("{", encoding="utf-8")
    assert read_plan(tmp_path) == PLAN


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format_version": 1}, "begun by another version of Foreword; finish it with that one"),
        ({"recipe": 3}, "recipe and reasons have the wrong form"),
        ({"recipe": {"training": {"epoch": 3}}}, r"no key in \[training\] named 'epoch'"),
        ({"precision": "float8"}, "precision is 'float8'"),
        ({"budget": {"seconds": "long"}}, "budget is {'seconds': 'long'}"),
        ({"budget": {"seconds": 3.0}}, "missing"),
        ({"steps": "many"}, "invalid literal"),
        ({"reasons": None}, "recipe and reasons have the wrong form"),
    ],
)
def test_a_plan_that_was_changed_is_refused(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    write_plan(PLAN, tmp_path)
    path = tmp_path / NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), encoding="utf-8")
    with pytest.raises(RunError, match=words):
        read_plan(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"format_version": 2}', "\x00"])
def test_what_is_no_plan_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content, encoding="utf-8")
    with pytest.raises(RunError, match=r"cannot be used: .* delete the folder and start anew"):
        read_plan(tmp_path)


def test_where_there_is_no_plan_there_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no unfinished run in"):
        read_plan(tmp_path)
