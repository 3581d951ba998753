"""Fixtures: a runner that returns the output of a program, and a small network to type with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foreword.runtime.model import Model
from toys import writer


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(program: Any, *arguments: object) -> str:
        monkeypatch.setattr("sys.argv", [program.__name__, *map(str, arguments)])
        program.main()
        return capsys.readouterr().out

    return run


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return writer(tmp_path / "toy", "abcdefghijklmnopqrstuvwxyz ,")
