"""config.json: what a model is, checked before anything is built from it, and without PyTorch.

Whether the weights are those of a network of its sizes is seen where one is built (`models.catalogue.check_fit`).
"""

import math
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, final, get_args

import msgspec
import numpy as np

from foreword.choices import Architecture, Unit
from foreword.errors import ModelForeign, ModelMismatch, ModelTooNew
from foreword.modelfolder.record import encoded, parse
from foreword.text.cleaning import POLICY

FORMAT_VERSION: Final = 1
MODEL_TYPE: Final = "foreword"
_LARGEST: Final = 2**31

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]
Size: TypeAlias = Number | float | str | bool
ShortText: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


@final
class Tensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The kind and the shape of one array of weights."""

    dtype: Literal["F32", "F16"]
    shape: tuple[Number, ...]

    @property
    def bytes(self) -> int:
        """Its size."""
        return math.prod(self.shape) * (4 if self.dtype == "F32" else 2)

    @classmethod
    def of(cls, array: np.ndarray) -> "Tensor":
        """The kind and shape of `array`, of float32 or float16."""
        return cls("F16" if array.dtype == np.float16 else "F32", array.shape)


@final
class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What a model is: its architecture with all sizes, its unit of text, and the policy its text was cleaned by."""

    architecture: ShortText
    unit: Unit
    vocabulary: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]
    newline: Number
    sizes: Mapping[str, Size]
    text: Mapping[str, str] = msgspec.field(default_factory=lambda: dict(POLICY))
    format_version: Number = FORMAT_VERSION
    foreword_version: ShortText = msgspec.field(default_factory=lambda: metadata.version("foreword"))


class _Kind(msgspec.Struct):
    """What tells a model of Foreword's from others, and a version that this one reads from later ones."""

    model_type: object = None
    format_version: Annotated[int, msgspec.Meta(ge=1)] = FORMAT_VERSION


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """All that config.json holds, in this order."""

    model_type: Literal["foreword"] = MODEL_TYPE
    format_version: Number
    foreword_version: ShortText
    architecture: ShortText
    unit: Unit
    vocabulary: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]
    newline: Number
    sizes: dict[str, Size]
    text: dict[str, str]
    tensors: Annotated[dict[str, Tensor], msgspec.Meta(min_length=1)]


def is_model(data: bytes, path: Path) -> bool:
    """Whether the config.json at `path`, which holds `data`, is that of a model of Foreword's, of any version."""
    return parse(data, path, _Kind).model_type == MODEL_TYPE


def write_config(config: Config, tensors: Mapping[str, Tensor]) -> bytes:
    """The bytes of a config.json."""
    fields = msgspec.structs.asdict(config) | {"sizes": dict(config.sizes), "text": dict(config.text)}
    return encoded(_File(**fields, tensors=dict(tensors)))


def read_config(data: bytes, path: Path) -> tuple[Config, dict[str, Tensor]]:
    """The configuration and the weights' names and shapes, from the config.json at `path`, which holds `data`.

    Of a later format nothing else is looked at, for all else may have changed.
    """
    kind = parse(data, path, _Kind)
    if kind.model_type != MODEL_TYPE:
        raise ModelForeign(f"{path} does not describe a model of Foreword's: its model_type is another")
    if kind.format_version > FORMAT_VERSION:
        raise ModelTooNew(
            f"{path} has format version {kind.format_version}, and this Foreword reads up to {FORMAT_VERSION}; "
            "upgrade it with: pip install --upgrade foreword"
        )
    file = parse(data, path, _File)
    config = Config(**{name: getattr(file, name) for name in Config.__struct_fields__})
    if config.architecture not in (known := get_args(Architecture)):
        raise ModelTooNew(
            f"{path} has the architecture {config.architecture!r}, and this Foreword knows {', '.join(known)}; "
            "upgrade it with: pip install --upgrade foreword"
        )
    if config.newline >= config.vocabulary:
        raise ModelMismatch(f"{path}: newline is {config.newline}, but vocabulary is {config.vocabulary}")
    layers, most = config.sizes.get("layers", 1), len(file.tensors)
    if not isinstance(layers, int) or layers > most:  # each has weights, and is made where a network is built
        raise ModelMismatch(f"{path}: layers among the sizes is {layers}, but {most} weights are there")
    return config, file.tensors
