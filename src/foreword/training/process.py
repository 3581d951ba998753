"""What a process that trains sets once, before it allocates anything large."""

import ctypes
import sys
from functools import cache

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3  # malloc.h of the GNU C library


@cache
def keep_large_buffers() -> bool:
    """Tell glibc's allocator to keep the memory of large buffers, where that is the allocator.

    By default it returns them to the kernel after every step and faults them in again: a quarter of the time of
    an LSTM's step. Returns whether the settings were taken.
    """
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    settings = ((_MMAP_THRESHOLD, 1 << 30), (_TRIM_THRESHOLD, (1 << 31) - 1), (_TOP_PAD, 256 << 20))
    return all(mallopt(option, value) == 1 for option, value in settings)
