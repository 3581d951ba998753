"""A request is resolved once, before a text is read. An error names the options that exclude each other."""

from pathlib import Path

import pytest

from foreword.errors import MissingExtra, OptionError
from foreword.personal.request import DEFAULT_MINUTES, Asked, resolve
from messages import never_read
from trainings import toy


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a text that is too long to read during a test."""
    monkeypatch.chdir(tmp_path)
    never_read(tmp_path).rename("a")


STARTS = {None: None, "scratch": None, "general": "home/general", "./scratch": "scratch", Path("far"): "far"}


@pytest.mark.parametrize(("start", "place"), STARTS.items())
def test_start_is_a_name_path_or_scratch(tmp_path: Path, start: str | Path | None, place: str | None) -> None:
    if place is not None:
        toy(tmp_path / place)
    elif start is None:
        (tmp_path / "home" / "base").mkdir(parents=True)  # a damaged base
    (beginning,) = resolve(Asked(["a"], tmp_path / "me", start=start)).beginnings
    found = None if beginning.model is None else beginning.model.path.absolute()
    assert found == (None if place is None else tmp_path / place)


def test_more_keeps_the_settings_of_the_model_it_continues(tmp_path: Path) -> None:
    """It keeps the held-out share, the encoding and the person's name; a given name wins."""
    recipe = {"text": {"held_out": 0.3, "encoding": "latin-1"}}
    toy(tmp_path / "me", recipe=recipe, private={"me": "Ana"})
    request = resolve(Asked(["a"], tmp_path / "me", more=True, old=["a"]))
    reading = request.reading
    assert (request.to_learn.sources, request.to_learn.old) == (("a",), ("a",))
    assert (reading.me, reading.encoding) == ("Ana", "latin-1")
    assert (reading.held_out, reading.old_held_out) == (0.3, 0.3)
    assert resolve(Asked(["a"], tmp_path / "me", more=True, me="Bo")).reading.me == "Bo"
    other = resolve(Asked(["a"], tmp_path / "other", start=tmp_path / "me")).reading
    assert (other.me, other.encoding, other.held_out, other.old_held_out) == (None, None, 0.1, 0.3)


def test_minutes_override_the_length_in_a_recipe_and_have_a_default(tmp_path: Path) -> None:
    epochs = {"training": {"epochs": 3}}
    assert resolve(Asked(["a"], tmp_path / "me", size="small", device="cuda:1")).minutes == DEFAULT_MINUTES
    assert resolve(Asked(["a"], tmp_path / "me", recipe=epochs)).minutes is None
    timed = resolve(Asked(["a"], tmp_path / "me", recipe=epochs, minutes=2))
    assert (timed.minutes, timed.beginnings[0].recipe.training.epochs) == (2, None)


def test_a_recipe_with_a_value_in_place_of_a_table_and_an_unknown_size_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="training is 3, but must be a table"):
        resolve(Asked(["a"], tmp_path / "me", recipe={"training": 3}))  # type: ignore[dict-item]
    with pytest.raises(OptionError, match="size must be small, medium or large, not Small"):
        resolve(Asked(["a"], tmp_path / "me", size="Small"))  # type: ignore[arg-type]


def test_a_missing_extra_is_a_named_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.training.tensorboard.find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match="a log for TensorBoard needs TensorBoard"):
        resolve(Asked(["a"], tmp_path / "me", tensorboard=tmp_path / "log"))
