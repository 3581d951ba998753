"""All networks by name, for recipes and model folders; and their weights by name."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from foreword.errors import ModelMismatch, RecipeError
from foreword.models.feedforward import (
    Convolution,
    ConvolutionConfig,
    Unrolled,
    UnrolledConfig,
    Window,
    WindowConfig,
)
from foreword.models.language_model import AbstractConfig, AbstractLanguageModel
from foreword.models.recurrent import Gru, GruConfig, Lstm, LstmConfig, Rnn, RnnConfig
from foreword.settings import checked

ARCHITECTURES: Mapping[str, tuple[type[AbstractConfig], Callable[[Any], AbstractLanguageModel]]] = {
    "unrolled": (UnrolledConfig, Unrolled),
    "window": (WindowConfig, Window),
    "convolution": (ConvolutionConfig, Convolution),
    "rnn": (RnnConfig, Rnn),
    "gru": (GruConfig, Gru),
    "lstm": (LstmConfig, Lstm),
}


def build(architecture: str, sizes: Mapping[str, object]) -> AbstractLanguageModel:
    """A new network with random weights (seed PyTorch first to repeat them).

    `sizes` are the fields of its config by name, as in TOML or JSON, with `vocabulary` and `newline`.

    Raises:
        RecipeError: there is no such architecture, or a size is unknown, missing or wrong; the message names it.
    """
    if architecture not in ARCHITECTURES:
        raise RecipeError(f"there is no architecture {architecture!r}; there are {', '.join(ARCHITECTURES)}")
    kind, network = ARCHITECTURES[architecture]
    known = {field.name for field in fields(kind)}
    for name in sorted(sizes.keys() - known):
        own = [field.name for field in fields(kind) if field.name not in {"vocabulary", "newline"}]
        raise RecipeError(f"model.{name}: {architecture} has no such size; it has {', '.join(own)}")
    return network(checked(kind, sizes, "model"))


def sizes_of(model: AbstractLanguageModel) -> dict[str, int | float | str | bool]:
    """The sizes by name; `build` makes the same network from them."""
    return asdict(model.config)


def parameter_count(model: AbstractLanguageModel) -> int:
    """The number of trainable parameters; a tied matrix counts once."""
    return sum(weight.numel() for weight in model.parameters())


def weights_of(model: AbstractLanguageModel) -> dict[str, Tensor]:
    """A copy of every weight on the CPU; later training does not change it.

    Tied weights appear once, under the name of their own module.
    """
    return {name: weight.detach().to("cpu", copy=True) for name, weight in model.named_parameters()}


@torch.no_grad()
def load_weights(model: AbstractLanguageModel, weights: Mapping[str, Tensor | np.ndarray]) -> None:
    """Put `weights` into `model`.

    Raises:
        ModelMismatch: a name or a shape differs; the message names it.
    """
    own = dict(model.named_parameters())
    for name in sorted(own.keys() ^ weights.keys()):
        place = "is missing from the stored weights" if name in own else "is unknown to this architecture"
        raise ModelMismatch(f"the weight {name!r} {place}; get the model again")
    for name, weight in own.items():
        stored, expected = tuple(weights[name].shape), tuple(weight.shape)
        if stored != expected:
            raise ModelMismatch(
                f"the weight {name!r} has the shape {stored}, not {expected}; get the model again"
            )
    for name, weight in own.items():
        weight.copy_(torch.as_tensor(weights[name]))


def check_fit(
    architecture: str, sizes: Mapping[str, object], weights: Mapping[str, Tensor | np.ndarray]
) -> None:
    """Check that `weights` fit such a network, before the network is built.

    Raises:
        ModelMismatch: a name or a shape differs; the message names it.
        RecipeError: there is no such network.
    """
    try:
        with torch.device("meta"):  # shapes without numbers
            load_weights(build(architecture, sizes), weights)
    except RuntimeError as error:
        raise ModelMismatch(
            f"a network of these sizes cannot be built: {error}; get the model again"
        ) from None


def network_with(
    architecture: str, sizes: Mapping[str, object], weights: Mapping[str, Tensor | np.ndarray]
) -> AbstractLanguageModel:
    """A network with these weights, in evaluation mode.

    Raises:
        RecipeError, ModelMismatch: there is no such network, or the weights do not fit it.
    """
    check_fit(architecture, sizes, weights)
    model = build(architecture, sizes)
    load_weights(model, weights)
    return model.eval()
