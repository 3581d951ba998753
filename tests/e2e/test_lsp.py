"""The language server as a process: it ends when its editor ends, and never prints typed text."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_client import started
from program import PATIENCE, Outcome, Program

pytest.importorskip("pygls")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with a memory and permission to learn; the network is the base model."""
    (tmp_path / "settings.toml").write_text("learn = true\n")
    program = Program(tmp_path / "home")
    program("learn", "-", stdin=b"see you tomorrow\n")
    return program


def test_the_server_learns_saved_text_and_ends_on_request(program: Program, tmp_path: Path) -> None:
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


def test_a_signal_or_the_end_of_input_ends_the_server(program: Program) -> None:
    with started(program) as (editor, process):
        editor.open("See you")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) in (0, 130)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert program("lsp") == Outcome(code=0, out="", err="")


@pytest.mark.skipif(sys.platform == "win32", reason="it counts on pipes of POSIX")
def test_the_server_ends_if_its_editor_is_killed(program: Program) -> None:
    """The server inherits our pipe as standard error. The pipe ends only when no process holds it any more."""
    editor = (
        "import subprocess, sys, time\n"
        "server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "server.stdin.write(b'Content-Length: 2\\r\\n\\r\\n{}')\n"
        "server.stdin.flush()\n"
        "print('started', flush=True)\n"
        "time.sleep(1000)\n"
    )
    command = [sys.executable, "-c", editor, *program.command("lsp")]
    with subprocess.Popen(
        command, env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        process.kill()
        assert process.communicate(timeout=PATIENCE) == (b"", b"")


def test_the_server_never_prints_a_malformed_header(program: Program) -> None:
    for sent in (b"hunter2\r\n\r\n", b"Content-Length: hunter2\r\n\r\n{}", b"\xff" * 99):
        ended = program("lsp", stdin=sent)
        assert "hunter2" not in ended.out + ended.err
        assert "Traceback" not in ended.err
