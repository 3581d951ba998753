"""The command line in this process, and a small model for it."""

from pathlib import Path

import pytest

import toys
from program import CommandLine, Inside


@pytest.fixture
def foreword(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`foreword(…)` runs a command line."""
    return Inside(home, monkeypatch, capsys)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The folder of a model with random weights; nothing was held out for it."""
    return toys.writer(tmp_path / "toy").path
