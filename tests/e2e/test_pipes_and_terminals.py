"""Output into a pipe is for programs; output on a terminal is for people."""

import json
import os
import sys
from pathlib import Path

import pytest

from program import Outcome, Program, Trained

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals and closed pipes are Unix's")


def on_a_terminal(program: Program, *arguments: str, **more: str) -> tuple[str, Outcome]:
    """The output of the program on a terminal, and how it ended."""
    import pty  # noqa: PLC0415 - there is none on Windows

    ours, its = pty.openpty()
    running = program.start(*arguments, stdout=its, **more)
    os.close(its)
    written = b""
    try:
        while chunk := os.read(ours, 4096):
            written += chunk
    except OSError:
        pass  # Linux raises this when the other end is closed
    os.close(ours)
    _, err = running.process.communicate()
    return written.decode(), Outcome(code=running.process.returncode, out="", err=err)


@on_unix
def test_explain_colours_each_character_on_a_terminal(trained: Trained) -> None:
    written, outcome = on_a_terminal(trained.program, "explain", "see yoZ", "-m", "tiny")
    assert outcome.code == 0, outcome.err
    assert "\x1b[7;31mZ" in written  # in reverse red, because the text has no Z
    assert "bits a character:" in written
    assert "for 7 characters:" in written
    assert "\t" not in written
    plain, _ = on_a_terminal(trained.program, "explain", "see yoZ", "-m", "tiny", NO_COLOR="1")
    assert "\t" in plain
    assert "\x1b" not in plain


@on_unix
@pytest.mark.parametrize("arguments", [("generate", "-n", "100000"), ("suggest", "--help")])
def test_a_reader_that_closes_the_pipe_causes_no_error(trained: Trained, arguments: tuple[str, ...]) -> None:
    running = trained.program.start(*arguments, "-m", "tiny")
    assert running.process.stdout is not None
    running.process.stdout.read(1)
    running.process.stdout.close()
    assert running.process.stderr is not None
    assert running.process.stderr.read() == ""
    running.process.wait()
    running.process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_is_one_error_line(trained: Trained) -> None:
    with Path("/dev/full").open("wb") as full:
        running = trained.program.start("explain", "a b", "-m", "tiny", stdout=full.fileno())
        _, err = running.process.communicate()
    why = "the disk is full, no more fits into standard output"
    assert (running.process.returncode, err) == (1, f"foreword: {why}; free some space, then try again\n")


@on_unix
def test_generate_accepts_a_prompt_with_invalid_bytes(trained: Trained) -> None:
    """The output into a pipe is UTF-8, whatever the encoding of the system."""
    given = ("generate", "-m", "tiny", "-n", "5", "--json")
    for arguments, stdin, encoding in ((["\udcff да"], b"", "utf-8:strict"), (["-"], "\udcff да", "ascii")):
        data = stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin
        outcome = trained.program(*given, *arguments, stdin=data, PYTHONIOENCODING=encoding)
        assert outcome.code == 0, outcome.err
        assert json.loads(outcome.out)["prompt"].endswith(" да")
