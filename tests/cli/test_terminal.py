"""No text can steer the terminal of the person who looks at it, and none is changed on its way to a program."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foreword.assess import bits
from foreword.cli.explain import explain
from foreword.cli.generate import generate
from foreword.cli.inspect import inspect
from foreword.cli.suggest import suggest
from foreword.runtime import generate as generating
from program import CommandLine

STEERING = "\x1b]0;owned\x07\x1b[31mred\x9b2J\r\n"
COMMANDS: dict[str, Callable[[str], None]] = {
    "generate": lambda model: generate(STEERING, model),
    "suggest": lambda model: suggest("a", model, characters=True),
    "explain": lambda model: explain("a", model),
    "inspect": inspect,
}


class Screen(io.StringIO):
    """A terminal as the program sees it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def hostile(toy: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model that steers the terminal with all that it says and is."""
    record = {"sources": [{"name": STEERING, "characters": 3}], "date": STEERING, "steps": "\x1b[2J"}
    (toy / "training.json").write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setattr(generating, "generate", lambda *_, **__: [STEERING])
    monkeypatch.setattr(generating, "next_tokens", lambda *_, **__: [(STEERING, 0.5)])
    monkeypatch.setattr(bits, "surprises", lambda *_, **__: [(STEERING, 0.5)])
    return str(toy)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_terminal_is_shown_letters_only(
    hostile: str, command: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")  # so that rich, too, writes letters only
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    command(hostile)
    assert "]0;owned[31mred2J" in screen.getvalue()
    assert not set(screen.getvalue()) & set("\x1b\x07\x9b\r")


@pytest.mark.parametrize(
    ("command", "exact"),
    [
        ("generate", STEERING + STEERING + "\n"),
        ("suggest", STEERING.replace("\n", "⏎") + "\t50.0%\n"),
        ("explain", json.dumps(STEERING, ensure_ascii=False)[1:-1] + "\t0.50\n"),
    ],
)
def test_a_pipe_is_given_all_of_it(
    hostile: str, command: str, exact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = io.StringIO(newline="")
    monkeypatch.setattr(sys, "stdout", pipe)
    COMMANDS[command](hostile)
    assert pipe.getvalue() == exact


def test_a_message_is_one_line_of_letters(foreword: CommandLine, toy: Path) -> None:
    config = toy / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text("utf-8")), f"x{STEERING}y": 1}), "utf-8")
    outcome = foreword("inspect", "-m", toy)
    assert outcome.err == f"foreword: {config} has unknown x]0;owned[31mred2J y\n"
