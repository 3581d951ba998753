"""Reading a model folder: all that can be checked without building the network is checked at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
from filelock import FileLock, Timeout

from foreword.errors import ModelError, ModelForeign, ModelIncomplete, ModelMismatch, ModelMissing
from foreword.modelfolder import files, swap
from foreword.modelfolder.config import Config, from_record
from foreword.modelfolder.names import (
    PERSONAL,
    SHIPPED,
    home,
    in_a_command,
    locate,
    lock_of_run,
    models_in,
    run_folder,
)
from foreword.modelfolder.shapes import check_shapes
from foreword.modelfolder.strictjson import parse_object
from foreword.modelfolder.tensors import Tensor, check_weights, load_weights

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
        path = self.path / (files.QUANTIZED if quantized else files.GRAPH)
        most = files.largest_graph(sum(tensor.bytes for tensor in self.tensors.values()))
        graph = files.read_bounded(path, most=most) if path.exists() else None
        self.check_unchanged()
        return graph

    def lexicon(self) -> str | None:
        """The list of words, or None where it was left out.

        Raises:
            ModelTruncated: it is not UTF-8, or empty.
            ModelMismatch: the folder was replaced since it was read.
        """
        path = self.path / files.LEXICON
        text = files.read_text(path) if path.exists() else None
        self.check_unchanged()
        return text

    def weights(self) -> dict[str, np.ndarray]:
        """The weights by name, float32.

        Raises:
            ModelTruncated: the file is damaged.
            ModelMismatch: the folder was replaced since it was read.
        """
        self.check_unchanged()
        check_weights(self.path / files.WEIGHTS, self.tensors)
        weights = load_weights(self.path / files.WEIGHTS)
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
    config, tensors = from_record(_parsed(path / files.CONFIG), path / files.CONFIG)
    check_weights(path / files.WEIGHTS, tensors)
    check_shapes(config, tensors, path / files.CONFIG)
    folder = ModelFolder(
        path=path,
        config=config,
        tokenizer_json=files.read_text(path / files.TOKENIZER),
        training=_parsed(path / files.TRAINING),
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
    missing = [name for name in files.REQUIRED if not (path / name).exists()]
    if not (path / files.GRAPH).exists() and not (path / files.QUANTIZED).exists():
        missing.append(files.GRAPH)
    if files.CONFIG in missing and len(missing) > 2:
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
    """The option with which a command uses the model at `path`, such as ` -m work`; "" if it needs none.

    `-m` needs none for the default model, `-o` none for the person's own.
    """
    is_default = path == locate() if option == "-m" else path in (home() / PERSONAL, home() / SHIPPED)
    return "" if is_default else f" {option} {in_a_command(path)}"


def _parsed(path: Path) -> dict[str, object]:
    return parse_object(files.read_bounded(path), path)


def _stamp(path: Path) -> Stamp:
    """What tells this config.json from one that a swap put in its place."""
    try:
        status = (path / files.CONFIG).stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)
