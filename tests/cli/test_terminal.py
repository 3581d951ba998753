"""No text can steer the terminal of the person who looks at it, through a pipe neither."""

import io
import json
import sys
import unicodedata
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

STEERING = "\x1b]0;owned\x07\x1b[31mred\x9b2J\x7f\u202etxt\u2066\r\n"
SHOWN = STEERING.strip().encode("unicode_escape").decode()
COMMANDS: dict[str, Callable[[str], None]] = {
    "generate": lambda model: generate(STEERING, model),
    "generate --json": lambda model: generate(STEERING, model, as_json=True),
    "suggest": lambda model: suggest("a", model, characters=True),
    "suggest --json": lambda model: suggest("a", model, characters=True, as_json=True),
    "explain": lambda model: explain("a", model),
    "explain --json": lambda model: explain("a", model, as_json=True),
    "inspect": inspect,
    "inspect --json": lambda model: inspect(model, as_json=True),
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


@pytest.mark.parametrize("stream", [Screen(), io.StringIO()], ids=["terminal", "pipe"])
@pytest.mark.parametrize("command", COMMANDS)
def test_control_characters_are_shown_as_what_they_are(
    hostile: str, command: str, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")  # so that rich, too, writes letters only
    stream.seek(0)
    stream.truncate()
    monkeypatch.setattr(sys, "stdout", stream)
    COMMANDS[command](hostile)
    shown = stream.getvalue().replace("\\u00", "\\x").replace("\n", "")  # JSON writes them so
    assert SHOWN in shown
    assert not [
        character
        for character in shown
        if unicodedata.category(character) in {"Cc", "Cf"} and character != "\t"
    ]


def test_a_message_is_one_line_of_letters(foreword: CommandLine, toy: Path) -> None:
    config = toy / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text("utf-8")), f"x{STEERING}y": 1}), "utf-8")
    outcome = foreword("inspect", "-m", toy)
    assert outcome.err == f"foreword: {config} has unknown x{SHOWN} y\n"
