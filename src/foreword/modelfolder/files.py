"""The names of a model folder's files, and how one is read: never more of it than such a file can have."""

import stat
from pathlib import Path
from typing import Final

from foreword.errors import ModelForeign, ModelIncomplete, ModelTruncated

CONFIG: Final = "config.json"
TOKENIZER: Final = "tokenizer.json"
WEIGHTS: Final = "model.safetensors"
GRAPH: Final = "onnx/model.onnx"
QUANTIZED: Final = "onnx/model_quantized.onnx"
TRAINING: Final = "training.json"
CARD: Final = "README.md"

PICTURE_ENDINGS: Final = (".png", ".svg")
REQUIRED: Final = (CONFIG, TOKENIZER, WEIGHTS, TRAINING, CARD)
LARGEST_BYTES: Final = {CONFIG: 2**20, TOKENIZER: 2**26, TRAINING: 2**25, CARD: 2**22}
GRAPH_ALLOWANCE: Final = 2**24


def largest_graph(weights_bytes: int) -> int:
    """The most bytes that a graph can have: the weights in float32, tied ones twice, gates padded, and the steps."""
    return 4 * weights_bytes + GRAPH_ALLOWANCE


def read_bounded(path: Path, most: int) -> bytes:
    """The bytes of the file at `path`, of which there are at most `most`.

    Raises:
        ModelIncomplete: there is none, or it may not be read.
        ModelForeign: it is larger, or no file at all.
        ModelTruncated: it is empty.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ModelForeign(f"{path} should be a file, and is something else")
        with path.open("rb") as file:
            data = file.read(most + 1) if status.st_size <= most else b""
    except FileNotFoundError:
        raise ModelIncomplete(f"{path} is missing; get the model again, or train it anew") from None
    except OSError as error:
        raise ModelIncomplete(f"{path} cannot be read: {error.strerror}") from None
    if status.st_size > most or len(data) > most:
        raise ModelForeign(f"{path} is not a file of Foreword's: it is larger than {most:,} bytes")
    if not data:
        raise ModelTruncated(f"{path} is empty; get the model again, or train it anew")
    return data


def read_text(path: Path, most: int) -> str:
    """The same as text.

    Raises:
        ModelTruncated: it is not UTF-8.
    """
    try:
        return read_bounded(path, most).decode()
    except UnicodeDecodeError as error:
        raise ModelTruncated(
            f"{path} is damaged: byte {error.start} is not UTF-8; get the model again"
        ) from None
