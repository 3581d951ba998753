"""Work of more than two seconds shows how far it is: at a terminal, to a person, and leaves nothing behind."""

import io
import sys
import time
from pathlib import Path

import pytest

from foreword.cli import terminal as room
from foreword.cli.terminal import waiting
from program import CommandLine

TEXT = "a cab abc bac\n" * 20
COMMANDS = (
    "evaluate text.txt --messages 1",
    "audit text.txt -n 40",
    "preview text.txt",
    "learn text.txt",
    "explain -",
)


class Screen(io.TextIOWrapper):
    """Standard error at a terminal."""

    def isatty(self) -> bool:
        return True

    def shown(self) -> str:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


@pytest.fixture(autouse=True)
def here(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a text."""
    monkeypatch.chdir(toy.parent)
    Path("text.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("FOREWORD_MODEL", str(toy))
    monkeypatch.setenv("TERM", "xterm")


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, patience: float) -> Screen:
    """To be called in the test: pytest exchanges the streams after its fixtures are made."""
    monkeypatch.setattr(room, "PATIENCE", patience)
    screen = Screen(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


@pytest.mark.parametrize("command", COMMANDS)
def test_long_work_shows_what_it_does_and_no_program_sees_it(
    foreword: CommandLine, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = at_a_terminal(monkeypatch, 0.0)
    plain = foreword(*command.split(), stdin=TEXT.encode())
    assert plain.code == 0
    seen = screen.shown()
    assert "reading text.txt" in seen or "measuring" in seen
    assert "\x1b" not in plain.out
    assert "reading" not in plain.out
    quiet = foreword(*command.split(), "--json", stdin=TEXT.encode())
    assert quiet.code == 0
    assert "\x1b" not in screen.shown()[len(seen) :]


@pytest.mark.parametrize("command", COMMANDS)
def test_quick_work_shows_nothing(
    foreword: CommandLine, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = at_a_terminal(monkeypatch, 300.0)
    assert foreword(*command.split(), stdin=TEXT.encode()).code == 0
    assert "\x1b" not in screen.shown()


def test_what_is_shown_is_letters_only_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = at_a_terminal(monkeypatch, 0.0)
    with waiting("reading [b]") as wait:
        until = time.monotonic() + 60
        while "halfway" not in screen.shown() and time.monotonic() < until:
            wait.says("halfway [b]\x1b[2J", 0.5)
            time.sleep(0.05)
    assert "halfway [b]" in screen.shown()
    assert "\x1b[2J" not in screen.shown()
    assert screen.shown().endswith(
        "\x1b[2K"
    )  # the line is cleared, and the cursor is shown again before that


def test_without_a_terminal_nothing_is_shown(foreword: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.0)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert foreword("evaluate", "text.txt", "--messages", "0").err == ""
