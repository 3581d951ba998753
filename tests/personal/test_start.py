"""What a run goes on from is kept in its folder, whole, whatever becomes of the model."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import toys
from foreword import modelfolder
from foreword.errors import ModelIncomplete, ModelTruncated, RunError
from foreword.modelfolder import ModelFolder
from foreword.personal.start import NAME, Start, kept_start
from foreword.text.tokenizer import characters_tokenizer


def finished(tmp_path: Path, **training: object) -> ModelFolder:
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"abc "))
    return toys.model(tmp_path / "base", tokenizer, graph, training).folder


def rewrite_weights(folder: Path, change: type[np.float16] | float) -> None:
    """The same weights in another kind of number, or all of this value."""
    path = folder / "model.safetensors"
    weights = load_file(path)
    if isinstance(change, float):
        save_file({name: np.full_like(weight, change) for name, weight in weights.items()}, path)
    else:
        save_file({name: weight.astype(change) for name, weight in weights.items()}, path)
        config = folder / "config.json"
        config.write_text(config.read_text("utf-8").replace('"F32"', '"F16"'), encoding="utf-8")


def test_it_outlives_the_model(tmp_path: Path) -> None:
    folder = finished(tmp_path, steps=7, sources=[{"name": "a"}])
    start = Start.of(folder)
    assert start.sha256 == hashlib.sha256((folder.path / "model.safetensors").read_bytes()).hexdigest()
    start.keep(tmp_path)
    shutil.rmtree(folder.path)
    kept = kept_start(tmp_path)
    assert kept is not None
    assert (kept.name, kept.sha256, kept.training) == ("base", start.sha256, folder.training)
    assert kept.weights.keys() == start.weights.keys()
    for name, weight in kept.weights.items():
        np.testing.assert_array_equal(weight, start.weights[name])


def test_a_run_that_began_from_scratch_has_none(tmp_path: Path) -> None:
    assert kept_start(tmp_path) is None


def test_weights_stored_in_halves_are_float32(tmp_path: Path) -> None:
    """As those of a shipped base are, which is to be small."""
    folder = finished(tmp_path)
    rewrite_weights(folder.path, np.float16)
    weights = Start.of(modelfolder.read(folder.path)).weights
    assert {weight.dtype for weight in weights.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(tmp_path: Path, number: float) -> None:
    folder = finished(tmp_path)
    rewrite_weights(folder.path, number)
    with pytest.raises(
        ModelTruncated, match=r"base is damaged: '.*' is not all numbers; get the model again"
    ):
        Start.of(modelfolder.read(folder.path))


def test_a_model_without_its_weights_can_be_typed_with_perhaps_but_not_gone_on_with(tmp_path: Path) -> None:
    folder = finished(tmp_path)
    (folder.path / "model.safetensors").unlink()
    with pytest.raises(ModelIncomplete, match=r"model\.safetensors"):
        Start.of(folder)


def test_the_record_of_each_training_is_kept_without_where_its_texts_lay(tmp_path: Path) -> None:
    first: dict[str, object] = {"steps": 1, "curve": [{"step": 1}]}
    second: dict[str, object] = {"steps": 2, "from": {"name": "me", "sha256": "0"}}
    folder = finished(tmp_path, **second, history=[first], private={"places": {"0": "/home/ana/diary"}})
    start = Start.of(folder)
    assert start.lineage() == {
        "from": {"name": "base", "sha256": start.sha256},
        "history": [first, second],
    }
    assert "private" not in str(start.lineage())


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: data[:0], lambda data: data[8:]]
)
def test_what_is_damaged_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    Start.of(finished(tmp_path)).keep(tmp_path)
    path = tmp_path / NAME
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(
        RunError, match=r"that .* began with cannot be read: .*; delete that folder and start anew"
    ):
        kept_start(tmp_path)


def test_a_file_of_somebody_elses_is_named(tmp_path: Path) -> None:
    save_file({"weight": np.zeros(3, dtype=np.float32)}, tmp_path / NAME)
    with pytest.raises(RunError, match="cannot be read: 'start'"):
        kept_start(tmp_path)
