"""No text can send control characters to a terminal; long tasks show their progress."""

import io
import json
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from foreword.assess import bits
from foreword.cli import output as room
from foreword.cli.explain import explain
from foreword.cli.generate import generate
from foreword.cli.models import inspect
from foreword.cli.output import beside, waiting
from foreword.cli.suggest import suggest
from foreword.personal.events import Noted
from foreword.runtime import generate as generating
from program import CommandLine

STEERING = "\x1b]0;owned\x07\x1b[31mred\x9b2J\x7f\u202etxt\u2066\r\n"
SHOWN = STEERING.strip().encode("unicode_escape").decode()
COMMANDS: dict[str, Callable[[str], None]] = {
    "generate": lambda model: generate(STEERING, model),
    "generate --json": lambda model: generate(STEERING, model, as_json=True),
    "suggest": lambda model: suggest("a", model, characters=True),
    "suggest --json": lambda model: suggest("a", model, characters=True, as_json=True),
    "explain": lambda model: explain("a", model),
    "inspect": inspect,
    "inspect --json": lambda model: inspect(model, as_json=True),
}
TEXT = "a cab abc bac\n" * 20
LONG = ("learn text.txt", "explain -", "forget cab")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def hostile(toy: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model with terminal control characters in its output and its record."""
    record = {"sources": [{"name": STEERING, "characters": 3}], "date": STEERING}
    (toy / "training.json").write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setattr(generating, "generate", lambda *_, **__: [STEERING])
    monkeypatch.setattr(generating, "next_tokens", lambda *_, **__: [(STEERING, 0.5)])
    monkeypatch.setattr(bits, "surprises", lambda *_, **__: [(STEERING, 0.5)])
    return str(toy)


@pytest.mark.parametrize("kind", [Screen, io.StringIO], ids=["terminal", "pipe"])
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_escape_control_characters(
    hostile: str, command: str, kind: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")  # so that rich also writes plain text
    monkeypatch.setattr(sys, "stdout", stream := kind())
    COMMANDS[command](hostile)
    shown = stream.getvalue().replace("\\u00", "\\x").replace("\n", "")  # JSON escapes them like this
    assert SHOWN in shown
    assert not [each for each in shown if unicodedata.category(each) in {"Cc", "Cf"} and each != "\t"]


def test_an_error_message_is_one_line_without_control_characters(foreword: CommandLine) -> None:
    outcome = foreword("inspect", "-m", f"x{STEERING}y")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "\x1b" not in outcome.err


@pytest.fixture
def here(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy.parent)
    Path("text.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("FOREWORD_MODEL", str(toy))
    monkeypatch.setenv("TERM", "xterm")


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, patience: float) -> Screen:
    """Call this inside a test, because pytest replaces the streams after it has made the fixtures."""
    monkeypatch.setattr(room, "PATIENCE", patience)
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


@pytest.mark.parametrize("command", LONG)
@pytest.mark.usefixtures("here")
def test_only_a_long_task_at_a_terminal_shows_progress(
    foreword: CommandLine, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = at_a_terminal(monkeypatch, 0.0)
    plain = foreword(*command.split(), stdin=TEXT.encode())
    assert plain.code == 0
    assert any(each in screen.getvalue() for each in ("reading text.txt", "measuring", "forgetting"))
    assert "\x1b" not in plain.out
    assert "reading" not in plain.out
    for patience, more, terminal in ((0.0, ["--json"], "xterm"), (300.0, [], "xterm"), (0.0, [], "dumb")):
        monkeypatch.setenv("TERM", terminal)
        screen = at_a_terminal(monkeypatch, patience)
        assert foreword(*command.split(), *more, stdin=TEXT.encode()).code == 0
        assert "\x1b" not in screen.getvalue()
        assert not screen.getvalue().startswith("\n")


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_train_shows_reading_until_it_prints(foreword: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.personal.train.train", lambda *_, **__: iter([Noted(message="all read")]))
    screen = at_a_terminal(monkeypatch, 0.0)
    assert foreword("train", "text.txt").code == 130
    reading, _, after = screen.getvalue().partition("All read.")
    assert "reading the texts" in reading.rpartition("\x1b[?25h")[0], "the cursor is visible again"
    assert "reading" not in after


def test_the_progress_line_is_escaped_and_cleared_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    screen = at_a_terminal(monkeypatch, 0.0)
    with waiting("reading [b]") as wait:
        until = time.monotonic() + 60
        while "halfway" not in screen.getvalue() and time.monotonic() < until:
            wait.says("halfway [b]\x1b[2J", 0.5)
            time.sleep(0.05)
    assert "halfway [b]" in screen.getvalue()
    assert "\x1b[2J" not in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")  # the line is cleared


def test_a_text_is_beside_its_label_or_below_in_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    label, text, command = "Input method  not set up  ", "no input source of this account", "foreword ibus"
    monkeypatch.setenv("COLUMNS", "60")
    assert beside(label, text, command) == f"{label}{text}\n{' ' * len(label)}{command}"
    monkeypatch.setenv("COLUMNS", "30")
    below = "Input method  not set up\n  no input source of this\n  account\n  foreword ibus"
    assert beside(label, text, command) == below
