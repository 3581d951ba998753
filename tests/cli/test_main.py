"""The program stands on its own where a shell has closed what it reads from or prints to."""

import sys
from pathlib import Path

import pytest

from foreword.cli.main import main

COMMANDS = {
    "suggest": "",
    "suggest --characters": "",
    "generate -n 3": "",
    "inspect": "",
    "explain": "foreword: there is no text to measure; hand in at least one character\n",
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("closed", [("stdin",), ("stdin", "stdout")])
def test_streams_that_are_closed_are_empty_ones(
    toy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    closed: tuple[str, ...],
    command: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["foreword", *command.split(), "-m", str(toy)])
    for stream in closed:
        monkeypatch.setattr(sys, stream, None)
    with pytest.raises(SystemExit) as left:
        main()
    for stream in closed:
        getattr(sys, stream).close()
    assert bool(left.value.code) == bool(COMMANDS[command])
    assert capsys.readouterr().err == COMMANDS[command]
