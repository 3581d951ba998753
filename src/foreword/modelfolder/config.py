"""config.json: the description of a model. It is checked without PyTorch, before the network is built.

The check compares the sizes with the shapes of the matrices, not of the biases. `dropout` and similar settings do not
affect the weights and cannot be checked.
"""

import math
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias, final

import msgspec
import numpy as np

from foreword.choices import Unit
from foreword.errors import ModelForeign, ModelMismatch, ModelTooNew
from foreword.modelfolder.record import encoded, parse
from foreword.text.cleaning import POLICY

FORMAT_VERSION: Final = 1
MODEL_TYPE: Final = "foreword"
_LARGEST: Final = 2**31

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]
Size: TypeAlias = Number | float | str | bool
Kind: TypeAlias = Literal["F32", "F16", "I8"]
ShortText: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


@final
class Tensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data type and the shape of one array of weights."""

    dtype: Kind
    shape: tuple[Number, ...]

    @property
    def bytes(self) -> int:
        """The size in bytes."""
        return math.prod(self.shape) * {"F32": 4, "F16": 2, "I8": 1}[self.dtype]

    @classmethod
    def of(cls, array: np.ndarray) -> "Tensor":
        """The data type and the shape of `array`, of float32, float16 or int8."""
        kinds: dict[int, Kind] = {4: "F32", 2: "F16", 1: "I8"}
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


class _Kind(msgspec.Struct):
    """The two fields that identify a Foreword model and its format version."""

    model_type: object = None
    format_version: Annotated[int, msgspec.Meta(ge=1)] = FORMAT_VERSION


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """All fields of config.json, in this order."""

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
    return parse(data, path, _Kind).model_type == MODEL_TYPE


def write_config(config: Config, tensors: Mapping[str, Tensor]) -> bytes:
    """The bytes of a config.json."""
    fields = msgspec.structs.asdict(config) | {"sizes": dict(config.sizes), "text": dict(config.text)}
    return encoded(_File(**fields, tensors=dict(tensors)))


def read_config(data: bytes, path: Path) -> tuple[Config, dict[str, Tensor]]:
    """The configuration and the weights' names and shapes, from `data`, the config.json at `path`.

    In a later format, no other field is read, because all of them may have changed.
    """
    kind = parse(data, path, _Kind)
    if kind.model_type != MODEL_TYPE:
        raise ModelForeign(
            f"{path} is not of a model of Foreword's: its model_type is another; name another folder"
        )
    if kind.format_version > FORMAT_VERSION:
        raise ModelTooNew(
            f"{path} has format version {kind.format_version}, and this Foreword reads up to {FORMAT_VERSION}; "
            "upgrade it with: pip install --upgrade foreword"
        )
    file = parse(data, path, _File)
    config = Config(**{name: getattr(file, name) for name in Config.__struct_fields__})
    if config.newline >= config.vocabulary:
        raise ModelMismatch(
            f"{path}: newline is {config.newline}, but vocabulary is {config.vocabulary}; get the model again"
        )
    return config, file.tensors


Shapes: TypeAlias = dict[str, tuple[int, ...]]

SCALE: Final = ".scale"
"""Ends the name of the scales of an int8 matrix of an LSTM: one for each row; the embeddings have one for all."""

GATES: Final = MappingProxyType({"rnn": 1, "gru": 3, "lstm": 4})


def check_shapes(config: Config, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Check that the matrices fit the architecture and its sizes; `path` is that of config.json."""
    if config.architecture not in MATRICES:
        raise ModelTooNew(
            f"{path} has the architecture {config.architecture!r}, and this Foreword knows {', '.join(MATRICES)}; "
            "upgrade it with: pip install --upgrade foreword"
        )
    sizes = _Sizes(config, most_layers=len(tensors), path=path)
    for name, value in (("vocabulary", config.vocabulary), ("newline", config.newline)):
        if config.sizes.get(name, value) != value:
            raise sizes.wrong(name, f"{value}, as beside them")
    wanted = {"embed.weight": (config.vocabulary, sizes["embedding"])} | MATRICES[config.architecture](sizes)
    found = {name: tensor.shape for name, tensor in tensors.items() if len(tensor.shape) > 1}
    for name in (name for name, tensor in tensors.items() if tensor.dtype == "I8"):
        rows = 1 if name == "embed.weight" else wanted.get(name, (0,))[0]
        if config.architecture != "lstm" or tensors.get(name + SCALE) != Tensor("F32", (rows,)):
            raise ModelMismatch(
                f"{path}: {name[:60]!r} is no matrix of an lstm with a scale for each row; get the model again"
            )
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise ModelMismatch(
                f"{path}: {name[:60]!r} has the shape {found.get(name, 'of nothing')} in the weights, and "
                f"{wanted.get(name, 'of nothing')} by architecture and sizes; get the model again"
            )


@final
class _Sizes:
    """The sizes of a configuration as whole numbers; the error for a wrong size names it."""

    def __init__(self, config: Config, *, most_layers: int, path: Path) -> None:
        self.config = config
        self.most_layers = most_layers
        self.path = path

    def __getitem__(self, name: str) -> int:
        value = self.config.sizes.get(name)
        if type(value) is not int:
            raise self.wrong(name, "a whole number")
        return value

    @property
    def layers(self) -> range:
        """The indices of the layers. Each layer has weights, so `most_layers` is the limit."""
        if self["layers"] > self.most_layers:
            raise self.wrong("layers", f"at most {self.most_layers}, as the weights have it")
        return range(self["layers"])

    def wrong(self, name: str, expected: str) -> ModelMismatch:
        """The error for the size with this name."""
        value = self.config.sizes.get(name)
        found = "is missing" if value is None else f"is {str(value)[:60]!r}"
        return ModelMismatch(
            f"{self.path}: {name} among the sizes {found}, and must be {expected}; get the model again"
        )


def _recurrent(sizes: _Sizes) -> Shapes:
    hidden, embedding, vocabulary = sizes["hidden"], sizes["embedding"], sizes.config.vocabulary
    rows = GATES[sizes.config.architecture] * hidden
    shapes: Shapes = {f"cells.weight_hh_l{layer}": (rows, hidden) for layer in sizes.layers}
    shapes |= {f"cells.weight_ih_l{layer}": (rows, hidden if layer else embedding) for layer in sizes.layers}
    if not sizes.config.sizes.get("tied"):
        shapes["output.weight"] = (vocabulary, hidden)
    elif hidden != embedding:
        shapes["output.project.weight"] = (embedding, hidden)
    return shapes


def _unrolled(sizes: _Sizes) -> Shapes:
    hidden = sizes["hidden"]
    carry: Shapes = {"carry.weight": (hidden, hidden)} if sizes["context"] > 1 else {}
    return {"hear.weight": (hidden, sizes["embedding"]), **carry, **_prediction(sizes)}


def _window(sizes: _Sizes) -> Shapes:
    return {"hide.weight": (sizes["hidden"], sizes["context"] * sizes["embedding"]), **_prediction(sizes)}


def _convolution(sizes: _Sizes) -> Shapes:
    hidden, width = sizes["hidden"], sizes["kernel"] * sizes["hidden"]
    shapes = {f"convolve.{layer}.weight": (hidden, width) for layer in sizes.layers}
    return {"widen.weight": (hidden, sizes["embedding"]), **shapes, **_prediction(sizes)}


def _prediction(sizes: _Sizes) -> Shapes:
    return {"predict.weight": (sizes.config.vocabulary, sizes["hidden"])}


MATRICES: Final[Mapping[str, Callable[[_Sizes], Shapes]]] = MappingProxyType(
    {
        "unrolled": _unrolled,
        "window": _window,
        "convolution": _convolution,
        **dict.fromkeys(GATES, _recurrent),
    }
)
