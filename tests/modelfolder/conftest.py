"""A small whole model folder, and a home of its own for each test."""

import shutil
from pathlib import Path

import pytest

from foreword.modelfolder.writing import write
from marked_models import contents_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's data folder, somewhere that no person has."""
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole model folder, not to be changed."""
    folder = tmp_path_factory.mktemp("written") / "whole"
    write(folder, contents_of(1))
    return folder


@pytest.fixture
def model(tmp_path: Path, written: Path) -> Path:
    """A whole model folder of the test's own."""
    shutil.copytree(written, tmp_path / "whole")
    return tmp_path / "whole"
