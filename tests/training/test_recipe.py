"""A recipe names what it sets, and is told what it names wrongly."""

from pathlib import Path

import pytest

from foreword.errors import RecipeError
from foreword.training.recipe import Recipe, TrainingSettings, merged, read_recipe, recipe_of


def test_a_recipe_comes_back_from_its_own_tables() -> None:
    recipe = Recipe(
        architecture="gru", model={"hidden": 64, "tied": True}, training=TrainingSettings(epochs=2.5, seed=9)
    )
    assert recipe_of(recipe.tables()) == recipe


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"trainings": {}}, "no table named 'trainings'; known are text, model, training"),
        (
            {"training": {"learning_rat": 1.0}},
            r"no key in \[training\] named 'learning_rat'; known are layout",
        ),
        (
            {"text": {"unit": "letters"}},
            "text.unit is 'letters', but must be one of characters, words, subwords",
        ),
        ({"training": {"batch": "many"}}, "training.batch is 'many', but must be a whole number"),
        ({"training": {"batch": True}}, "training.batch is True, but must be a whole number"),
        ({"training": {"batch": 0}}, "training.batch is 0, but must be at least 1"),
        ({"training": {"clip": -1}}, "training.clip is -1.0, but must be above 0"),
        (
            {"training": {"average": 1.0}},
            "training.average is 1.0, but averaged weights are not supported: leave it out",
        ),
        ({"training": {"replay": -0.1}}, "training.replay is -0.1, but must be from 0 to below 1"),
        ({"training": {"learning_rate": float("nan")}}, "training.learning_rate is nan"),
        ({"text": {"held_out": 1.5}}, "text.held_out is 1.5, but must be from 0 to 0.5"),
        ({"model": {"architecture": 3}}, "model.architecture is 3"),
        ({"training": 3}, r"training is 3, but must be a table such as \[training\]"),
    ],
)
def test_a_wrong_key_or_value_is_named(tables: dict[str, object], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        recipe_of(tables)


def test_a_whole_number_stands_for_a_fraction_and_an_older_recipe_is_read() -> None:
    assert recipe_of({"training": {"epochs": 3, "average": 0.0}}).training.epochs == 3.0


def test_a_later_layer_wins_but_for_what_it_leaves_open() -> None:
    layers = merged(
        {"model": {"hidden": 512, "layers": 2}}, {"model": {"hidden": 64}}, {"model": {"hidden": None}}
    )
    assert layers["model"] == {"hidden": 64, "layers": 2}


def test_a_recipe_file_is_read_and_its_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    with pytest.raises(RecipeError, match=r"there is no recipe .*mine\.toml"):
        read_recipe(path)
    path.write_text("[training\nepochs = 3", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"mine\.toml cannot be read as TOML"):
        read_recipe(path)
    path.write_text("[training]\nepoch = 3", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"mine\.toml: there is no key in \[training\] named 'epoch'"):
        read_recipe(path)
    path.write_text('[model]\narchitecture = "rnn"\nhidden = 8\n[training]\nepochs = 3', encoding="utf-8")
    assert read_recipe(path) == {"model": {"architecture": "rnn", "hidden": 8}, "training": {"epochs": 3}}


@pytest.mark.parametrize("name", ["vocabulary", "newline"])
def test_what_follows_from_the_text_is_refused_in_the_models_table(name: str) -> None:
    with pytest.raises(RecipeError, match=f"model.{name} follows from the text; leave it out"):
        recipe_of({"model": {name: 300}})
