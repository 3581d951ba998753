"""Which arithmetic a machine is faster in: a probe of its matrix products.

Processors with bfloat16 units (AMX, AVX512-BF16) multiply matrices several times faster in bfloat16; on others
PyTorch emulates it and is slower. Weights, optimiser and loss stay float32 either way (autocast).
"""

import time
from statistics import median
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
    seconds = {dtype: _product_seconds(dtype, rows, width) for dtype in (torch.float32, torch.bfloat16)}
    return "bfloat16" if seconds[torch.float32] > _WORTHWHILE * seconds[torch.bfloat16] else "float32"


def _product_seconds(dtype: torch.dtype, rows: int, width: int, repeats: int = 7) -> float:
    left, right = torch.ones(rows, width, dtype=dtype), torch.ones(width, 4 * width, dtype=dtype)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        _ = left @ right
        times.append(time.perf_counter() - start)
    return median(times)
