"""Each of PyTorch's threads on a core of its own, while a network is trained.

Threads of one operation wait for one another, and spin for a moment while they do. When another program takes a
core, the scheduler may put two of them on the one that is left, where one spins while the other has no turn: training
becomes many times slower. Bound to their cores they share one with that program at worst (docs/decisions/0009).
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch

from foreword.training.distribute import ALONE, Team

_EVERYONE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


@contextmanager
def bound_threads(device: torch.device, team: Team = ALONE) -> Iterator[bool]:
    """Bind this thread and those that compute with it, where there are as many as cores; let them go at the end.

    Says whether that could be done: on Linux, where PyTorch's threads are GNU's OpenMP's. The processes of a team stay
    free, for they would all be bound to the same cores. A program that this thread starts meanwhile is bound like it.
    """
    library, threads = _gnu_openmp(), torch.get_num_threads()
    cores = sorted(os.sched_getaffinity(0)) if library is not None else []
    if library is None or device.type != "cpu" or team.size > 1 or not 1 < threads == len(cores):
        yield False
        return
    number = library.omp_get_thread_num
    _in_each_thread(library, threads, lambda: os.sched_setaffinity(0, {cores[number()]}))
    try:
        yield True
    finally:
        _in_each_thread(library, threads, lambda: os.sched_setaffinity(0, cores))


def _in_each_thread(library: ctypes.CDLL, threads: int, function: Callable[[], None]) -> None:
    """Call a function in each thread of the team that PyTorch's operations use when they are called from here."""
    library.GOMP_parallel(_EVERYONE(lambda _: function()), None, threads, 0)


@cache
def _gnu_openmp() -> ctypes.CDLL | None:
    """GNU's OpenMP as PyTorch has loaded it."""
    if sys.platform != "linux":
        return None
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        path = line.partition("/")[1] + line.partition("/")[2]
        if "libgomp" in Path(path).name:
            library = ctypes.CDLL(path)
            return library if hasattr(library, "GOMP_parallel") else None
    return None
