"""A small complete model folder."""

import shutil
from pathlib import Path

import pytest

from foreword.modelfolder.writing import write
from marked_models import contents_of


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete model folder that no test may change."""
    folder = tmp_path_factory.mktemp("written") / "whole"
    write(folder, contents_of(1))
    return folder


@pytest.fixture
def model(tmp_path: Path, written: Path) -> Path:
    """A complete model folder that the test may change."""
    shutil.copytree(written, tmp_path / "whole")
    return tmp_path / "whole"
