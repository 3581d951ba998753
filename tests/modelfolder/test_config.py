"""A config.json is complete, of Foreword, of this version, and describes the network of the weights."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foreword.errors import ModelError, ModelForeign, ModelMismatch, ModelTooNew
from foreword.modelfolder import Config, read
from foreword.modelfolder.config import FORMAT_VERSION
from foreword.modelfolder.writing import Contents, write
from marked_models import contents_of

TENSOR = {"dtype": "F32", "shape": [3]}
GRU: dict[str, Any] = {"embedding": 3, "hidden": 5, "layers": 2}
Changes = dict[str, Any]
CHANGES: list[dict[str, object]] = [{"dtype": "I4"}, {"dtype": []}, {"x": 1}, {"shape": "3"}, {"shape": [-1]}]


def network_with(architecture: str, **changes: np.ndarray) -> Contents:
    """A network with two layers of 5 numbers, over 4 ids; these weights replace its own."""
    rows = {"gru": 15, "lstm": 20}[architecture]
    shapes = {f"cells.weight_{kind}": (rows, 5) for kind in ("hh_l0", "ih_l1", "hh_l1")}
    shapes |= {"embed.weight": (4, 3), "cells.weight_ih_l0": (rows, 3), "output.weight": (4, 5)}
    config = Config(architecture=architecture, unit="characters", vocabulary=4, newline=3, sizes=GRU)
    weights = {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()} | changes
    return dataclasses.replace(contents_of(1), config=config, weights=weights)


@pytest.fixture
def gru(tmp_path: Path) -> Path:
    write(tmp_path / "gru", network_with("gru"))
    return tmp_path / "gru"


def refusal(model: Path, changes: Changes) -> ModelError:
    """The error of reading the model after these changes in its config.json; `...` removes a field."""
    config = json.loads((model / "config.json").read_text("utf-8")) | changes
    kept = {name: value for name, value in config.items() if value is not ...}
    (model / "config.json").write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read(model)
    return caught.value


VALUES: dict[str, list[object]] = {
    "format_version": [True, 0], "foreword_version": [1], "architecture": ["x" * 1000], "unit": ["bytes"],
    "vocabulary": [0, 2**31 + 1], "newline": [-1], "sizes": [{"hidden": [1]}, {"hidden": 2**40}],
    "tensors": [{}, {"embed.weight": None}, *({"embed.weight": TENSOR | change} for change in CHANGES)],
}  # fmt: skip


@pytest.mark.parametrize(("key", "values"), VALUES.items())
def test_a_field_of_the_wrong_type_or_size_is_named(model: Path, key: str, values: list[object]) -> None:
    for value in values:
        error = refusal(model, {key: value})
        assert type(error) is ModelForeign
        assert f"`$.{key}" in str(error)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"extra": 1}, ModelForeign, "unknown field `extra`"),
        ({"x" * 10_000: 1}, ModelForeign, "unknown field `xxx"),
        ({"sizes": ...}, ModelForeign, "missing required field `sizes`"),
        *(({"model_type": other}, ModelForeign, "its model_type is another") for other in ("bert", ...)),
        ({"newline": 4}, ModelMismatch, "newline is 4, but vocabulary is 4"),
        ({"format_version": FORMAT_VERSION + 1, "novelty": [1], "unit": 7}, ModelTooNew, "version 2, .* up to 1"),
        ({"architecture": "transformer"}, ModelTooNew, "'transformer', and this Foreword knows .*; upgrade it"),
    ],
)  # fmt: skip
def test_a_bad_config_is_refused(gru: Path, changes: Changes, error: type[ModelError], words: str) -> None:
    with pytest.raises(error, match=words) as refused:
        raise refusal(gru, changes)
    assert len(str(refused.value)) < 500


INTEGERS = np.array([[-64, 0, 1, 2, 3]] * 4, dtype=np.int8)
SCALE = np.array([0.5, 1, 2, 4], dtype=np.float32)


def test_integers_are_multiplied_by_the_scales_of_their_rows(tmp_path: Path) -> None:
    changes: dict[str, np.ndarray] = {"output.weight": INTEGERS, "output.weight.scale": SCALE}
    changes |= {"embed.weight": INTEGERS[:, :3], "embed.weight.scale": SCALE[:1]}
    write(tmp_path / "lstm", network_with("lstm", **changes))
    folder = read(tmp_path / "lstm")
    weights = folder.weights()
    assert np.array_equal(weights["output.weight"], INTEGERS * SCALE[:, None])
    assert np.array_equal(weights["embed.weight"], INTEGERS[:, :3] / 2)
    assert not changes.keys() & {name for name in weights if name.endswith(".scale")}
    assert folder.parameters == sum(each.size for each in weights.values())
    assert folder.shared().keys() == changes.keys()


@pytest.mark.parametrize(
    ("architecture", "name", "scale"),
    [
        ("lstm", "output.weight", None),
        ("lstm", "output.weight", SCALE.astype(np.float16)),
        ("lstm", "output.weight", SCALE[:3]),
        ("lstm", "output.weight", SCALE[:1]),
        ("lstm", "output.bias", SCALE),
        ("gru", "output.weight", SCALE),
    ],
)
def test_integers_are_refused_but_in_an_lstm_with_the_scales_of_their_rows(
    tmp_path: Path, architecture: str, name: str, scale: np.ndarray | None
) -> None:
    changes = {name: INTEGERS if name == "output.weight" else INTEGERS[:, 0]}
    changes |= {} if scale is None else {f"{name}.scale": scale}
    with pytest.raises(ModelMismatch, match=f"'{name}' is no matrix of an lstm with a scale for each row"):
        write(tmp_path / "network", network_with(architecture, **changes))
