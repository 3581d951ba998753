"""Ctrl-C and SIGTERM during a training, and their effect at each stage of a run.

    the run reads and prepares  the run ends and is deleted; the memory keeps what it has learned
    the run trains              the first signal saves the run and stops it; a second one ends it at once
    the model is written        the run stays as at its last checkpoint
    the back-test types         the back-test ends; the model is written
    a process waits for rank 0  the process ends at once: it has nothing to save

`train.py` follows these rules. A run that was saved ends with a `Stopped`.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from types import FrameType


@contextmanager
def stopping(same: float = 0.0) -> Iterator[Callable[[], bool]]:
    """While inside, the first Ctrl-C or SIGTERM makes the yielded function return True; a second interrupts at once.

    A signal less than `same` seconds after the first changes nothing. Only the main thread can get signals.
    """
    stop_flag, first = threading.Event(), inf

    def handle(_number: int, _frame: FrameType | None) -> None:
        nonlocal first
        if time.monotonic() - first >= same:
            raise KeyboardInterrupt
        first = min(first, time.monotonic())
        stop_flag.set()

    with signals_handled_by(handle):
        yield stop_flag.is_set


@contextmanager
def signals_handled_by(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    """While inside, `handler` handles both signals, if this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
