"""What a recipe leaves open is chosen from the text and the time; what it names stands."""

import pytest
import torch

from foreword.corpus.prepare import Corpus, Settings, prepare
from foreword.errors import OptionError, RecipeError
from foreword.models.catalogue import parameter_count
from foreword.models.language_model import AbstractLanguageModel
from foreword.training import planning
from foreword.training.plan import Plan
from foreword.training.plan import (
    VALIDATION_SHARE,
    check_sizes,
    new_model,
    plan_run,
    seconds_per_step,
    steps_for,
)
from foreword.training.recipe import Table, recipe_of
from foreword.training.plan import MOST_EPOCHS, defaults_for
from messages import RECIPE, write_messages
from sessions import recipe, ring, session

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    return prepare([str(write_messages(folder))], folder / "corpus", Settings())


def test_a_plan_sets_the_dropout_but_not_over_the_recipes_own(corpus: Corpus) -> None:
    model = {"architecture": "gru", "hidden": 512, "embedding": 8, "layers": 1}
    training: Table = {"epochs": 60.0}
    assert plan_run({"model": model, "training": training}, corpus, device=CPU).recipe.model["dropout"] == 0.6
    named: Table = {**model, "dropout": 0.1}
    assert plan_run({"model": named, "training": training}, corpus, device=CPU).recipe.model["dropout"] == 0.1


@pytest.mark.parametrize(
    ("training", "decay"), [({}, 0.3), ({"weight_decay": 0.02}, 0.02), ({"optimizer": "adam"}, 0.01)]
)
def test_a_plan_sets_the_weight_decay_where_it_is_decoupled_and_not_named(
    corpus: Corpus, training: Table, decay: float
) -> None:
    model = {"architecture": "gru", "hidden": 8, "embedding": 8, "layers": 1}
    plan = plan_run({"model": model, "training": {"steps": 10, **training}}, corpus, device=CPU)
    assert plan.recipe.training.weight_decay == decay


@pytest.mark.parametrize("architecture", ["lstm", "gru", "rnn", "unrolled", "window", "convolution"])
def test_the_defaults_make_a_network_of_every_architecture(architecture: str) -> None:
    check_sizes(defaults_for(500_000, minutes=10, size=None, named={"architecture": architecture}))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"architecture": "transformer"}, "model.architecture is 'transformer', but must be one of"),
        ({"hiden": 3}, "hiden: lstm has no such size"),
        ({"layers": 0}, "layers = 0: give"),
        ({"hidden": "wide"}, "hidden = 'wide': give a whole number"),
    ],
)
def test_a_network_that_cannot_be_is_refused_in_no_time(model: Table, words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        check_sizes({"model": model})


def test_a_network_too_large_for_this_memory_is_refused_without_taking_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    million: dict[str, Table] = {"model": {"hidden": 1_000_000}}
    monkeypatch.setattr("foreword.training.device._physical_bytes", lambda: 8 * 10**9)
    with pytest.raises(
        RecipeError, match=r"takes [\d,]+ GB to train, too large for this machine's memory of 8 GB"
    ):
        check_sizes(million)
    monkeypatch.setattr("foreword.training.device._physical_bytes", lambda: None)
    check_sizes(million)


def test_the_length_is_that_of_the_recipe_unless_the_time_decides() -> None:
    by_steps, by_epochs = recipe_of({"training": {"steps": 7}}), recipe_of({"training": {"epochs": 2.5}})
    assert steps_for(by_steps, blocks=10) == 7
    assert steps_for(by_epochs, blocks=10) == 25
    assert steps_for(recipe_of({}), blocks=10) is None


def test_where_neither_recipe_nor_time_say_how_long_it_is_asked_for(corpus: Corpus) -> None:
    with pytest.raises(OptionError, match="say how long to train: --minutes, --steps"):
        plan_run(RECIPE, corpus, device=CPU)


def timed(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, *, seconds: float, per_step: float) -> Plan:
    """The plan for a machine that takes so long for an update."""
    monkeypatch.setattr(planning, "seconds_per_step", lambda *_, **__: per_step)
    return plan_run(RECIPE, corpus, device=CPU, minutes=5, seconds_left=lambda _: seconds)


def test_a_time_makes_a_budget_and_about_as_many_steps_as_fit(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = timed(corpus, monkeypatch, seconds=500.0, per_step=0.5)
    assert plan.steps == int(1_000 * (1 - VALIDATION_SHARE))
    assert plan.looks == plan.recipe.training.validations == 4
    blocks = -(-(len(corpus.train.ids) - 1) // (8 * 16))
    assert plan.budget is not None
    assert plan.budget.seconds == 500.0
    assert plan.budget.most_steps == pytest.approx(MOST_EPOCHS * blocks, rel=0.02)
    assert plan.budget.seconds_per_look * plan.looks <= 1.01 * VALIDATION_SHARE * 500.0
    assert plan.reasons[1].startswith("about ")


def test_more_time_than_helps_makes_as_many_passes_as_help_and_none_makes_a_step(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = timed(corpus, monkeypatch, seconds=1e6, per_step=0.5)
    assert plan.budget is not None
    assert plan.steps == plan.budget.most_steps
    late = timed(corpus, monkeypatch, seconds=-3.0, per_step=0.5)
    assert late.budget is not None
    assert (late.steps, late.budget.seconds) == (1, 0.0)


def test_the_time_left_is_asked_for_the_network_that_was_chosen(corpus: Corpus) -> None:
    asked: list[int] = []

    def seconds_left(model: AbstractLanguageModel) -> float:
        asked.append(parameter_count(model))
        return 1.0

    plan = plan_run(RECIPE, corpus, device=CPU, minutes=0.001, seconds_left=seconds_left)
    assert asked == [parameter_count(new_model(plan.recipe, corpus))]


def test_a_step_is_timed_by_training() -> None:
    endless = session(recipe(), ring(400), steps=10**9, validate_every=10**9)
    assert 0 < seconds_per_step(endless, seconds=0.05) < 1
    assert endless.step > 3


def test_what_the_recipe_names_stands_in_the_plan(corpus: Corpus) -> None:
    asked: dict[str, Table] = {**RECIPE, "training": {**RECIPE["training"], "steps": 100, "validations": 3}}
    plan = plan_run(asked, corpus, device=CPU)
    assert plan.recipe.model["hidden"] == 16
    assert plan.recipe.model["layers"] == 1  # the recipe is silent
    assert (plan.steps, plan.looks, plan.precision, plan.device) == (100, 3, "float32", "cpu")
    assert plan.budget is None
    assert corpus.validation is not None
    assert 2_000 <= plan.validation_tokens <= len(corpus.validation.ids) - 1
    assert "passes over the text" in plan.reasons[1]


def test_a_short_run_is_looked_at_once_at_least(corpus: Corpus) -> None:
    for steps in (1, 7, 30):
        asked: dict[str, Table] = {**RECIPE, "training": {**RECIPE["training"], "steps": steps}}
        assert plan_run(asked, corpus, device=CPU).looks == 1


def test_looking_at_held_out_text_takes_a_small_share_of_a_run(corpus: Corpus) -> None:
    asked: dict[str, Table] = {**RECIPE, "training": {**RECIPE["training"], "steps": 5_000}}
    plan = plan_run(asked, corpus, device=CPU)
    trained_on = plan.steps * 8 * 16
    looked_at = plan.looks * plan.validation_tokens
    assert looked_at / planning.FORWARD_SPEEDUP <= 1.01 * VALIDATION_SHARE * trained_on


def test_the_first_weights_come_from_the_recipes_seed(corpus: Corpus) -> None:
    def first(seed: int) -> torch.Tensor:
        torch.rand(seed + 1)
        model = new_model(recipe_of({**RECIPE, "training": {"seed": seed}}), corpus)
        assert parameter_count(model) > 0
        return next(model.parameters()).detach()

    assert torch.equal(first(3), first(3))
    assert not torch.equal(first(3), first(4))
