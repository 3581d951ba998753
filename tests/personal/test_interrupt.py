"""Ctrl-C is a wish at first and a command the second time."""

import contextlib
import signal
import sys

import pytest

from foreword.personal.interrupt import stopping

NUMBERS = [signal.SIGINT] if sys.platform == "win32" else [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_first_signal_is_a_wish_to_stop_and_the_second_interrupts(number: signal.Signals) -> None:
    with stopping() as stop:
        assert not stop()
        signal.raise_signal(number)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in NUMBERS]
    with contextlib.suppress(ZeroDivisionError), stopping():
        assert [signal.getsignal(number) for number in NUMBERS] != before
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in NUMBERS] == before
