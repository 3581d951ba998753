"""Weights go into a network of their own kind and shapes, from PyTorch's tensors or from NumPy's, and into no other."""

import numpy as np
import pytest
import torch

from foreword.errors import ModelMismatch, RecipeError
from foreword.models.catalogue import build, check_fit, load_weights, weights_of
from foreword.models.language_model import AbstractLanguageModel
from sessions import SIZES, VOCABULARY


def network(architecture: str, seed: int = 0) -> AbstractLanguageModel:
    torch.manual_seed(seed)
    return build(architecture, {**SIZES[architecture], "vocabulary": VOCABULARY, "newline": 0})


@pytest.mark.parametrize("architecture", SIZES)
def test_weights_from_a_file_without_pytorch_make_the_same_network(architecture: str) -> None:
    given, taking = network(architecture), network(architecture, seed=1)
    arrays = {name: weight.numpy() for name, weight in weights_of(given).items()}
    check_fit(architecture, {**SIZES[architecture], "vocabulary": VOCABULARY, "newline": 0}, arrays)
    load_weights(taking, arrays)
    for name, weight in weights_of(taking).items():
        assert torch.equal(weight, weights_of(given)[name])


def test_what_does_not_fit_is_named_and_changes_nothing() -> None:
    model = network("gru")
    before, wrong = weights_of(model), weights_of(network("gru", seed=1))
    sizes = {**SIZES["gru"], "vocabulary": VOCABULARY, "newline": 0}
    name = max(wrong)
    cases: dict[str, dict[str, torch.Tensor | np.ndarray]] = {
        rf"'{name}' is missing from the stored weights": {key: wrong[key] for key in wrong if key != name},
        r"'extra' is unknown to this architecture": {**wrong, "extra": torch.zeros(1)},
        rf"'{name}' has the shape \(3,\), but .* was expected": {**wrong, name: np.zeros(3)},
    }
    for words, weights in cases.items():
        with pytest.raises(ModelMismatch, match=words):
            load_weights(model, weights)
        with pytest.raises(ModelMismatch, match=words):
            check_fit("gru", sizes, weights)
    for key, weight in weights_of(model).items():
        assert torch.equal(weight, before[key])


def test_weights_of_a_network_that_is_not_there_fit_nothing() -> None:
    with pytest.raises(RecipeError, match="architecture = 'transformer'"):
        check_fit("transformer", {}, {})
