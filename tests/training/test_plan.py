"""A plan completes a recipe from the text and the time; it is stored completely and read strictly."""

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from foreword.corpus.blocks import Blocks, Replay
from foreword.corpus.prepare import Corpus, EncodingSettings, prepare
from foreword.errors import OptionError, RunError
from foreword.modelfolder.names import PLAN as NAME
from foreword.training import plan as planning
from foreword.training.distributed import Processes
from foreword.training.plan import (
    FORWARD_SPEEDUP,
    VALIDATION_SHARE,
    Plan,
    new_session,
    plan_run,
    read_plan,
    write_plan,
)
from foreword.training.recipe import (
    MOST_EPOCHS,
    MOST_FURTHER_EPOCHS,
    Recipe,
    Table,
    TextSettings,
    TrainingSettings,
)
from foreword.training.session import TimeBudget
from messages import RECIPE, write_messages

CPU = torch.device("cpu")
SMALL: Table = {"architecture": "gru", "hidden": 8, "embedding": 8, "layers": 1}
PLAN = Plan(
    recipe=Recipe(
        architecture="gru",
        text=TextSettings(unit="words", held_out=0.2, encoding="cp1252"),
        model={"hidden": 64, "tied": True, "dropout": 0.25},
        training=TrainingSettings(epochs=2.5, seed=9),
    ),
    steps=1234,
    validations=20,
    validation_tokens=2_000,
    precision="bfloat16",
    device="cuda:1",
    tensorboard="/logs/mine",
    reasons=("gru: hidden 64", "naïve"),
)
TIMED = replace(PLAN, budget=TimeBudget(seconds=540.0, most_steps=9_000, seconds_per_validation=2.25))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    return prepare([str(write_messages(folder))], folder / "corpus", EncodingSettings())


def planned(corpus: Corpus, model: Table = RECIPE["model"], **training: object) -> Plan:
    asked = {**RECIPE["training"], **training} if model is RECIPE["model"] else training
    return plan_run({"model": model, "training": asked}, corpus, device=CPU)


@pytest.mark.parametrize("plan", [PLAN, TIMED], ids=["so many steps", "so much time"])
def test_a_written_plan_is_read_unchanged(tmp_path: Path, plan: Plan) -> None:
    write_plan(plan, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert read_plan(tmp_path) == plan


def test_a_plan_of_an_older_version_is_read(tmp_path: Path) -> None:
    write_plan(PLAN, tmp_path)
    numbers = json.loads((tmp_path / NAME).read_text("utf-8"))
    del numbers["html"], numbers["share"]
    numbers["recipe"]["training"]["average"] = 0.0
    (tmp_path / NAME).write_text(json.dumps(numbers), encoding="utf-8")
    assert read_plan(tmp_path) == PLAN


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format_version": 1}, "another version of Foreword started this run; finish it with that version"),
        ({"recipe": 3}, "the plan in .* cannot be used"),
        ({"recipe": {"training": {"epoch": 3}}}, r"no key in \[training\] named 'epoch'"),
        ({"steps": 0}, r">= 1 - at `\$.steps`"),
    ],
    ids=repr,
)
def test_a_missing_or_damaged_plan_is_refused(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(RunError, match="there is no unfinished run in"):
        read_plan(tmp_path)
    write_plan(PLAN, tmp_path)
    path = tmp_path / NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), encoding="utf-8")
    with pytest.raises(RunError, match=words):
        read_plan(tmp_path)
    for content in ("{", "[]", '{"format_version": 2}'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(RunError, match=r"cannot be used: .* delete the folder and start a new run"):
            read_plan(tmp_path)


def test_a_plan_chooses_the_dropout_and_weight_decay_a_recipe_omits(corpus: Corpus) -> None:
    """It chooses the weight decay only if the optimiser decouples it."""
    for named, dropout in ((SMALL, 0.6), ({**SMALL, "dropout": 0.1}, 0.1)):
        plan = planned(corpus, named, epochs=60.0)
        assert plan.recipe.model["dropout"] == dropout
        assert f"dropout {dropout}, " in plan.reasons[1]
        assert plan.reasons[1].endswith(" against overfitting")
    assert planned(corpus, SMALL, epochs=1.0).reasons[1].endswith("through the text)")
    tables = {"model": SMALL, "training": {"epochs": 60.0}}
    further = plan_run(tables, corpus, device=CPU, knows_language=True)
    assert further.recipe.model["dropout"] == 0.2
    for training, decay in (({}, 0.3), ({"weight_decay": 0.02}, 0.02), ({"optimizer": "adam"}, 0.01)):
        optimizer = new_session(planned(corpus, SMALL, steps=10, **training), corpus).optimizer
        assert [group["weight_decay"] for group in optimizer.param_groups] == [decay, 0.0]
        assert type(optimizer).__name__.lower() == training.get("optimizer", "adamw")


def test_a_plan_keeps_the_settings_of_its_recipe(corpus: Corpus) -> None:
    plan = planned(corpus, steps=100, validations=3)
    assert (plan.recipe.model["hidden"], plan.recipe.model["layers"]) == (16, 1)  # it names no layers
    assert (plan.steps, plan.validations, plan.precision, plan.device) == (100, 3, "float32", "cpu")
    assert plan.budget is None
    assert corpus.validation is not None
    assert 2_000 <= plan.validation_tokens <= len(corpus.validation.ids) - 1
    assert "epochs" in plan.reasons[1]


def test_validations_take_a_small_share_of_a_run_but_there_is_one(corpus: Corpus) -> None:
    assert [planned(corpus, steps=steps).validations for steps in (1, 7, 30)] == [1, 1, 1]
    plan = planned(corpus, steps=5_000)
    read = plan.validations * plan.validation_tokens / FORWARD_SPEEDUP
    assert read <= 1.01 * VALIDATION_SHARE * plan.steps * 8 * 16


def test_epochs_are_rounded_to_steps_and_a_missing_length_is_refused(corpus: Corpus) -> None:
    blocks = len(new_session(planned(corpus, steps=1), corpus).blocks)
    assert planned(corpus, epochs=2.5).steps == round(2.5 * blocks)
    with pytest.raises(OptionError, match="say how long to train: --minutes, --steps"):
        planned(corpus)


@pytest.mark.parametrize(
    ("seconds", "steps"),
    [(500.0, int(1_000 * (1 - VALIDATION_SHARE))), (1e6, None), (-3.0, 1)],
    ids=["enough", "more than helps", "none left"],
)
def test_a_time_limit_sets_a_budget_and_an_estimate_of_steps(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, seconds: float, steps: int | None
) -> None:
    monkeypatch.setattr(planning, "seconds_per_step", lambda *_, **__: 0.5)
    plan = plan_run(RECIPE, corpus, device=CPU, minutes=5, seconds=seconds)
    assert plan.budget is not None
    blocks = -(-(len(corpus.train.ids) - 1) // (8 * 16))
    assert plan.budget.most_steps == pytest.approx(MOST_EPOCHS * blocks, rel=0.02)
    assert plan.steps == pytest.approx(steps or plan.budget.most_steps, rel=0.01)
    further = plan_run(RECIPE, corpus, device=CPU, minutes=5, seconds=seconds, knows_language=True)
    assert further.budget is not None
    assert further.budget.most_steps == pytest.approx(MOST_FURTHER_EPOCHS * blocks, rel=0.02)
    assert max(0.0, seconds - 5) <= plan.budget.seconds <= max(0.0, seconds)
    validating = plan.budget.seconds_per_validation * plan.validations
    assert validating <= 1.01 * VALIDATION_SHARE * max(seconds, 100)
    assert plan.reasons[1].startswith("the training takes about ")
    words = (
        r"5 minutes are too few for [\d,]+ characters: training will see .*% of them; (\d+) minutes would be"
    )
    needed = [int(each) for each in re.findall(words, plan.reasons[-1])]
    assert needed == [] if seconds > 0 else needed > [5]


def test_a_session_validates_on_the_tokens_of_its_plan(corpus: Corpus) -> None:
    plan = planned(corpus, steps=7)
    assert corpus.validation is not None
    assert plan.validation_tokens < len(corpus.validation.ids) - 1
    expected = corpus.validation.spread(plan.validation_tokens)
    np.testing.assert_array_equal(new_session(plan, corpus).validation_ids, expected)


def test_old_text_is_replayed_beside_the_new_one(corpus: Corpus) -> None:
    """Two processes share two columns: the measurement before the run needs both."""
    both = dataclasses.replace(corpus, old=corpus.train)
    tables = {"model": SMALL, "training": {"batch": 2, "steps": 1}}
    plan = plan_run(tables, both, device=CPU, processes=Processes(rank=0, count=2))
    assert isinstance(new_session(plan, both).layout, Replay)
    assert isinstance(new_session(plan, corpus).layout, Blocks)
