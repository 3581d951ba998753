"""Reading a model folder, with all checks that do not need the network.

The reader of safetensors checks the header of the weights: the file is complete, and the arrays fit their shapes
without gaps. This module checks that config.json names the same arrays.
"""

import errno
import math
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, BinaryIO, Final, final

import numpy as np
from safetensors import SafetensorError, safe_open

from foreword.errors import (
    ModelError,
    ModelForeign,
    ModelIncomplete,
    ModelMismatch,
    ModelMissing,
    ModelTruncated,
)
from foreword.files import is_locked
from foreword.modelfolder import names, swap
from foreword.modelfolder.config import SCALE, Config, Tensor, read_config
from foreword.modelfolder.record import TrainingRecord, parse

Stamp = tuple[int, int, int]

_LARGEST_BYTES: Final = {
    names.CONFIG: 2**20,
    names.TOKENIZER: 2**26,
    names.TRAINING: 2**25,
    names.LEXICON: 2**25,
    names.NGRAMS: 2**26,
}
_GRAPH_ALLOWANCE: Final = 2**24  # bytes


@final
@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """A checked model folder. Later reads raise `ModelMismatch` if the folder was replaced."""

    path: Path
    config: Config
    tokenizer_json: str
    training: Mapping[str, object]
    tensors: Mapping[str, Tensor]
    stamp: Stamp

    def record(self) -> TrainingRecord:
        """The typed record of training.json; `ModelForeign` if a field has the wrong type."""
        return TrainingRecord.of(self.training, self.path / names.TRAINING)

    def graph(self, *, quantized: bool) -> bytes | None:
        """The large or the quantized ONNX graph, or None if the folder has none."""
        path = self.path / (names.QUANTIZED if quantized else names.GRAPH)
        # The weights in float32, tied ones twice, with padded gates, and the operations.
        most = 4 * sum(tensor.bytes for tensor in self.tensors.values()) + _GRAPH_ALLOWANCE
        graph = read_bounded(path, most=most) if path.exists() else None
        self.check_unchanged()
        return graph

    def lexicon(self) -> str | None:
        """The word list, or None if the folder has none."""
        path = self.path / names.LEXICON
        text = _text(path) if path.exists() else None
        self.check_unchanged()
        return text

    def ngrams(self) -> mmap | bytes | None:
        """The n-grams of its texts, or None if the folder has none."""
        path, data = self.path / names.NGRAMS, None
        if path.exists():
            with _opened(path) as (file, size):
                fits = 0 < size <= _LARGEST_BYTES[names.NGRAMS]
                is_mapped = os.name == "posix" and fits  # elsewhere, a mapped file cannot be replaced
                data = mmap(file.fileno(), 0, access=ACCESS_READ) if is_mapped else read_bounded(path)
        self.check_unchanged()
        return data

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(math.prod(each.shape) for name, each in self.tensors.items() if not name.endswith(SCALE))

    def weights(self) -> dict[str, np.ndarray]:
        """The weights by name, float32; a row of an int8 matrix is multiplied by its scale."""
        weights = self._arrays(self.tensors)
        for name in self._integers():
            weights[name] = weights[name] * weights.pop(name + SCALE)[:, None]
        return {name: array.astype(np.float32, copy=False) for name, array in weights.items()}

    def shared(self) -> dict[str, np.ndarray]:
        """The int8 matrices and their scales, as stored; the quantised graph has them in common with the weights."""
        return self._arrays(name + end for name in self._integers() for end in ("", SCALE))

    def _integers(self) -> list[str]:
        return [name for name, tensor in self.tensors.items() if tensor.dtype == "I8"]

    def _arrays(self, wanted: Iterable[str]) -> dict[str, np.ndarray]:
        self.check_unchanged()
        path = self.path / names.WEIGHTS
        check_weights(path, self.tensors)
        with _weights_file(path) as file:
            arrays = {name: file.get_tensor(name) for name in wanted}
        self.check_unchanged()
        return arrays

    def check_unchanged(self) -> None:
        """Raise `ModelMismatch` if another folder has replaced this one."""
        if _stamp(self.path) != self.stamp:
            raise ModelMismatch(f"the model {self.path} was replaced while it was being read; try again")


def read(path: Path) -> ModelFolder:
    """The model folder at `path`, or a `ModelError`; an interrupted swap is finished first."""
    while True:
        swap.complete(path)
        stamp = _stamp(path)
        try:
            return read_in_place(path)
        except ModelError:
            if _stamp(path) == stamp:
                raise
            # Another process replaced the folder: read the new one.


def read_in_place(path: Path) -> ModelFolder:
    """The current model folder at `path`."""
    _check_files(path)
    stamp = _stamp(path)
    config, tensors = read_config(read_bounded(path / names.CONFIG), path / names.CONFIG)
    check_weights(path / names.WEIGHTS, tensors)
    folder = ModelFolder(
        path=path,
        config=config,
        tokenizer_json=_text(path / names.TOKENIZER),
        training=read_training(path / names.TRAINING),
        tensors=tensors,
        stamp=stamp,
    )
    folder.check_unchanged()
    return folder


def read_training(path: Path) -> dict[str, object]:
    """The training.json at `path`, with all of its keys."""
    return parse(read_bounded(path), path, dict[str, object])


def _check_files(path: Path) -> None:
    if not path.exists():
        others = ", ".join(names.models_in(path.parent))
        known = f"; you have: {others}" if others else ""
        if path.parent == names.home() and Path(path.name, names.CONFIG).is_file():
            known += f"; for the folder here, write ./{path.name}"
        if is_being_trained(path):
            raise ModelMissing(
                f"there is no model {path} yet: training of {path.name} is under way; wait for its end{known}"
            )
        way = "train one with: foreword train SOURCE"
        if names.has_unfinished_run(path):
            way = "its training was interrupted, go on with: foreword train --resume"
        raise ModelMissing(f"there is no model {path}{known}; {way}{names.named(path, '-o')}")
    if not path.is_dir():
        raise ModelForeign(f"{path} is a file, and a model is a folder; name its folder")
    missing = [name for name in names.REQUIRED if not (path / name).exists()]
    if not any((path / name).exists() for name in (names.GRAPH, names.QUANTIZED)):
        missing.append(names.GRAPH)
    if names.CONFIG in missing and len(missing) > 2:
        raise ModelForeign(f"{path} is a folder, but holds no model; to see your models: foreword models")
    if missing:
        raise ModelIncomplete(f"{path} lacks {', '.join(missing)}; get the model again, or train it again")


def is_being_trained(path: Path) -> bool:
    """Whether a process is training the model at `path` now."""
    return is_locked(names.lock_of_run(names.run_folder(path)))


def _stamp(path: Path) -> Stamp:
    """The identity of this config.json; it differs after a swap."""
    try:
        status = (path / names.CONFIG).stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The file at `path`, open for reading, and its size in bytes. A pipe is refused: its opening could block."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ModelForeign(f"{path} is not a file; get the model again")
        with path.open("rb") as file:
            yield file, os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise ModelIncomplete(f"{path} is missing; get the model again, or train it again") from None
    except OSError as error:
        if error.errno == errno.ENOMEM:
            raise MemoryError from None
        raise ModelIncomplete(
            f"{path} cannot be read: {error.strerror}; allow it, or get the model again"
        ) from None


def read_bounded(path: Path, *, most: int | None = None) -> bytes:
    """The bytes of the file at `path`: at most `most`, or else the limit for its name."""
    most = most or _LARGEST_BYTES[path.name]
    with _opened(path) as (file, size):
        if size > most:
            raise ModelForeign(
                f"{path} is not a file of Foreword's: it is larger than {most:,} bytes; get the model again"
            )
        data = file.read(size)
    if not data:
        raise ModelTruncated(f"{path} is empty; get the model again, or train it again")
    return data


def _text(path: Path) -> str:
    try:
        return read_bounded(path).decode()
    except UnicodeDecodeError as error:
        raise ModelTruncated(
            f"{path} is damaged at byte {error.start}: no UTF-8; get the model again"
        ) from None


@contextmanager
def _weights_file(path: Path) -> Iterator[Any]:
    with _opened(path):  # not a folder, nor a pipe
        pass
    try:
        with safe_open(path, framework="numpy") as file:
            yield file
    except (SafetensorError, OSError) as error:
        raise ModelTruncated(
            f"{path} is cut off, damaged, or not a safetensors file: {error}; get the model again"
        ) from None


def check_weights(path: Path, expected: Mapping[str, Tensor]) -> None:
    """Check that the file at `path` holds exactly the `expected` arrays."""
    with _weights_file(path) as file:
        slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
        found = {name: (each.get_dtype(), tuple(each.get_shape())) for name, each in slices.items()}
    if missing := sorted(expected.keys() - found.keys()):
        raise ModelMismatch(f"{path} lacks {missing[0]!r}, which config.json names; get the model again")
    if unknown := sorted(found.keys() - expected.keys()):
        raise ModelMismatch(
            f"{path} holds {unknown[0][:60]!r}, which config.json does not name; get the model again"
        )
    for name, (dtype, shape) in found.items():
        said = expected[name]
        if (dtype, shape) != (said.dtype, said.shape):
            differs = f"{name} is {dtype} {shape}, and config.json says {said.dtype} {said.shape}"
            raise ModelMismatch(f"{path}: {differs}; get the model again")
