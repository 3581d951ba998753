"""All networks by name, for recipes and model folders; and their weights by name."""

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, Literal, get_args, get_origin

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

ARCHITECTURES: Mapping[str, tuple[type[AbstractConfig], Callable[[Any], AbstractLanguageModel]]] = {
    "unrolled": (UnrolledConfig, Unrolled),
    "window": (WindowConfig, Window),
    "convolution": (ConvolutionConfig, Convolution),
    "rnn": (RnnConfig, Rnn),
    "gru": (GruConfig, Gru),
    "lstm": (LstmConfig, Lstm),
}
MOST_LAYERS = 100


def build(architecture: str, sizes: Mapping[str, object]) -> AbstractLanguageModel:
    """A new network with random weights (seed PyTorch first to repeat them).

    `sizes` are the fields of its config by name, as in TOML or JSON, with `vocabulary` and `newline`.

    Raises:
        RecipeError: there is no such architecture, or a size is unknown, missing or wrong; the message names it.
    """
    if architecture not in ARCHITECTURES:
        raise _wrong("architecture", architecture, f"one of {', '.join(ARCHITECTURES)}")
    kind, network = ARCHITECTURES[architecture]
    known = {field.name: field for field in fields(kind)}
    for name in sorted(sizes.keys() - known.keys()):
        ours = [
            each for each in known if each not in {"vocabulary", "newline"}
        ]  # the others follow from the text
        raise RecipeError(f"{name}: {architecture} has no such size; it has {', '.join(ours)}")
    for name, field in known.items():
        if field.default is MISSING and name not in sizes:
            raise RecipeError(f"{name}: {architecture} cannot be built without this size; give it")
    values: dict[str, Any] = {name: _checked(name, value, known[name].type) for name, value in sizes.items()}
    if values["newline"] >= values["vocabulary"]:
        raise _wrong("newline", values["newline"], f"an id below the vocabulary, {values['vocabulary']}")
    return network(kind(**values))


def _checked(name: str, value: object, kind: object) -> object:
    """A size with the type and in the range of its field; a whole number may replace a float."""
    if kind is float and type(value) is int:
        value = float(value)
    if get_origin(kind) is Literal:
        fits, wanted = value in get_args(kind), " or ".join(get_args(kind))
    elif kind is bool:
        fits, wanted = type(value) is bool, "true or false"
    elif kind is int:
        least = 0 if name == "newline" else 1
        if name == "layers" and type(value) is int and value > MOST_LAYERS:
            raise _wrong(name, value, f"at most {MOST_LAYERS}")
        fits, wanted = type(value) is int and value >= least, f"a whole number of at least {least}"
    elif name.endswith("dropout"):
        fits, wanted = type(value) is float and 0 <= value < 1, "a number of at least 0 and below 1"
    else:
        fits, wanted = type(value) is float and math.isfinite(value), "a finite number"
    if not fits:
        raise _wrong(name, value, wanted)
    return value


def _wrong(name: str, value: object, wanted: str) -> RecipeError:
    return RecipeError(f"{name} = {value!r}: give {wanted}")


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
    """Check that `weights` fit such a network, before the network is built.

    Raises:
        ModelMismatch: a name or a shape differs; the message names it.
        RecipeError: there is no such network.
    """
    try:
        with torch.device("meta"):  # shapes without numbers
            load_weights(build(architecture, sizes), weights)
    except RuntimeError as error:
        raise ModelMismatch(f"a network of these sizes cannot be built: {error}") from None


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
