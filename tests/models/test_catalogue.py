"""Networks by name, error messages for wrong sizes, and weights by name."""

import json
import re
from typing import get_args

import numpy as np
import pytest
import torch

import architectures
from foreword.errors import ModelMismatch, RecipeError
from foreword.models.catalogue import (
    ARCHITECTURES,
    build,
    check_fit,
    load_weights,
    network_with,
    sizes_of,
    weights_of,
)
from foreword.settings import Architecture

TOKENS = {"vocabulary": 12, "newline": 0}


def test_every_table_has_every_architecture() -> None:
    laws = {architecture for architecture, _ in architectures.ALL.values()}
    assert laws == set(ARCHITECTURES) == set(get_args(Architecture))


@pytest.mark.parametrize(
    ("architecture", "sizes", "message"),
    [
        ("transformer", {}, "there is no architecture 'transformer'; there are unrolled, window, conv"),
        ("gru", {"activation": "relu"}, "model.activation: gru has no such size; it has embedding, hidden"),
        ("gru", {"hidden": 0}, "model.hidden is 0, but must be a whole number of at least 1"),
        ("gru", {"dropout": 1.0}, "model.dropout is 1.0, but must be a number below 1"),
        ("rnn", {"activation": "sigmoid"}, "model.activation is 'sigmoid', but must be one of tanh, relu"),
        ("lstm", {"layers": 20_000}, "model.layers is 20000, but must be a whole number of at most 100"),
        ("lstm", {"newline": -1}, "model.newline is -1, but must be a whole number of at least 0"),
        ("lstm", {"vocabulary": 0}, "model.vocabulary is 0, but must be a whole number of at least 1"),
    ],
)
def test_a_wrong_size_is_named_and_refused(architecture: str, sizes: dict[str, object], message: str) -> None:
    with pytest.raises(RecipeError, match="^" + re.escape(message)):
        build(architecture, {**TOKENS, **sizes})


def test_a_missing_size_is_named() -> None:
    with pytest.raises(RecipeError, match=r"^model: `newline` is missing"):
        build("lstm", {"vocabulary": 12})


@pytest.mark.parametrize("row", architectures.ALL)
def test_sizes_from_json_and_numpy_weights_make_the_same_network(row: str) -> None:
    given = architectures.loud(row)
    arrays = {name: weight.numpy() for name, weight in weights_of(given).items()}
    taking = network_with(given.architecture, json.loads(json.dumps(sizes_of(given))), arrays)
    assert (type(taking), taking.config) == (type(given), given.config)
    for name, weight in weights_of(taking).items():
        assert torch.equal(weight, weights_of(given)[name])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"output.weight": None}, "'output.weight' is missing from the stored weights"),
        ({"extra": np.zeros(1)}, "'extra' is unknown to this architecture"),
        ({"output.weight": np.zeros(3)}, r"'output.weight' has the shape \(3,\), not \("),
    ],
    ids=["one is missing", "one too many", "a wrong shape"],
)
def test_wrong_weights_are_named_and_change_nothing(change: dict[str, np.ndarray | None], words: str) -> None:
    model = architectures.small("gru")
    before = weights_of(model)
    changed = {**weights_of(architectures.loud("gru")), **change}
    given = {name: weight for name, weight in changed.items() if weight is not None}
    with pytest.raises(ModelMismatch, match=words):
        load_weights(model, given)
    with pytest.raises(ModelMismatch, match=words):
        check_fit("gru", sizes_of(model), given)
    with pytest.raises(ModelMismatch, match="of these sizes cannot be built"):
        check_fit("gru", sizes_of(model) | {"hidden": 2**31}, given)
    assert all(torch.equal(weight, before[name]) for name, weight in weights_of(model).items())
