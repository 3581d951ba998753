"""The training machine: its device, fastest arithmetic, memory, threads and allocator."""

import ctypes
import math
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final, Literal

import torch

from foreword.errors import OptionError, RecipeError, RunError

Precision = Literal["float32", "bfloat16"]

FASTER: Final = 1.5  # speed-up over float32 from which bfloat16 is chosen
BYTES_PER_WEIGHT: Final = 16  # a float32 weight, its gradient, and the two moments of Adam
OUT_OF_MEMORY: Final = re.compile("can't allocate memory|create a primitive$|not enough memory|out of memory")
"""Words in PyTorch's out-of-memory errors: on the CPU under Unix, in oneDNN, under Windows, and on MPS."""

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3  # malloc.h of the GNU C library
_THREAD_FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


def choose_device(name: str | None) -> torch.device:
    """The device called `name`; without a name, the first available one of CUDA, MPS and the CPU.

    Raises:
        OptionError: The device is unknown to PyTorch or not on this machine.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    available = [kind for kind, is_there in there.items() if is_there]
    chosen = name or available[0]
    if chosen.split(":")[0] in available:
        with suppress(RuntimeError):
            device = torch.device(chosen)
            if device.type != "cuda" or (device.index or 0) < torch.cuda.device_count():
                return device
    raise OptionError(f"--device {chosen}: no such device; this machine has {', '.join(available)}")


def choose_precision(device: torch.device, *, rows: int, width: int) -> Precision:
    """The faster of float32 and bfloat16 for the products of a step: (rows, width) times (width, 4 width).

    Processors with units for bfloat16 (AMX, AVX512-BF16) are several times faster in it. On others PyTorch emulates
    it and is slower. The probe takes about a tenth of a second on a CPU.
    """
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    if device.type == "mps":
        return "float32"
    float32, bfloat16 = product_seconds(rows, width)
    return "bfloat16" if float32 > FASTER * bfloat16 else "float32"


def product_seconds(rows: int, width: int) -> tuple[float, float]:
    """The shortest time of a product in float32 and in bfloat16, in seconds.

    The two are timed in turn, because another program may take a core.
    """
    float32 = torch.ones(rows, width), torch.ones(width, 4 * width)
    pairs = [float32, (float32[0].bfloat16(), float32[1].bfloat16())]
    least = [math.inf, math.inf]
    for _ in range(30):
        for at, (left, right) in enumerate(pairs):
            begun = time.perf_counter()
            _ = left @ right
            least[at] = min(least[at], time.perf_counter() - begun)
    return least[0], least[1]


def arithmetic(device: torch.device, precision: Precision) -> AbstractContextManager[None]:
    """The context for a network's computation: autocast to bfloat16, or no change.

    Weights, optimiser and loss stay in float32.
    """
    autocast: AbstractContextManager[None] = torch.autocast(
        device.type, dtype=torch.bfloat16, enabled=precision == "bfloat16"
    )
    return autocast


def check_memory(weights: int) -> None:
    """Raise RecipeError if this machine's memory is too small to train a network with this number of `weights`.

    Linux promises memory that it does not have, then kills the program that uses it.
    """
    try:
        available = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows does not report it
        return
    needed = weights * BYTES_PER_WEIGHT
    if needed > available:
        raise RecipeError(
            f"a network of {weights:,} weights takes {needed / 1e9:,.0f} GB to train, but this machine has "
            f"{available / 1e9:,.0f} GB; take --size small or a smaller model.hidden"
        )


@contextmanager
def within_memory() -> Iterator[None]:
    """Turn PyTorch's out-of-memory errors into a RunError."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        known = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if not known and not OUT_OF_MEMORY.search(str(error)):
            raise
        raise RunError(
            "the network is too large for this machine's memory; take a smaller --size, "
            "model.hidden, training.batch or training.unroll"
        ) from None


def peak_device_megabytes(device: torch.device) -> float | None:
    """The peak memory of this process on a CUDA device, in millions of bytes; None on other devices."""
    return torch.cuda.max_memory_allocated(device) / 1e6 if device.type == "cuda" else None


def keep_large_buffers() -> None:
    """Make glibc's allocator keep the memory of large buffers; do nothing with another allocator.

    By default, glibc returns the memory to the kernel after every step and faults it in again. That is a quarter
    of the time of an LSTM's step. Call this before any large allocation.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(MMAP_THRESHOLD, 1 << 30)
        mallopt(TRIM_THRESHOLD, (1 << 31) - 1)
        mallopt(TOP_PAD, 256 << 20)


@contextmanager
def bound_threads(device: torch.device, processes: int = 1) -> Iterator[bool]:
    """Bind each PyTorch thread to its own core, if there are as many threads as cores.

    The threads of an operation spin briefly while they wait for one another. When another program takes a core, the
    scheduler may put two threads on one core. Then one spins while the other waits, and training becomes many times
    slower (docs/decisions/0009). Threads of several processes stay unbound: they would share the same cores.

    Yields whether the threads are bound. This needs Linux and a PyTorch that uses GNU OpenMP. A program that this
    thread starts meanwhile is bound to the same core.
    """
    library, threads = _gnu_openmp(), torch.get_num_threads()
    cores = sorted(os.sched_getaffinity(0)) if library is not None else []
    if library is None or device.type != "cpu" or processes > 1 or not 1 < threads == len(cores):
        yield False
        return
    number = library.omp_get_thread_num

    def in_each_thread(function: Callable[[object], None]) -> None:
        library.GOMP_parallel(_THREAD_FUNCTION(function), None, threads, 0)

    in_each_thread(lambda _: os.sched_setaffinity(0, {cores[number()]}))
    try:
        yield True
    finally:
        in_each_thread(lambda _: os.sched_setaffinity(0, cores))


@cache
def _gnu_openmp() -> ctypes.CDLL | None:
    """The GNU OpenMP library that PyTorch has loaded, if any."""
    if sys.platform != "linux":
        return None
    for line in Path("/proc/self/maps").read_text("utf-8", "surrogateescape").splitlines():
        path = Path("/" + line.partition("/")[2])
        if "libgomp" in path.name:
            library = ctypes.CDLL(str(path))
            return library if hasattr(library, "GOMP_parallel") else None
    return None
