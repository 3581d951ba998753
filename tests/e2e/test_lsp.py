"""The language server as a process: it ends when its editor does, and says nothing of what was typed."""

import signal
import subprocess
from pathlib import Path

import pytest

from lsp_client import started
from program import PATIENCE, Program

pytest.importorskip("pygls")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """With a memory and leave to learn; the base has the network."""
    (tmp_path / "settings.toml").write_text("learn = true\n")
    program = Program(tmp_path / "home")
    program("learn", "-", stdin=b"see you tomorrow\n")
    return program


def test_it_learns_what_is_saved_and_ends_as_asked(program: Program, tmp_path: Path) -> None:
    config = {"FOREWORD_CONFIG": str(tmp_path)}
    with started(program, environment=config) as (editor, process):
        editor.open("See you tom")
        assert editor.complete(0, 11)[0]["label"] == "tomorrow"
        editor.change("The hunter2 quay is wet.\n")
        editor.save()
        editor.end()
        assert process.wait(PATIENCE) == 0, "standard input is still open"
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert "quay" in program("memory", "list").out
    with started(program, "--private", environment=config) as (editor, process):
        editor.open("")
        editor.change("A private harbour.\n")
        editor.save()
        editor.end()
        assert process.wait(PATIENCE) == 0
    assert "harbour" not in program("memory", "list").out


def test_a_signal_and_the_end_of_its_input_end_it(program: Program) -> None:
    with started(program) as (editor, process):
        editor.open("See you")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) in (0, 130)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    ended = subprocess.run(
        program.command("lsp"), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
