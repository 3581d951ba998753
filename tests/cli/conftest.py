"""The command line in this process: as quick as a function, with what it printed and how it left."""

import io
import sys
from pathlib import Path

import pytest

import toys
from foreword.cli.main import main
from foreword.text.tokenizer import characters_tokenizer
from program import CommandLine, Outcome


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that no person has."""
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def foreword(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`foreword(…)` runs a command line. Whatever it does not catch fails the test, as it would show a traceback."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["foreword", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        return Outcome(code=int(left.value.code or 0), out=printed.out, err=printed.err)

    return run


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The folder of a model with random weights; nothing was held out for it."""
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"abc "))
    return toys.model(tmp_path / "toy", tokenizer, graph).path
