"""All networks by name, what a recipe or a model folder asks for; and their weights by name."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from foreword.errors import ModelMismatch
from foreword.models.config import AbstractConfig, config_from, wrong
from foreword.models.feedforward import (
    Convolution,
    ConvolutionConfig,
    Unrolled,
    UnrolledConfig,
    Window,
    WindowConfig,
)
from foreword.models.language_model import AbstractLanguageModel
from foreword.models.recurrent import Gru, GruConfig, Lstm, LstmConfig, Rnn, RnnConfig

ARCHITECTURES: Mapping[str, tuple[type[AbstractConfig], Callable[[Any], AbstractLanguageModel]]] = (
    MappingProxyType(
        {
            "unrolled": (UnrolledConfig, Unrolled),
            "window": (WindowConfig, Window),
            "convolution": (ConvolutionConfig, Convolution),
            "rnn": (RnnConfig, Rnn),
            "gru": (GruConfig, Gru),
            "lstm": (LstmConfig, Lstm),
        }
    )
)


def build(architecture: str, sizes: Mapping[str, object]) -> AbstractLanguageModel:
    """A new network with random weights (seed PyTorch first to get the same ones again).

    Args:
        architecture: one of `ARCHITECTURES`.
        sizes: the fields of its config by name, `vocabulary` and `newline` among them.

    Raises:
        RecipeError: there is no such architecture, or a size is unknown, missing or wrong.
    """
    if architecture not in ARCHITECTURES:
        raise wrong("architecture", architecture, f"one of {', '.join(ARCHITECTURES)}")
    kind, network = ARCHITECTURES[architecture]
    return network(config_from(kind, sizes, architecture=architecture))


def sizes_of(model: AbstractLanguageModel) -> dict[str, int | float | str | bool]:
    """The sizes by name that `build` makes the same network from."""
    return asdict(model.config)


def parameter_count(model: AbstractLanguageModel) -> int:
    """How many numbers training may change; a tied matrix counts once."""
    return sum(weight.numel() for weight in model.parameters())


def weights_of(model: AbstractLanguageModel) -> dict[str, Tensor]:
    """A copy of every weight, on the CPU, that later training does not change.

    Tied weights appear once, under the name of the module that owns them.
    """
    return {name: weight.detach().to("cpu", copy=True) for name, weight in model.named_parameters()}


@torch.no_grad()
def load_weights(model: AbstractLanguageModel, weights: Mapping[str, Tensor | np.ndarray]) -> None:
    """Put `weights` into `model`.

    Raises:
        ModelMismatch: a name or a shape differs; the message says which.
    """
    own = dict(model.named_parameters())
    for name in sorted(own.keys() ^ weights.keys()):
        place = "is missing from the stored weights" if name in own else "is unknown to this architecture"
        raise ModelMismatch(f"the weight {name!r} {place}; was the model written by another version?")
    for name, weight in own.items():
        stored, expected = tuple(weights[name].shape), tuple(weight.shape)
        if stored != expected:
            raise ModelMismatch(f"the weight {name!r} has the shape {stored}, but {expected} was expected")
    for name, weight in own.items():
        weight.copy_(torch.as_tensor(weights[name]))


def check_fit(
    architecture: str, sizes: Mapping[str, object], weights: Mapping[str, Tensor | np.ndarray]
) -> None:
    """See that `weights` are those of such a network, before there is one to put them into.

    Raises:
        ModelMismatch: a name or a shape differs; the message says which.
        RecipeError: there is no such network.
    """
    with torch.device("meta"):  # shapes without numbers
        load_weights(build(architecture, sizes), weights)
