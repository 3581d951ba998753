"""`doctor` shows on one screen what is in use, what is broken and how to repair it, without a traceback."""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import foreword.cli.doctor as examined
from foreword.keyboard.memory_file import APPLICATION
from program import CommandLine

input_method = examined.SURFACES["Input method"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


@pytest.fixture(autouse=True)
def no_input_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests do not check the input method of this computer."""
    finding = examined.Finding(part="Input method", state="not set up", text="")
    monkeypatch.setitem(examined.SURFACES, "Input method", lambda: finding)


def states(out: str) -> dict[str, str]:
    return {row["part"]: row["state"] for row in json.loads(out)}


def test_doctor_fits_on_one_screen(foreword: CommandLine, toy: Path, config: Path, home: Path) -> None:
    foreword("learn", "-", "-m", toy, stdin=b"see you tomorrow\n")
    (config / "settings.toml").write_text('learn = true\nleave_out = ["keepassxc"]\n')
    done = foreword("doctor", "-m", toy)
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) <= 24
    assert max(map(len, done.out.splitlines())) <= 80 or str(toy.parent) in done.out
    for told in ("toy: ", "1 message, 3 words", "learning is on, nothing", "in keepassxc", "foreword write"):
        assert told in " ".join(done.out.split())


def test_doctor_says_that_a_memory_may_not_be_written(
    foreword: CommandLine, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreword("learn", "-", "-m", toy, stdin=b"see you tomorrow\n")
    monkeypatch.setattr("os.access", lambda path, _: Path(path) != toy.parent)  # root may write everywhere
    assert "3 words; it may not be written" in " ".join(foreword("doctor", "-m", toy).out.split())


def test_doctor_does_not_call_a_missing_part_broken(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examined, "find_spec", lambda _: None)
    done = foreword("doctor", "-m", toy)
    assert done.code == 0
    for extra in ("lsp", "web"):
        assert f'to set it up: pip install "foreword[{extra}]"' in done.out
    assert "to set it up: foreword learn SOURCE -m" in done.out


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


@pytest.mark.parametrize(
    ("damage", "part", "told"),
    [
        (lambda toy, _: toy.with_name("toy.memory").write_bytes(b"no memory" * 999), "Memory", "toy.memory"),
        (cut, "Model", "toy"),
        (unknown, "Settings", "choises"),
        (newer, "Memory", "pip install --upgrade foreword"),
        (lambda toy, _: toy.with_name("toy.memory").mkdir(), "Memory", "move it away"),
        (lambda toy, _: toy.rename(toy.with_name("elsewhere")), "Model", "toy"),
    ],
)
def test_doctor_reports_only_the_broken_part_and_changes_no_file(
    *,
    damage: Callable[[Path, Path], object],
    part: str,
    told: str,
    foreword: CommandLine,
    toy: Path,
    config: Path,
) -> None:
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


def test_doctor_reports_an_unexpected_error_of_a_surface(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("the bus is away")

    monkeypatch.setitem(examined.SURFACES, "Input method", fail)
    done = foreword("doctor", "-m", toy)
    assert (done.code, done.err) == (1, "")
    assert "RuntimeError: the bus is away" in done.out


@pytest.mark.skipif(sys.platform != "linux", reason="a file that gives an error to each reader, even to root")
def test_an_unreadable_editor_file_hides_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("a.lua", "b.lua", "c.lua"):
        (tmp_path / name).symlink_to("/proc/self/mem")
    assert not examined._names_foreword("*.lua")
    (tmp_path / "b.lua").unlink()
    (tmp_path / "b.lua").write_text('cmd = { "foreword", "lsp" }')
    assert examined._names_foreword("*.lua")


def test_doctor_says_why_a_model_is_used(foreword: CommandLine, toy: Path, config: Path, home: Path) -> None:
    (config / "settings.toml").write_text(f'model = "{toy}"\n')
    assert f"toy, as {config / 'settings.toml'} says" in " ".join(foreword("doctor").out.split())
    assert "toy, as $FOREWORD_MODEL says" in foreword("doctor", FOREWORD_MODEL=str(toy)).out
    assert "toy: rnn" in foreword("doctor", "-m", toy).out
    (config / "settings.toml").write_text('model = "nobody"\n')
    assert f"{config / 'settings.toml'}: there is no model " in foreword("suggest", "a").err
    assert "$FOREWORD_MODEL: there is no model " in foreword("suggest", "a", FOREWORD_MODEL="no").err
    shutil.copytree(toy, home / "base")
    foreword("learn", "-", "-m", "work", stdin=b"see you\n")
    told = " ".join(foreword("doctor", FOREWORD_MODEL="work").out.split())
    assert "base, because work, as $FOREWORD_MODEL says, has no network of its own: rnn" in told
    assert "for one of your own: foreword train SOURCE -o work" in told
    shutil.copytree(toy, home / "me")
    unknown(toy, config)
    found = states(foreword("doctor", "--json").out)
    assert (found["Settings"], found["Model"], found["Memory"]) == ("broken", "ready", "not set up")


@pytest.mark.skipif(sys.platform != "linux", reason="IBus is for Linux")
def test_doctor_prints_the_state_that_the_input_method_reports(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dbus_fast", reason="the extra ibus is not installed")
    state = ("broken", "its program is gone", "foreword ibus install")
    monkeypatch.setattr("foreword.ibus.install.state", lambda: state)
    monkeypatch.setitem(examined.SURFACES, "Input method", input_method)
    done = foreword("doctor", "-m", toy)
    assert done.code == 1
    assert "broken its program is gone to mend it: foreword ibus install" in " ".join(done.out.split())


@pytest.mark.parametrize("command", [("ibus",), ("ibus", "install")])
def test_other_systems_than_linux_name_the_ways_to_type_there(
    foreword: CommandLine, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    done = foreword(*command)
    assert done.code == 1
    assert done.err.startswith("foreword: IBus is for Linux; to type here: foreword write, ")


def test_doctor_names_the_editors_that_start_foreword(
    foreword: CommandLine, toy: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pygls", reason="the extra lsp is not installed")
    monkeypatch.setattr(Path, "home", lambda: config)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in ("nvim", "emacs") else None)
    shown = " ".join(foreword("doctor", "-m", toy).out.split())
    assert "Editors not set up not in Neovim, Emacs: see docs/how-to/editors.md" in shown
    (config / ".emacs.d").mkdir()
    (config / ".emacs.d/init.el").write_text('("foreword" "lsp")')
    shown = " ".join(foreword("doctor", "-m", toy).out.split())
    assert "Editors ready set up in Emacs; not in Neovim: see" in shown
