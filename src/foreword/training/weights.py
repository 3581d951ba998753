"""The weights of a model by name, and back into a model of the same shape.

Tied weights appear once, under the name of the module that owns them.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from foreword.errors import ModelMismatch
from foreword.models.language_model import AbstractLanguageModel


def weights_of(model: AbstractLanguageModel) -> dict[str, Tensor]:
    """A copy of every weight, on the CPU, that later training does not change."""
    return {name: weight.detach().to("cpu", copy=True) for name, weight in model.named_parameters()}


def load_weights(model: AbstractLanguageModel, weights: Mapping[str, Tensor]) -> None:
    """Put `weights` into `model`.

    Raises:
        ModelMismatch: A name or a shape differs; the message says which.
    """
    own = dict(model.named_parameters())
    for name in own.keys() ^ weights.keys():
        place = "is missing from the stored weights" if name in own else "is unknown to this architecture"
        raise ModelMismatch(f"the weight {name!r} {place}; was the model written by another version?")
    with torch.no_grad():
        for name, weight in own.items():
            if weight.shape != weights[name].shape:
                stored, expected = tuple(weights[name].shape), tuple(weight.shape)
                raise ModelMismatch(
                    f"the weight {name!r} has the shape {stored}, but {expected} was expected"
                )
            weight.copy_(weights[name])
