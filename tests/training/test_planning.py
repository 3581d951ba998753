"""What a recipe leaves open is chosen from the text and the time; what it names stands."""

import pytest
import torch

from foreword.corpus.prepare import Corpus, Settings, prepare
from foreword.errors import OptionError, RecipeError
from foreword.models.catalogue import parameter_count
from foreword.training import planning
from foreword.training.planning import (
    VALIDATION_SHARE,
    check_sizes,
    new_model,
    plan_run,
    seconds_per_step,
    steps_for,
)
from foreword.training.recipe import Table, recipe_of
from foreword.training.sizing import MOST_EPOCHS, defaults_for
from messages import RECIPE, write_messages
from sessions import recipe, ring, session

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    return prepare([str(write_messages(folder))], folder / "corpus", Settings())


def test_a_plan_sets_the_dropout_but_not_over_the_recipes_own(corpus: Corpus) -> None:
    model = {"architecture": "gru", "hidden": 512, "embedding": 8, "layers": 1}
    training: Table = {"epochs": 40.0}
    assert plan_run({"model": model, "training": training}, corpus, device=CPU).recipe.model["dropout"] == 0.5
    named: Table = {**model, "dropout": 0.1}
    assert plan_run({"model": named, "training": training}, corpus, device=CPU).recipe.model["dropout"] == 0.1


@pytest.mark.parametrize("architecture", ["lstm", "gru", "rnn", "unrolled", "window", "convolution"])
def test_the_defaults_make_a_network_of_every_architecture(architecture: str) -> None:
    check_sizes(defaults_for(500_000, minutes=10, size=None, named={"architecture": architecture}))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"architecture": "transformer"}, "architecture = 'transformer': give one of"),
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
    monkeypatch.setattr("foreword.training.memory._physical_bytes", lambda: 8 * 10**9)
    with pytest.raises(
        RecipeError, match=r"takes [\d,]+ GB to train, too large for this machine's memory of 8 GB"
    ):
        check_sizes(million)
    monkeypatch.setattr("foreword.training.memory._physical_bytes", lambda: None)
    check_sizes(million)


def test_the_length_is_that_of_the_recipe_or_what_fits_into_the_time() -> None:
    by_steps, by_epochs = recipe_of({"training": {"steps": 7}}), recipe_of({"training": {"epochs": 2.5}})
    free = recipe_of({})
    assert steps_for(by_steps, blocks=10, seconds=None, per_step=None) == 7
    assert steps_for(by_epochs, blocks=10, seconds=1.0, per_step=1.0) == 25
    assert steps_for(free, blocks=1000, seconds=100.0, per_step=0.5) == int(200 * (1 - VALIDATION_SHARE))
    assert steps_for(free, blocks=2, seconds=1e6, per_step=0.5) == 2 * MOST_EPOCHS
    assert steps_for(free, blocks=2, seconds=-3.0, per_step=0.5) == 1
    with pytest.raises(OptionError, match="say how long to train: --minutes, --steps"):
        steps_for(free, blocks=2, seconds=None, per_step=None)


def test_a_step_is_timed_by_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "PROBE_SECONDS", 0.05)
    assert 0 < seconds_per_step(session(recipe(), ring(400), steps=10**9, validate_every=10**9)) < 1


def test_what_the_recipe_names_stands_in_the_plan(corpus: Corpus) -> None:
    asked: dict[str, Table] = {**RECIPE, "training": {**RECIPE["training"], "steps": 100, "validations": 3}}
    plan = plan_run(asked, corpus, device=CPU)
    assert plan.recipe.model["hidden"] == 16
    assert plan.recipe.model["layers"] == 1  # the recipe is silent
    assert (plan.steps, plan.validate_every, plan.precision, plan.device) == (100, 34, "float32", "cpu")
    assert corpus.validation is not None
    assert 2_000 <= plan.validation_tokens <= len(corpus.validation.ids) - 1
    assert "passes over the text" in plan.reasons[1]


def test_a_short_run_is_looked_at_once_at_least(corpus: Corpus) -> None:
    for steps in (1, 7, 30):
        asked: dict[str, Table] = {**RECIPE, "training": {**RECIPE["training"], "steps": steps}}
        assert 1 <= plan_run(asked, corpus, device=CPU).validate_every <= steps


def test_looking_at_held_out_text_takes_a_small_share_of_a_run(corpus: Corpus) -> None:
    asked: dict[str, Table] = {**RECIPE, "training": {**RECIPE["training"], "steps": 5_000}}
    plan = plan_run(asked, corpus, device=CPU)
    trained_on = plan.steps * 8 * 16
    looked_at = plan.steps / plan.validate_every * plan.validation_tokens
    assert looked_at / planning.FORWARD_SPEEDUP <= 1.01 * VALIDATION_SHARE * trained_on


def test_the_first_weights_come_from_the_recipes_seed(corpus: Corpus) -> None:
    def first(seed: int) -> torch.Tensor:
        torch.rand(seed + 1)
        model = new_model(recipe_of({**RECIPE, "training": {"seed": seed}}), corpus)
        assert parameter_count(model) > 0
        return next(model.parameters()).detach()

    assert torch.equal(first(3), first(3))
    assert not torch.equal(first(3), first(4))
