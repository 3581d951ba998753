"""The command line in this process, with a data folder for each test."""

from pathlib import Path

import pytest

import toys
from program import CommandLine, Inside


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for one test."""
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def foreword(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`foreword(…)` runs a command line."""
    return Inside(home, monkeypatch, capsys)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The folder of a model with random weights; nothing was held out for it."""
    return toys.writer(tmp_path / "toy").path
