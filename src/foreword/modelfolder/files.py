"""The names of a model folder's files, and how one is read: never more of it than such a file can have."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from foreword.errors import ModelForeign, ModelIncomplete, ModelTruncated

CONFIG: Final = "config.json"
TOKENIZER: Final = "tokenizer.json"
WEIGHTS: Final = "model.safetensors"
GRAPH: Final = "onnx/model.onnx"
QUANTIZED: Final = "onnx/model_quantized.onnx"
TRAINING: Final = "training.json"
CARD: Final = "README.md"
LEXICON: Final = "lexicon.txt"

PICTURE_ENDINGS: Final = (".png", ".svg")
REQUIRED: Final = (CONFIG, TOKENIZER, WEIGHTS, TRAINING, CARD)
LARGEST_BYTES: Final = {CONFIG: 2**20, TOKENIZER: 2**26, TRAINING: 2**25, LEXICON: 2**25}
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
