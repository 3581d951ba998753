"""Which arithmetic a machine is faster in: a probe of its matrix products.

Processors with bfloat16 units (AMX, AVX512-BF16) multiply matrices several times faster in bfloat16; on others
PyTorch emulates it and is slower. Weights, optimiser and loss stay float32 either way (autocast).
"""

import math
import time
from collections.abc import Sequence
from typing import Literal

import torch

from foreword.errors import OptionError

Precision = Literal["float32", "bfloat16"]

_WORTHWHILE = 1.5


def choose_device(name: str | None) -> torch.device:
    """The device called `name`, or the fastest there is: CUDA, then MPS, then the CPU.

    Raises:
        OptionError: The device is unknown to PyTorch or not on this machine.
    """
    available = [
        *(["cuda"] if torch.cuda.is_available() else []),
        *(["mps"] if torch.backends.mps.is_available() else []),
        "cpu",
    ]
    chosen = name or available[0]
    if chosen.split(":")[0] not in available:
        raise OptionError(f"--device {chosen}: this machine has {', '.join(available)}")
    try:
        return torch.device(chosen)
    except RuntimeError:
        raise OptionError(
            f"--device {chosen}: no such device; this machine has {', '.join(available)}"
        ) from None


def choose_precision(device: torch.device, *, rows: int, width: int) -> Precision:
    """The faster of float32 and bfloat16 for the products of a step: (rows, width) times (width, 4 width).

    Takes about a tenth of a second on a CPU.
    """
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    if device.type == "mps":
        return "float32"
    float32, bfloat16 = _product_seconds((torch.float32, torch.bfloat16), rows, width)
    return "bfloat16" if float32 > _WORTHWHILE * bfloat16 else "float32"


def _product_seconds(
    dtypes: Sequence[torch.dtype], rows: int, width: int, repeats: int = 30
) -> tuple[float, ...]:
    """The least time that a product takes in each of these: in turn, for another program may take a core meanwhile."""
    pairs = [
        (torch.ones(rows, width, dtype=each), torch.ones(width, 4 * width, dtype=each)) for each in dtypes
    ]
    least = [math.inf] * len(pairs)
    for _ in range(repeats):
        for at, (left, right) in enumerate(pairs):
            start = time.perf_counter()
            _ = left @ right
            least[at] = min(least[at], time.perf_counter() - start)
    return tuple(least)
