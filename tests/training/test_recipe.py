"""Recipes: wrong settings are named errors, and missing ones are chosen from the text and the time."""

from pathlib import Path

import pytest

from foreword.errors import RecipeError
from foreword.training.recipe import (
    MOST_DROPOUT,
    MOST_WEIGHT_DECAY,
    RATES,
    Table,
    defaults_for,
    dropouts_for,
    fine_tuning_rate,
    rate_for,
    read_recipe,
    recipe_of,
    weight_decay_for,
)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"trainings": {}}, "no table named 'trainings'; known are text, model, training"),
        ({"training": {"learning_rat": 1.0}}, r"no key in \[training\] named 'learning_rat'; known are l"),
        ({"text": {"unit": "letters"}}, "text.unit is 'letters', but must be one of characters, words"),
        ({"training": {"batch": "many"}}, "training.batch is 'many', but must be a whole number"),
        ({"training": {"batch": True}}, "training.batch is True, but must be a whole number"),
        ({"training": {"batch": 0}}, "training.batch is 0, but must be a whole number of at least 1"),
        ({"training": {"epochs": 1e300}}, r"training.epochs is 1e\+300, but must be a number of at most"),
        ({"training": {"seed": 2**63}}, r"training.seed is 9223372036854775808, but must be less than 2"),
        ({"training": {"clip": -1}}, "training.clip is -1, but must be a number above 0"),
        ({"training": {"average": 1.0}}, "training.average is not supported any more; leave it out"),
        ({"training": {"replay": -0.1}}, "training.replay is -0.1, but must be a number of at least 0"),
        ({"training": {"learning_rate": float("nan")}}, "training.learning_rate is nan"),
        ({"text": {"held_out": 1.5}}, "text.held_out is 1.5, but must be a number of at most 0.5"),
        ({"model": {"architecture": 3}}, "model.architecture is 3"),
        ({"model": {"vocabulary": 300}}, "model.vocabulary follows from the text; leave it out"),
        ({"model": {"newline": 3}}, "model.newline follows from the text; leave it out"),
        ({"training": 3}, r"training is 3, but must be a table such as \[training\]"),
    ],
)
def test_a_wrong_key_or_value_is_named(tables: dict[str, object], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        recipe_of(tables)


def test_a_recipe_file_is_read_and_its_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[training]\nepoch = 3", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"mine\.toml: there is no key in \[training\] named 'epoch'"):
        read_recipe(path)
    for hostile in (f"a = {'[' * 5000}", f"a = {'9' * 5000}"):
        path.write_text(hostile, "utf-8")
        with pytest.raises(RecipeError, match="cannot be read as TOML"):
            read_recipe(path)
    # with a byte order mark, as Windows' Notepad may write it
    path.write_text("[training]\nsteps = 3", "utf-8-sig")
    assert read_recipe(path) == {"training": {"steps": 3}}
    older = "[training]\nepochs = 3\naverage = 0.0\naccumulate = 1"
    path.write_text(f'[model]\narchitecture = "rnn"\nhidden = 8\n{older}', "utf-8")
    found = recipe_of(read_recipe(path))  # an older recipe; a whole number is accepted as a float
    assert (found.architecture, found.model["hidden"], found.training.epochs) == ("rnn", 8, 3.0)


@pytest.mark.parametrize(
    ("characters", "minutes", "named", "expected"),
    [
        (100_000, 10, {}, (384, 0.01)),
        (1_000_000, 2, {}, (384, 0.01)),
        (1_000_000, 180, {}, (512, 0.0075)),
        (50_000_000, 10, {}, (512, 0.0075)),
        (50_000_000, 180, {}, (768, 0.005)),
        (1_000_000, 10, {"hidden": 256, "layers": 1}, (512, 0.01)),  # the recipe's own size wins
        (1_000_000, 10, {"architecture": "gru", "hidden": 128}, (512, 0.005)),
        (50_000_000, None, {"architecture": "window"}, (None, None)),
    ],
)
def test_more_text_and_time_give_a_wider_network_and_a_smaller_rate(
    characters: int, minutes: float | None, named: Table, expected: tuple[int | None, float | None]
) -> None:
    found = defaults_for(characters, minutes=minutes, size=None, named=named)
    assert (found["model"].get("hidden"), found["training"].get("learning_rate")) == expected
    assert found["training"].get("unroll") == (32 if expected[0] == 384 else None)
    small, large = (
        defaults_for(characters, minutes=minutes, size=size, named={})["model"] for size in ("small", "large")
    )
    assert (small["hidden"], small["layers"], large["hidden"], large["layers"]) == (384, 1, 768, 2)


@pytest.mark.parametrize("kind", MOST_DROPOUT)
def test_more_epochs_give_more_dropout_but_a_third_if_the_language_is_known(kind: str) -> None:
    most, epochs = MOST_DROPOUT[kind], (0.2, 1, 2, 5, 20, 60, 100)
    new = [dropouts_for(each)[kind] for each in epochs]
    assert new[:2] == [0, 0]
    assert 0 < new[2] < new[3] < new[4] < new[5] == new[6] == most
    further = [dropouts_for(each, knows_language=True)[kind] for each in epochs]
    assert further == [*new[:4], *[round(most / 3, 2)] * 3]


def test_weight_decay_is_inversely_proportional_to_the_run_length() -> None:
    short, long = weight_decay_for(2_000, 0.01), weight_decay_for(20_000, 0.01)
    assert 2_000 * short == pytest.approx(20_000 * long)
    assert weight_decay_for(1, 0.01) == MOST_WEIGHT_DECAY
    assert 0 < weight_decay_for(10**6, 0.01) < 0.001


@pytest.mark.parametrize("architecture", RATES)
def test_fine_tuning_uses_a_smaller_rate(architecture: str) -> None:
    for sizes in ({"hidden": 384, "layers": 1}, {"hidden": 768, "layers": 2}):
        assert fine_tuning_rate(architecture, sizes) == pytest.approx(rate_for(architecture, sizes) / 10)
    assert fine_tuning_rate("window", {"hidden": 8}) == pytest.approx(0.0003)
