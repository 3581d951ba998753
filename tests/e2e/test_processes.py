"""A training under torchrun is one program: Ctrl-C stops it; if one process is killed, another says how to go on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from program import Program, Running, Trained

if sys.platform == "win32":
    pytest.skip("Windows has no SIGKILL", allow_module_level=True)

TORCHRUN = ("torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "foreword")


def in_two(program: Program, *arguments: str | Path) -> Running:
    """Two processes of `foreword train`, as soon as they train together."""
    running = Running(
        subprocess.Popen(
            [sys.executable, "-m", *TORCHRUN, "train", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=program.environment(),
            encoding="utf-8",
            start_new_session=True,
        )
    )
    running.until(f"weights, {Trained.steps} steps")
    return running


def ended(running: Running) -> str:
    """What both and torchrun have said at the end; torchrun's own traceback names no file of ours."""
    _, said = running.process.communicate(timeout=60)
    assert running.process.returncode == 1
    assert "foreword/" not in said.partition("Traceback")[2]
    return said


@pytest.mark.all
def test_stopped_or_killed_it_says_how_to_go_on_and_that_way_works(
    trained: Trained, program: Program
) -> None:
    order = (trained.source, "--recipe", trained.recipe, "--steps", str(Trained.steps), "-o", "tiny")
    running = in_two(program, *order)
    os.killpg(running.process.pid, signal.SIGINT)  # as a terminal does; torchrun sends them another one
    said = ended(running)
    assert said.count("Stopped after step ") == 1
    assert "Go on with: foreword train --resume -o tiny\n" in said
    running = in_two(program, "--resume", "-o", "tiny")
    listed = ["ps", "--ppid", str(running.process.pid), "-o", "pid="]
    first = min(map(int, subprocess.run(listed, capture_output=True, check=True).stdout.split()))
    os.kill(first, signal.SIGKILL)  # rank 0, which prints all else
    (line,) = [line for line in ended(running).splitlines() if line.startswith("foreword: ")]
    assert line.startswith("foreword: process 1 of 2 lost its connection to another process; to go on from ")
    assert line.endswith(": foreword train --resume -o tiny")
    alone = program("train", "--resume", "-o", "tiny")
    assert alone.code == 0, alone.err
    assert sorted(path.name for path in program.home.iterdir()) == ["tiny", "tiny.memory"]
