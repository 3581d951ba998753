"""What Ctrl-C and SIGTERM do to a training, moment by moment.

    it reads and prepares       the run ends and is deleted; the memory keeps what it has learned
    it trains                   the first one saves the run and stops; a second one ends it at once
    it writes the model         the run stays as it was saved last
    the back-test types         the back-test ends; the model is written
    a process waits for rank 0  it ends at once: it has nothing to save

Only `personal/train.py` acts on these rules. A run that was saved ends with a `Stopped`.
"""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping(same: float = 0.0) -> Iterator[Callable[[], bool]]:
    """While inside, the first Ctrl-C or SIGTERM makes the yielded function say yes; a second one interrupts at once.

    One that comes less than `same` seconds after the first changes nothing. Only the main thread can hear signals.
    """
    wished, first = threading.Event(), math.inf

    def hear(_number: int, _frame: FrameType | None) -> None:
        nonlocal first
        if time.monotonic() - first >= same:
            raise KeyboardInterrupt
        first = min(first, time.monotonic())
        wished.set()

    with heard_by(hear):
        yield wished.is_set


@contextmanager
def heard_by(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    """While inside, both signals are handled so, if this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
