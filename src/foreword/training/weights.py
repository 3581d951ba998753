"""The weights of a model by name, and back into a model of the same shape.

Tied weights appear once, under the name of the module that owns them.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from foreword.errors import ModelMismatch
from foreword.models.catalogue import build
from foreword.models.language_model import AbstractLanguageModel


def weights_of(model: AbstractLanguageModel) -> dict[str, Tensor]:
    """A copy of every weight, on the CPU, that later training does not change."""
    return {name: weight.detach().to("cpu", copy=True) for name, weight in model.named_parameters()}


@torch.no_grad()
def load_weights(model: AbstractLanguageModel, weights: Mapping[str, Tensor | np.ndarray]) -> None:
    """Put `weights` into `model`.

    Raises:
        ModelMismatch: A name or a shape differs; the message says which.
    """
    _check_fit(model, weights)
    for name, weight in model.named_parameters():
        weight.copy_(torch.as_tensor(weights[name]))


def check_fit(
    architecture: str, sizes: Mapping[str, object], weights: Mapping[str, Tensor | np.ndarray]
) -> None:
    """See that `weights` are those of such a network, before there is one to put them into.

    Raises:
        ModelMismatch: A name or a shape differs; the message says which.
        RecipeError: There is no such network.
    """
    with torch.device("meta"):  # shapes without numbers
        model = build(architecture, sizes)
    _check_fit(model, weights)


def _check_fit(model: AbstractLanguageModel, weights: Mapping[str, Tensor | np.ndarray]) -> None:
    own = dict(model.named_parameters())
    for name in sorted(own.keys() ^ weights.keys()):
        place = "is missing from the stored weights" if name in own else "is unknown to this architecture"
        raise ModelMismatch(f"the weight {name!r} {place}; was the model written by another version?")
    for name, weight in own.items():
        stored, expected = tuple(weights[name].shape), tuple(weight.shape)
        if stored != expected:
            raise ModelMismatch(f"the weight {name!r} has the shape {stored}, but {expected} was expected")
