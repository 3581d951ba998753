"""One screen says what is in use, what is broken, and what helps; whatever is broken, it is said in words."""

import importlib.util
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

import foreword.cli.doctor as examined
from foreword.keyboard.memory_file import APPLICATION
from program import CommandLine


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the settings."""
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


@pytest.fixture(autouse=True)
def no_input_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set up on the computer of the one who tests is not asked."""
    finding = examined.Finding(
        part="Input method", state="not set up", text="", command="foreword ibus install"
    )
    monkeypatch.setitem(examined.SURFACES, "Input method", lambda: finding)


def states(out: str) -> dict[str, str]:
    """The state of each part."""
    return {row["part"]: row["state"] for row in json.loads(out)}


def test_a_set_up_that_works_fits_on_a_screen(
    foreword: CommandLine, toy: Path, config: Path, home: Path
) -> None:
    foreword("learn", "-", "-m", toy, stdin=b"see you tomorrow\n")
    (config / "settings.toml").write_text('learn = true\nleave_out = ["keepassxc"]\n')
    done = foreword("doctor", "-m", toy)
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) <= 24
    for told in ("toy: ", "1 message, 3 words", "learning is on", "in keepassxc", "foreword write"):
        assert told in done.out


def test_what_is_not_set_up_is_not_broken(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(
        examined, "find_spec", lambda name: there(name) if name.startswith("foreword") else None
    )
    done = foreword("doctor", "-m", toy)
    assert done.code == 0
    assert 'to set it up: pip install "foreword[lsp]"' in done.out
    assert "to set it up: foreword learn SOURCE -m" in done.out


def garbage(toy: Path, config: Path) -> None:
    toy.with_name("toy.memory").write_bytes(b"no memory" * 999)


def cut(toy: Path, config: Path) -> None:
    graph = next((toy / "onnx").iterdir())
    graph.write_bytes(graph.read_bytes()[:99])


def unknown(toy: Path, config: Path) -> None:
    (config / "settings.toml").write_text("choises = 3\n")


def newer(toy: Path, config: Path) -> None:
    with sqlite3.connect(toy.with_name("toy.memory")) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute("PRAGMA user_version = 99")
    database.close()


def a_folder(toy: Path, config: Path) -> None:
    toy.with_name("toy.memory").mkdir()


def gone(toy: Path, config: Path) -> None:
    toy.rename(toy.with_name("elsewhere"))


@pytest.mark.parametrize(
    "case",
    [
        (garbage, "Memory", "toy.memory"),
        (cut, "Model", "toy"),
        (unknown, "Settings", "choises"),
        (newer, "Memory", "pip install --upgrade foreword"),
        (a_folder, "Memory", "move it away"),
        (gone, "Model", "toy"),
    ],
)
def test_what_is_broken_is_said_and_nothing_else_is(
    case: tuple[Callable[[Path, Path], None], str, str],
    foreword: CommandLine,
    toy: Path,
    config: Path,
) -> None:
    damage, part, told = case
    damage(toy, config)
    before = {path: path.read_bytes() for path in toy.parent.rglob("*") if path.is_file()}
    done = foreword("doctor", "-m", toy, "--json")
    assert done.code == 1
    assert [each for each, state in states(done.out).items() if state == "broken"] == [part]
    assert told in next(row["text"] for row in json.loads(done.out) if row["part"] == part)
    shown = foreword("doctor", "-m", toy)
    assert (shown.code, shown.err) == (1, "")
    assert "Traceback" not in shown.out
    after = {path: path.read_bytes() for path in toy.parent.rglob("*") if path.is_file()}
    assert after == before, "it changed something"


def test_a_data_folder_that_is_a_file_is_said(foreword: CommandLine, tmp_path: Path, config: Path) -> None:
    (tmp_path / "file").write_text("")
    done = foreword("doctor", FOREWORD_HOME=str(tmp_path / "file"))
    assert (done.code, done.err) == (1, "")
    assert "set FOREWORD_HOME" in done.out


def test_a_surface_that_nobody_foresaw_to_fail_is_said(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("the bus is away")

    monkeypatch.setitem(examined.SURFACES, "Input method", fail)
    done = foreword("doctor", "-m", toy)
    assert (done.code, done.err) == (1, "")
    assert "RuntimeError: the bus is away" in done.out
