"""A text of messages, and a data folder that no person has."""

from pathlib import Path

import pytest

from messages import write_messages


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """About two thousand characters."""
    return write_messages(tmp_path, lines=60)
