"""The part of Foreword that a plain install leaves out, and how its threads wait."""

import os
from importlib.util import find_spec

from foreword.errors import MissingExtra

TRAINING_MODULES = {"torch": "PyTorch", "onnx": "ONNX"}


def require_training() -> None:
    """See that networks can be trained here, and let PyTorch's threads sleep while they wait for one another.

    To be called before PyTorch is imported, for OpenMP looks at its settings once. By default its threads spin, and
    training slows down ten times and more when another program takes one of two cores (docs/log.md).

    Raises:
        MissingExtra: PyTorch or ONNX is not installed; the message says how to get them.
    """
    missing = [title for name, title in TRAINING_MODULES.items() if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f'training needs {" and ".join(missing)}, not installed here: pip install "foreword[train]". On Linux '
            "without a GPU, first: pip install torch --index-url https://download.pytorch.org/whl/cpu "
            "(200 MB instead of several GB)"
        )
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
