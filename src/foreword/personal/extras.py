"""The part of Foreword that a plain install leaves out, and how its threads wait."""

import os
from importlib.util import find_spec

from foreword.errors import MissingExtra

TRAINING_MODULES = ("torch", "onnx")


def require_training() -> None:
    """See that networks can be trained here, and let PyTorch's threads sleep while they wait for one another.

    To be called before PyTorch is imported, for OpenMP looks at its settings once. By default its threads spin, and
    training slows down ten times and more when another program takes one of two cores (docs/log.md).

    Raises:
        MissingExtra: PyTorch or ONNX is not installed; the message says how to get them.
    """
    if any(find_spec(name) is None for name in TRAINING_MODULES):
        raise MissingExtra(
            'training needs PyTorch, which is not installed: pip install "foreword[train]". On Linux without a GPU, '
            "first: pip install torch --index-url https://download.pytorch.org/whl/cpu (200 MB instead of several GB)"
        )
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
