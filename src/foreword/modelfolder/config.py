"""config.json: the description of a model.

Reading a folder compares its weights with the file of weights. Building a network compares its sizes with the weights
(`models/catalogue.py`); typing builds none, because it needs only the graph.
"""

import math
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, final, get_args

import msgspec
import numpy as np

from foreword.errors import ModelForeign, ModelMismatch, ModelTooNew
from foreword.modelfolder.record import encoded, parse
from foreword.settings import Architecture, Unit
from foreword.text.cleaning import POLICY

FORMAT_VERSION: Final = 1
MODEL_TYPE: Final = "foreword"
_LARGEST: Final = 2**31

SCALE: Final = ".scale"
"""Ends the name of the scales of an int8 matrix of an LSTM: one for each row; the embeddings have one for all."""

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]
Size: TypeAlias = Number | float | str | bool
DataType: TypeAlias = Literal["F32", "F16", "I8"]
ShortText: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


@final
class Tensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data type and the shape of one array of weights."""

    dtype: DataType
    shape: tuple[Number, ...]

    @property
    def bytes(self) -> int:
        """The size in bytes."""
        return math.prod(self.shape) * {"F32": 4, "F16": 2, "I8": 1}[self.dtype]

    @classmethod
    def of(cls, array: np.ndarray) -> "Tensor":
        """The data type and the shape of `array`, of float32, float16 or int8."""
        kinds: dict[int, DataType] = {4: "F32", 2: "F16", 1: "I8"}
        return cls(kinds[array.itemsize], array.shape)


@final
class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The description of a model: its architecture with all sizes, its unit of text and its cleaning policy."""

    architecture: ShortText
    unit: Unit
    vocabulary: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]
    newline: Number
    sizes: Mapping[str, Size]
    text: Mapping[str, str] = msgspec.field(default_factory=lambda: dict(POLICY))
    format_version: Number = FORMAT_VERSION
    foreword_version: ShortText = msgspec.field(default_factory=lambda: metadata.version("foreword"))


class _Identity(msgspec.Struct):
    """The two fields that identify a Foreword model and its format version."""

    model_type: object = None
    format_version: Annotated[int, msgspec.Meta(ge=1)] = FORMAT_VERSION


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
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
    """Whether `data`, the config.json at `path`, describes a Foreword model of any version."""
    return parse(data, path, _Identity).model_type == MODEL_TYPE


def write_config(config: Config, tensors: Mapping[str, Tensor]) -> bytes:
    """The bytes of a config.json."""
    fields = msgspec.structs.asdict(config) | {"sizes": dict(config.sizes), "text": dict(config.text)}
    return encoded(_File(**fields, tensors=dict(tensors)))


def read_config(data: bytes, path: Path) -> tuple[Config, dict[str, Tensor]]:
    """The configuration and the weights' names and shapes, from `data`, the config.json at `path`.

    In a later format, no other field is read, because all of them may have changed.
    """
    identity = parse(data, path, _Identity)
    if identity.model_type != MODEL_TYPE:
        raise ModelForeign(
            f"{path} does not describe a model of Foreword's: its model_type is another; name another folder"
        )
    if identity.format_version > FORMAT_VERSION:
        raise ModelTooNew(
            f"{path} has format version {identity.format_version}, and this Foreword reads up to {FORMAT_VERSION}; "
            "upgrade it with: pip install --upgrade foreword"
        )
    file = parse(data, path, _File)
    config = Config(**{name: getattr(file, name) for name in Config.__struct_fields__})
    if config.newline >= config.vocabulary:
        raise ModelMismatch(
            f"{path}: newline is {config.newline}, but vocabulary is {config.vocabulary}; get the model again"
        )
    if config.architecture not in get_args(Architecture):
        raise ModelTooNew(
            f"{path} has the architecture {config.architecture[:60]!r}, and this Foreword knows "
            f"{', '.join(get_args(Architecture))}; upgrade it with: pip install --upgrade foreword"
        )
    _check_scales(config.architecture, file.tensors, path)
    return config, file.tensors


def _check_scales(architecture: str, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Check that each int8 matrix has its scales; else the weights could not be read as numbers."""
    for name in (name for name, tensor in tensors.items() if tensor.dtype == "I8"):
        shape = tensors[name].shape
        scales = Tensor("F32", (1,) if name == "embed.weight" else shape[:1])
        if architecture != "lstm" or len(shape) != 2 or tensors.get(name + SCALE) != scales:
            raise ModelMismatch(
                f"{path}: {name[:60]!r} is no matrix of an lstm with a scale for each row; get the model again"
            )
