"""The editor as a separate process on a pseudo-terminal: the tests type, kill it and start it again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import final

import pytest

import toys
from program import Program

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are Unix's", allow_module_level=True)

import fcntl
import pty
import struct
import termios

PATIENCE = 60.0
CTRL_Q = b"\x11"


def _take_terminal() -> None:
    """Make the pseudo-terminal control the process, so that the system signals a closed terminal."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@final
class Writer:
    """The program, and the pseudo-terminal where it runs."""

    def __init__(self, program: Program, *arguments: str | Path, term: str = "xterm-256color") -> None:
        self.end, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 90, 0, 0))
        self.process = subprocess.Popen(
            program.command("write", *arguments),
            stdin=its,
            stdout=its,
            stderr=its,
            env=program.environment(TERM=term),
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no thread is started before
        )
        os.close(its)
        os.set_blocking(self.end, False)
        self.shown = b""

    def press(self, keys: bytes) -> None:
        os.write(self.end, keys)

    def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < ends, self.shown
            with contextlib.suppress(OSError):
                self.shown += os.read(self.end, 65536)
            time.sleep(0.005)

    def see(self, words: str) -> None:
        """Wait until these words are shown, and drop the output before them.

        The editor does not write again what the screen already shows, above all spaces: wait for one word.
        """
        self.until(lambda: words.encode() in self.shown)
        self.shown = self.shown.partition(words.encode())[2]

    def ended(self) -> int:
        self.until(lambda: self.process.poll() is not None)
        with contextlib.suppress(OSError):
            while more := os.read(self.end, 65536):
                self.shown += more
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self.end)


Start = Callable[..., Writer]


@pytest.fixture
def start(program: Program) -> Iterator[Start]:
    """`start(…)` starts an editor whose model knows only the words it learns, and waits for its first words."""
    toys.writer(program.home / "me", "abcdefghijklmnopqrstuvwxyz ")
    writers: list[Writer] = []

    def started(*arguments: str | Path, shows: str = "^G help", **options: str) -> Writer:
        writers.append(Writer(program, *arguments, **options))
        writers[-1].see(shows)
        return writers[-1]

    yield started
    for writer in writers:
        writer.close()


def test_the_editor_keeps_the_text_after_a_signal(start: Start, program: Program) -> None:
    writer = start()
    writer.press("précieux 🙂".encode())
    writer.see("🙂")
    writer.process.send_signal(signal.SIGTERM)
    assert writer.ended() == 130
    assert b"foreword: stopped; the unsaved text is kept; to have it back: foreword write" in writer.shown
    assert b"Traceback" not in writer.shown
    again = start(shows="Bring it back?")
    again.press(b"y")
    again.see("précieux")
    again.see("🙂")
    again.press(CTRL_Q)
    again.see("Save before leaving?")
    again.press(b"n")
    assert again.ended() == 0
    assert list((program.home / "unsaved").iterdir()) == []


def test_a_suspended_editor_gives_the_terminal_back_and_draws_again(start: Start) -> None:
    """After fg, the shell leaves the terminal as the editor left it."""
    writer = start()
    raw = termios.tcgetattr(writer.end)
    writer.process.send_signal(signal.SIGTSTP)
    writer.until(lambda: os.waitid(os.P_PID, writer.process.pid, os.WSTOPPED | os.WNOHANG) is not None)
    assert termios.tcgetattr(writer.end)[3] & termios.ICANON
    writer.process.send_signal(signal.SIGCONT)
    writer.see("^G help")
    writer.until(lambda: termios.tcgetattr(writer.end) == raw)
    writer.press(CTRL_Q)
    assert writer.ended() == 0


def test_a_stopped_editor_says_why_it_could_not_keep_the_text(start: Start, program: Program) -> None:
    (program.home / "unsaved").touch()  # no folder can be made there
    writer = start()
    writer.press(b"precious")
    writer.see("survive")
    writer.process.send_signal(signal.SIGTERM)
    assert writer.ended() == 130
    assert b"foreword: stopped; the unsaved text could not be kept: File exists" in writer.shown


def test_the_editor_keeps_the_text_if_its_terminal_is_closed(start: Start, program: Program) -> None:
    writer = start()
    writer.press("précieux 🙂".encode())
    writer.see("🙂")
    os.close(writer.end)
    writer.process.wait(PATIENCE)
    (kept,) = (program.home / "unsaved").glob("*.json")
    assert json.loads(kept.read_text("utf-8"))["text"] == "précieux 🙂"


def test_saved_text_is_learned_if_its_terminal_closes(start: Start, program: Program, tmp_path: Path) -> None:
    """The next editor takes the saved lines for known ones."""
    writer = start(tmp_path / "letter.txt")
    lines = "".join(f"pier {number}\r" for number in range(300))
    writer.press(f"{lines}\x13".encode())
    writer.see("learning")
    os.close(writer.end)
    writer.process.wait(PATIENCE)
    assert "pier" in (found := program("memory", "list").out)
    assert "300" in found


def test_a_killed_editor_loses_at_most_the_last_second(start: Start, program: Program) -> None:
    writer = start()
    writer.press(b"precious")
    writer.until(lambda: len(list((program.home / "unsaved").glob("*.json"))) == 1)
    writer.process.kill()
    assert writer.ended() == -signal.SIGKILL
    start(shows="8 characters). Bring it back?")


def test_a_terminal_that_cannot_draw_is_an_error(start: Start) -> None:
    shows = "foreword: foreword write cannot draw here, because TERM is dumb"
    assert start(term="dumb", shows=shows).ended() == 2
