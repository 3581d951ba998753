"""config.json: what a model is, checked field by field before anything is built from it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, cast, final

import numpy as np

from foreword.errors import ModelForeign, ModelMismatch, ModelTooNew
from foreword.text.cleaning import POLICY
from foreword.text.forms import UNITS, Unit

Size = int | float | str | bool

FORMAT_VERSION: Final = 1
MODEL_TYPE: Final = "foreword"
KEYS: Final = frozenset(
    [
        *("model_type", "format_version", "foreword_version", "architecture", "unit"),
        *("vocabulary", "newline", "sizes", "text", "tensors"),
    ]
)
LARGEST: Final = 2**31
LARGEST_AXIS: Final = 2**31
BYTES: Final = {"F32": 4, "F16": 2}


@final
@dataclass(frozen=True, slots=True)
class Tensor:
    """The kind and the shape of one array of weights."""

    dtype: Literal["F32", "F16"]
    shape: tuple[int, ...]

    @property
    def bytes(self) -> int:
        """How many bytes it takes."""
        return math.prod(self.shape) * BYTES[self.dtype]

    @classmethod
    def of(cls, array: np.ndarray) -> "Tensor":
        """The kind and shape of `array`, of float32 or float16."""
        return cls("F16" if array.dtype == np.float16 else "F32", array.shape)

    @classmethod
    def from_record(cls, record: object) -> "Tensor | None":
        """The one that a piece of JSON describes, or None if it describes none."""
        if not isinstance(record, dict) or record.get("dtype") not in tuple(BYTES):
            return None
        shape = record.get("shape")
        if not isinstance(shape, list) or not all(
            type(axis) is int and 0 <= axis <= LARGEST_AXIS for axis in shape
        ):
            return None
        return cls(cast("Literal['F32', 'F16']", record["dtype"]), tuple(shape))


@final
@dataclass(frozen=True, kw_only=True)
class Config:
    """What a model is: its architecture with all sizes, its unit of text, and the policy its text was cleaned by."""

    architecture: str
    unit: Unit
    vocabulary: int
    newline: int
    sizes: Mapping[str, Size]
    text: Mapping[str, str] = field(default_factory=lambda: dict(POLICY))
    format_version: int = FORMAT_VERSION
    foreword_version: str = field(default_factory=lambda: metadata.version("foreword"))


def to_record(config: Config, tensors: Mapping[str, Tensor]) -> dict[str, object]:
    """What config.json holds."""
    return {
        "model_type": MODEL_TYPE,
        "format_version": config.format_version,
        "foreword_version": config.foreword_version,
        "architecture": config.architecture,
        "unit": config.unit,
        "vocabulary": config.vocabulary,
        "newline": config.newline,
        "sizes": dict(config.sizes),
        "text": dict(config.text),
        "tensors": {name: {"dtype": each.dtype, "shape": list(each.shape)} for name, each in tensors.items()},
    }


def from_record(record: Mapping[str, object], path: Path) -> tuple[Config, dict[str, Tensor]]:
    """The configuration and the weights' names and shapes, from the parsed config.json at `path`.

    Raises:
        ModelForeign: it is not Foreword's, or a field is missing, unknown or of the wrong type.
        ModelTooNew: a later format; nothing else is looked at, for all else may have changed.
        ModelMismatch: its numbers contradict one another.
    """
    fields = _Fields(record, path)
    if record.get("model_type") != MODEL_TYPE:
        raise ModelForeign(
            f"{path} does not describe a model of Foreword's: model_type is not {MODEL_TYPE!r}"
        )
    version = fields.count("format_version")
    if version > FORMAT_VERSION:
        raise ModelTooNew(
            f"{path} has format version {version}, and this Foreword reads up to {FORMAT_VERSION}; upgrade it with: "
            "pip install --upgrade foreword"
        )
    fields.check_keys()
    unit = fields.text("unit")
    if unit not in UNITS:
        raise fields.wrong("unit", f"one of {', '.join(UNITS)}")
    config = Config(
        architecture=fields.text("architecture"),
        unit=unit,
        vocabulary=fields.count("vocabulary"),
        newline=fields.count("newline", least=0),
        sizes=fields.sizes("sizes"),
        text=fields.texts("text"),
        format_version=version,
        foreword_version=fields.text("foreword_version"),
    )
    if config.newline >= config.vocabulary:
        raise ModelMismatch(f"{path}: newline is {config.newline}, but vocabulary is {config.vocabulary}")
    return config, fields.tensors("tensors")


@final
class _Fields:
    """The fields of a record, each taken as the type it must have."""

    def __init__(self, record: Mapping[str, object], path: Path) -> None:
        self.record = record
        self.path = path

    def wrong(self, name: str, expected: str) -> ModelForeign:
        return ModelForeign(
            f"{self.path}: {name} must be {expected}, and is {repr(self.record.get(name))[:60]}; "
            "get the model again, or train it anew"
        )

    def check_keys(self) -> None:
        for complaint, names in (
            ("lacks", KEYS - self.record.keys()),
            ("has unknown", self.record.keys() - KEYS),
        ):
            if names:
                raise ModelForeign(f"{self.path} {complaint} {', '.join(sorted(names))[:200]}")

    def text(self, name: str) -> str:
        value = self.record.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= 200:
            raise self.wrong(name, "a short text")
        return value

    def count(self, name: str, least: int = 1) -> int:
        value = self.record.get(name)
        if not _is_count(value, least):
            raise self.wrong(name, f"a whole number from {least} to {LARGEST}")
        return cast("int", value)

    def table(self, name: str) -> dict[str, object]:
        value = self.record.get(name)
        if not isinstance(value, dict):
            raise self.wrong(name, "an object")
        return value

    def texts(self, name: str) -> dict[str, str]:
        table = self.table(name)
        if not all(isinstance(value, str) for value in table.values()):
            raise self.wrong(name, "an object of texts")
        return cast("dict[str, str]", table)

    def sizes(self, name: str) -> dict[str, Size]:
        table = self.table(name)
        if not all(isinstance(value, (str, bool, float)) or _is_count(value, 0) for value in table.values()):
            raise self.wrong(name, f"an object of texts, truth values and numbers up to {LARGEST}")
        return cast("dict[str, Size]", table)

    def tensors(self, name: str) -> dict[str, Tensor]:
        found = {key: Tensor.from_record(value) for key, value in self.table(name).items()}
        if not found or None in found.values():
            raise self.wrong(name, "an object of objects, each with a dtype and a shape")
        return cast("dict[str, Tensor]", found)


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= LARGEST


Shapes = dict[str, tuple[int, ...]]

GATES: Final = MappingProxyType({"rnn": 1, "gru": 3, "lstm": 4})


def check_shapes(config: Config, tensors: Mapping[str, Tensor], path: Path) -> None:
    """See that the weights' matrices are those of the architecture and its sizes; `path` is that of config.json.

    Raises:
        ModelTooNew: this Foreword has no such architecture.
        ModelMismatch: a size is missing or no number, or a matrix is missing, left over or of another shape.
    """
    if config.architecture not in MATRICES:
        raise ModelTooNew(
            f"{path} has the architecture {config.architecture!r}, and this Foreword knows {', '.join(MATRICES)}; "
            "upgrade it with: pip install --upgrade foreword"
        )
    sizes = _Sizes(config, most_layers=len(tensors), path=path)
    sizes.check_repeated(vocabulary=config.vocabulary, newline=config.newline)
    wanted = {"embed.weight": (config.vocabulary, sizes["embedding"])} | MATRICES[config.architecture](sizes)
    found = {name: tensor.shape for name, tensor in tensors.items() if len(tensor.shape) > 1}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise ModelMismatch(
                f"{path}: {name[:60]!r} has the shape {found.get(name, 'of nothing')} in the weights, and "
                f"{wanted.get(name, 'of nothing')} by architecture and sizes; get the model again"
            )


@final
class _Sizes:
    """The sizes of a configuration, each a whole number, or an error with its name."""

    def __init__(self, config: Config, *, most_layers: int, path: Path) -> None:
        self.config = config
        self.most_layers = most_layers
        self.path = path

    def __getitem__(self, name: str) -> int:
        value = self.config.sizes.get(name)
        if type(value) is not int:
            raise self._wrong(name, value, "a whole number")
        return value

    @property
    def layers(self) -> range:
        """The numbers of the layers. Each has weights, so there are not more than these."""
        if self["layers"] > self.most_layers:
            raise self._wrong("layers", self["layers"], f"at most {self.most_layers}, as the weights have it")
        return range(self["layers"])

    def check_repeated(self, **known: int) -> None:
        """See that what stands beside the sizes, too, is the same there."""
        for name, value in known.items():
            if self.config.sizes.get(name, value) != value:
                raise self._wrong(name, self.config.sizes[name], f"{value}, as beside them")

    def _wrong(self, name: str, value: Size | None, expected: str) -> ModelMismatch:
        found = "is missing" if value is None else f"is {str(value)[:60]!r}"
        return ModelMismatch(f"{self.path}: {name} among the sizes {found}, and must be {expected}")


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
    return {
        "hide.weight": (sizes["hidden"], sizes["context"] * sizes["embedding"]),
        **_prediction(sizes),
    }


def _convolution(sizes: _Sizes) -> Shapes:
    hidden = sizes["hidden"]
    shapes: Shapes = {
        f"convolve.{layer}.weight": (hidden, sizes["kernel"] * hidden) for layer in sizes.layers
    }
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
