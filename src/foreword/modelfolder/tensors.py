"""model.safetensors: its header checked against config.json before a weight is read, and without PyTorch.

The format: eight bytes with the header's length, the header as JSON (name → dtype, shape, first and last byte), and
then the numbers, without gaps (https://huggingface.co/docs/safetensors).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from foreword.errors import ModelForeign, ModelMismatch, ModelTruncated
from foreword.modelfolder.files import opened
from foreword.modelfolder.strictjson import parse_object

LONGEST_HEADER: Final = 2**24
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


def check_weights(path: Path, expected: Mapping[str, Tensor]) -> None:
    """See that the file at `path` holds the `expected` arrays, all of them and nothing else.

    Raises:
        ModelIncomplete: there is none.
        ModelTruncated: it is shorter or longer than its header says.
        ModelForeign: it is no safetensors file.
        ModelMismatch: names, kinds or shapes are not those of config.json.
    """
    with opened(path) as (file, size):
        length = int.from_bytes(file.read(8), "little")
        if size >= 8 and length > LONGEST_HEADER:
            raise ModelForeign(f"{path} is not a safetensors file; get the model again")
        if size < 8 + length or length == 0:
            raise ModelTruncated(f"{path} is cut off: it has {size} bytes; get the model again")
        header = parse_object(file.read(length), path)
    header.pop("__metadata__", None)
    _check_names(header, expected, path)
    for name, entry in header.items():
        found = Tensor.from_record(entry)
        if found is None:
            raise ModelForeign(
                f"{path} is not a file of Foreword's: {name!r} is described in a way unknown here"
            )
        if found != expected[name]:
            raise ModelMismatch(f"{path}: {name} is {found}, and config.json says {expected[name]}")
    end = _check_places(header, expected, path)
    if size != 8 + length + end:
        raise ModelTruncated(
            f"{path} is cut off or damaged: it has {size} bytes, and should have {8 + length + end}; "
            "get the model again"
        )


def load_weights(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a checked file, as float32."""
    try:
        return {name: array.astype(np.float32, copy=False) for name, array in load_file(path).items()}
    except (SafetensorError, OSError) as error:
        raise ModelTruncated(f"{path} is damaged: {error}; get the model again") from None


def save_weights(weights: Mapping[str, np.ndarray]) -> bytes:
    """The bytes of a safetensors file."""
    return save({name: np.ascontiguousarray(array) for name, array in weights.items()})


def _check_names(header: Mapping[str, object], expected: Mapping[str, Tensor], path: Path) -> None:
    if missing := sorted(expected.keys() - header.keys()):
        raise ModelMismatch(f"{path} lacks {missing[0]!r}, which config.json names; get the model again")
    if unknown := sorted(header.keys() - expected.keys()):
        raise ModelMismatch(f"{path} holds {unknown[0][:60]!r}, which config.json does not name")


def _check_places(header: Mapping[str, object], expected: Mapping[str, Tensor], path: Path) -> int:
    """The place where the last array ends; each must begin where another ended, and be as long as its shape says."""
    end = 0
    for (first, last), name in sorted((_place(entry), name) for name, entry in header.items()):
        if first != end or last - first != expected[name].bytes:
            raise ModelForeign(
                f"{path} is not a file of Foreword's: the place of {name!r} is not where it must be"
            )
        end = last
    return end


def _place(entry: object) -> tuple[int, int]:
    """The first byte of an array in the data and the one after its last, or a place where none can be."""
    offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
    if isinstance(offsets, list) and len(offsets) == 2 and all(type(offset) is int for offset in offsets):
        return offsets[0], offsets[1]
    return -1, -1
