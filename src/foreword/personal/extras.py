"""The part of Foreword that a plain install leaves out, and how its threads wait."""

import os
from importlib.util import find_spec

from foreword.errors import MissingExtra

TRAINING_MODULES = {"torch": "PyTorch", "onnx": "ONNX"}

WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "10000"}
"""Threads that wait sleep (any OpenMP); GNU's, which PyTorch has on Linux, after a tenth of a millisecond or so."""


def lacking() -> list[str]:
    """What training needs that is not installed, by its title."""
    return [title for name, title in TRAINING_MODULES.items() if find_spec(name) is None]


def require_training() -> None:
    """See that networks can be trained here, and let PyTorch's threads sleep where they would wait long.

    To be called before PyTorch is imported, for OpenMP looks at its settings once. By default its threads spin, and
    training slows down ten times and more when another program takes one of two cores; where they sleep at once,
    waking them takes half of the time when none does (docs/decisions/0009).

    Raises:
        MissingExtra: PyTorch or ONNX is not installed; the message says how to get them.
    """
    missing = lacking()
    if missing:
        raise MissingExtra(
            f'training needs {" and ".join(missing)}, not installed here: pip install "foreword[train]". On Linux '
            "without a GPU, first: pip install torch --index-url https://download.pytorch.org/whl/cpu "
            "(200 MB instead of several GB)"
        )
    for name, value in WAITING.items():
        os.environ.setdefault(name, value)
