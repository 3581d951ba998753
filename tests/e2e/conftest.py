"""One small model, trained by the real program, for all tests of this folder."""

from pathlib import Path

import pytest

from messages import RECIPE_FILE, write_messages
from program import CommandLine, Inside, Program, Trained


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "home")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A model of 600 steps; the tests must not change it."""
    folder = tmp_path_factory.mktemp("trained")
    program, source = Program(folder / "home"), write_messages(folder, lines=200)
    recipe = folder / "tiny.toml"
    recipe.write_text(RECIPE_FILE, encoding="utf-8")
    length = ("--recipe", recipe, "--steps", str(Trained.steps))
    outcome = program("train", source, *length, "-o", "tiny", "--json")
    assert outcome.code == 0, outcome.err
    return Trained(program=program, source=source, recipe=recipe, outcome=outcome)


@pytest.fixture
def inside(
    trained: Trained, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line in this process, with the data folder of that model."""
    return Inside(trained.program.home, monkeypatch, capsys)
