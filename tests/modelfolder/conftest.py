"""A small whole model folder, and a home of its own for each test."""

from pathlib import Path

import pytest

from foreword.modelfolder import Contents, write
from marked_models import contents_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's data folder, somewhere that no person has."""
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def contents() -> Contents:
    return contents_of(1)


@pytest.fixture
def model(tmp_path: Path, contents: Contents) -> Path:
    """A whole model folder."""
    write(tmp_path / "whole", contents)
    return tmp_path / "whole"
