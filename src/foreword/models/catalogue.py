"""All networks by name: what a recipe or a model folder asks for, built."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from foreword.models.config import AbstractConfig, config_from, sizes_from, wrong
from foreword.models.convolution import Convolution, ConvolutionConfig
from foreword.models.language_model import AbstractLanguageModel
from foreword.models.recurrent import Gru, GruConfig, Lstm, LstmConfig, Rnn, RnnConfig
from foreword.models.unrolled import Unrolled, UnrolledConfig
from foreword.models.window import Window, WindowConfig

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
    return sizes_from(model.config)


def parameter_count(model: AbstractLanguageModel) -> int:
    """How many numbers training may change; a tied matrix counts once."""
    return sum(weight.numel() for weight in model.parameters())
