"""What does not fit into memory is said in words: before the first step where that can be known, else as it shows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from foreword.errors import RecipeError, RunError

BYTES_PER_WEIGHT = 16
"""A float32 weight, its gradient, and the two moments of Adam."""

_SAID = ("can't allocate memory", "not enough memory", "out of memory")
"""How PyTorch's allocators put it, on the CPU of Unix and of Windows, and on MPS."""


def check_fits(weights: int) -> None:
    """See that a network of so many weights can be trained in this machine's memory.

    Linux promises memory that it has not got, and ends the program that believes it: so it is counted first.

    Raises:
        RecipeError: It cannot.
    """
    needed, there = weights * BYTES_PER_WEIGHT, _physical_bytes()
    if there is not None and needed > there:
        raise RecipeError(
            f"a network of {weights:,} weights takes {needed / 1e9:,.0f} GB to train, too large for this machine's "
            f"memory of {there / 1e9:,.0f} GB; make it smaller, as with --size small or a smaller model.hidden"
        )


@contextmanager
def within_memory() -> Iterator[None]:
    """Turn what PyTorch raises where memory runs out into words.

    Raises:
        RunError: It ran out.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        known = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if not known and not any(words in str(error) for words in _SAID):
            raise
        raise RunError(
            "the network and its blocks of text are too large for this machine's memory; take a smaller --size, "
            "model.hidden, training.batch or training.unroll"
        ) from None


def peak_device_megabytes(device: torch.device) -> float | None:
    """The most memory of a CUDA device, in millions of bytes, that this process has had; None on other devices."""
    return torch.cuda.max_memory_allocated(device) / 1e6 if device.type == "cuda" else None


def _physical_bytes() -> int | None:
    """The memory of this machine, or None where the system does not say (Windows)."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
