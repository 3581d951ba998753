"""A config.json that describes another network than the weights are is found on reading."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foreword.errors import ModelMismatch, ModelTooNew
from foreword.modelfolder import Config, Contents, read, write

SIZES = {"embedding": 3, "hidden": 5, "layers": 2}


@pytest.fixture
def gru(tmp_path: Path, contents: Contents) -> Path:
    """The folder of a GRU of 5 numbers in two layers."""
    shapes = {
        "embed.weight": (4, 3),
        "cells.weight_ih_l0": (15, 3),
        "cells.weight_hh_l0": (15, 5),
        "cells.weight_ih_l1": (15, 5),
        "cells.weight_hh_l1": (15, 5),
        "output.weight": (4, 5),
    }
    config = Config(architecture="gru", unit="characters", vocabulary=4, newline=3, sizes=SIZES)
    weights = {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()}
    made = Contents(
        config=config,
        tokenizer_json="{}",
        weights=weights,
        graph=contents.graph,
        quantized=None,
        training={},
        card="A GRU.",
    )
    write(tmp_path / "gru", made)
    return tmp_path / "gru"


def edit(model: Path, change: Callable[[dict[str, Any]], object]) -> None:
    config = json.loads((model / "config.json").read_text("utf-8"))
    change(config)
    (model / "config.json").write_text(json.dumps(config), encoding="utf-8")


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        (
            {"hidden": 999},
            r"'cells\.weight_hh_l0' has the shape \(15, 5\) in the weights, and \(2997, 999\) by",
        ),
        ({"embedding": 4}, r"'cells\.weight_ih_l0' has the shape \(15, 3\) in the weights, and \(15, 4\) by"),
        ({"layers": 1}, r"'cells\.weight_hh_l1' has the shape \(15, 5\) in the weights, and of nothing by"),
        ({"layers": 3}, r"'cells\.weight_hh_l2' has the shape of nothing in the weights, and \(15, 5\) by"),
        ({"layers": 2**31}, "layers among the sizes is '2147483648', and must be at most 6, as the weights"),
        (
            {"tied": True},
            r"'output\.project\.weight' has the shape of nothing in the weights, and \(3, 5\) by",
        ),
        ({"hidden": "5"}, "hidden among the sizes is '5', and must be a whole number"),
        ({"layers": True}, "layers among the sizes is 'True', and must be a whole number"),
        ({"vocabulary": 9}, "vocabulary among the sizes is '9', and must be 4, as beside them"),
    ],
)
def test_sizes_that_do_not_fit_the_weights_are_a_mismatch(
    gru: Path, sizes: dict[str, object], words: str
) -> None:
    edit(gru, lambda config: config["sizes"].update(sizes))
    with pytest.raises(ModelMismatch, match=words):
        read(gru)


def test_a_size_that_is_missing_is_named(gru: Path) -> None:
    edit(gru, lambda config: config["sizes"].pop("layers"))
    with pytest.raises(ModelMismatch, match=r"config\.json: layers among the sizes is missing"):
        read(gru)


def test_a_vocabulary_that_does_not_fit_the_weights_is_a_mismatch(gru: Path) -> None:
    edit(gru, lambda config: config.update(vocabulary=5))
    with pytest.raises(ModelMismatch, match=r"'embed\.weight' has the shape \(4, 3\) .* and \(5, 3\) by"):
        read(gru)


def test_another_architecture_than_that_of_the_weights_is_a_mismatch(gru: Path) -> None:
    edit(gru, lambda config: config.update(architecture="lstm"))
    with pytest.raises(ModelMismatch, match=r"'cells\.weight_hh_l0' has the shape \(15, 5\) .* \(20, 5\) by"):
        read(gru)


def test_an_architecture_of_a_later_version_is_too_new(gru: Path) -> None:
    edit(gru, lambda config: config.update(architecture="transformer"))
    with pytest.raises(
        ModelTooNew, match=r"architecture 'transformer', and this Foreword knows .*; upgrade it"
    ):
        read(gru)
