"""Reading a model folder: all that can be checked without building the network is checked at once."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, final

import numpy as np
from filelock import FileLock, Timeout
from safetensors import SafetensorError
from safetensors.numpy import load_file

from foreword.errors import (
    ModelError,
    ModelForeign,
    ModelIncomplete,
    ModelMismatch,
    ModelMissing,
    ModelTruncated,
)
from foreword.modelfolder import names, swap
from foreword.modelfolder.config import Config, Tensor, check_shapes, from_record
from foreword.modelfolder.names import (
    PERSONAL,
    SHIPPED,
    home,
    in_a_command,
    lock_of_run,
    models_in,
    run_folder,
)
from foreword.modelfolder.record import parse_object

LONGEST_HEADER: Final = 2**24
Stamp = tuple[int, int, int]


@final
@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """A checked model folder. Graph and weights are read when asked for; never those of another model than `config`."""

    path: Path
    config: Config
    tokenizer_json: str
    training: Mapping[str, object]
    tensors: Mapping[str, Tensor]
    stamp: Stamp

    def graph(self, *, quantized: bool) -> bytes | None:
        """The ONNX graph, the large or the quantized one, or None where it was left out.

        Raises:
            ModelTruncated: the file is empty.
            ModelForeign: it is larger than a graph with these weights can be.
            ModelMismatch: the folder was replaced since it was read.
        """
        path = self.path / (names.QUANTIZED if quantized else names.GRAPH)
        most = largest_graph(sum(tensor.bytes for tensor in self.tensors.values()))
        graph = read_bounded(path, most=most) if path.exists() else None
        self.check_unchanged()
        return graph

    def lexicon(self) -> str | None:
        """The list of words, or None where it was left out.

        Raises:
            ModelTruncated: it is not UTF-8, or empty.
            ModelMismatch: the folder was replaced since it was read.
        """
        path = self.path / names.LEXICON
        text = read_text(path) if path.exists() else None
        self.check_unchanged()
        return text

    def weights(self) -> dict[str, np.ndarray]:
        """The weights by name, float32.

        Raises:
            ModelTruncated: the file is damaged.
            ModelMismatch: the folder was replaced since it was read.
        """
        self.check_unchanged()
        check_weights(self.path / names.WEIGHTS, self.tensors)
        weights = load_weights(self.path / names.WEIGHTS)
        self.check_unchanged()
        return weights

    def check_unchanged(self) -> None:
        """Raise `ModelMismatch` if another folder was put in the place of the one that was read."""
        if _stamp(self.path) != self.stamp:
            raise ModelMismatch(f"the model {self.path} was replaced while it was being read; try again")


def read(path: Path) -> ModelFolder:
    """The model folder at `path`; a swap that was interrupted there is finished first.

    Raises:
        ModelMissing: there is nothing at `path`.
        ModelIncomplete: a file is missing.
        ModelTruncated: a file is cut off or damaged.
        ModelForeign: the folder, or a file in it, is something else.
        ModelTooNew: a later version wrote it.
        ModelMismatch: its files do not fit one another.
    """
    while True:
        swap.complete(path)
        stamp = _stamp(path)
        try:
            return read_in_place(path)
        except ModelError:
            if _stamp(path) == stamp:
                raise
            # The folder was replaced meanwhile: read the new one.


def read_in_place(path: Path) -> ModelFolder:
    """The model folder that is at `path` now."""
    _check_files(path)
    stamp = _stamp(path)
    config, tensors = from_record(_parsed(path / names.CONFIG), path / names.CONFIG)
    check_weights(path / names.WEIGHTS, tensors)
    check_shapes(config, tensors, path / names.CONFIG)
    folder = ModelFolder(
        path=path,
        config=config,
        tokenizer_json=read_text(path / names.TOKENIZER),
        training=_parsed(path / names.TRAINING),
        tensors=tensors,
        stamp=stamp,
    )
    folder.check_unchanged()
    return folder


def _check_files(path: Path) -> None:
    if not path.exists():
        others = ", ".join(models_in(path.parent)) if path.parent.is_dir() else ""
        known = f"; the models there are: {others}" if others else ""
        if is_being_trained(path):
            raise ModelMissing(f"there is no model {path} yet: training of {path.name} is under way{known}")
        way = (
            "its training was interrupted, go on with: foreword train --resume"
            if run_folder(path).is_dir()
            else "train one with: foreword train SOURCE"
        )
        raise ModelMissing(f"there is no model {path}{known}; {way}{named(path, '-o')}")
    if not path.is_dir():
        raise ModelForeign(f"{path} is a file, and a model is a folder")
    missing = [name for name in names.REQUIRED if not (path / name).exists()]
    if not (path / names.GRAPH).exists() and not (path / names.QUANTIZED).exists():
        missing.append(names.GRAPH)
    if names.CONFIG in missing and len(missing) > 2:
        raise ModelForeign(f"{path} is a folder, but holds no model")
    if missing:
        raise ModelIncomplete(f"{path} lacks {', '.join(missing)}; get the model again, or train it anew")


def is_being_trained(path: Path) -> bool:
    """Whether a process is at a run of the model at `path` now."""
    lock = lock_of_run(run_folder(path))
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except (Timeout, OSError) as error:
        return isinstance(error, Timeout)


def named(path: Path, option: str) -> str:
    """How a command line names the model at `path`: not at all, where it is the one for which none need be named."""
    folder = home()
    if path in (folder / PERSONAL, folder / SHIPPED):
        return ""
    return f" {option} {in_a_command(path)}"


def _parsed(path: Path) -> dict[str, object]:
    return parse_object(read_bounded(path), path)


def _stamp(path: Path) -> Stamp:
    """What tells this config.json from one that a swap put in its place."""
    try:
        status = (path / names.CONFIG).stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)


LARGEST_BYTES: Final = {
    names.CONFIG: 2**20,
    names.TOKENIZER: 2**26,
    names.TRAINING: 2**25,
    names.LEXICON: 2**25,
}
GRAPH_ALLOWANCE: Final = 2**24


def largest_graph(weights_bytes: int) -> int:
    """The most bytes that a graph can have: the weights in float32, tied ones twice, gates padded, and the steps."""
    return 4 * weights_bytes + GRAPH_ALLOWANCE


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The file at `path`, open for reading, and its size in bytes.

    Raises:
        ModelIncomplete: there is none, or it may not be read.
        ModelForeign: it is no file: to open a pipe would wait for ever.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ModelForeign(f"{path} should be a file, and is something else")
        with path.open("rb") as file:
            yield file, os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise ModelIncomplete(f"{path} is missing; get the model again, or train it anew") from None
    except OSError as error:
        raise ModelIncomplete(f"{path} cannot be read: {error.strerror}") from None


def read_bounded(path: Path, *, most: int | None = None) -> bytes:
    """The bytes of the file at `path`: at most `most`, or as many as a file of that name can have.

    Raises:
        ModelIncomplete: there is none, or it may not be read.
        ModelForeign: it is larger, or no file at all.
        ModelTruncated: it is empty.
    """
    most = LARGEST_BYTES[path.name] if most is None else most
    with opened(path) as (file, size):
        if size > most:
            raise ModelForeign(f"{path} is not a file of Foreword's: it is larger than {most:,} bytes")
        data = file.read(most)
    if not data:
        raise ModelTruncated(f"{path} is empty; get the model again, or train it anew")
    return data


def read_text(path: Path) -> str:
    """The same as text.

    Raises:
        ModelTruncated: it is not UTF-8.
    """
    try:
        return read_bounded(path).decode()
    except UnicodeDecodeError as error:
        raise ModelTruncated(
            f"{path} is damaged: byte {error.start} is not UTF-8; get the model again"
        ) from None


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
