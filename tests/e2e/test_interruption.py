"""Stopped and killed runs: what is kept, what is left behind, and how they continue."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from program import Outcome, Program, Running, Trained

if sys.platform == "win32":
    pytest.skip("Windows has no signals that a program could be asked by to stop", allow_module_level=True)

PLANNED = "weights, 600 steps"


def interrupted(program: Program, arguments: tuple[str | Path, ...], number: int) -> Outcome:
    """Run the program, and send it a signal at a random moment of its training."""
    running = program.start(*arguments)
    running.until(PLANNED)
    time.sleep(random.uniform(0, 0.3))
    return running.stop(number)


def test_an_interrupted_and_resumed_training_gives_the_same_bytes(trained: Trained, program: Program) -> None:
    """The training of `trained` again, interrupted three times. Ctrl-C and SIGTERM say what is kept."""
    order = (trained.source, "--recipe", trained.recipe, "--steps", str(Trained.steps))
    stopped = interrupted(program, ("train", *order, "-o", "tiny"), signal.SIGINT)
    resume = ("train", "--resume", "-o", "tiny")
    killed = interrupted(program, resume, signal.SIGKILL)
    again = interrupted(program, resume, signal.SIGTERM)
    for outcome in (stopped, again):
        last = outcome.err.splitlines()[-1]
        assert outcome.code == 130
        assert last.startswith("Stopped after step ")
        assert f"%; the run is kept in {program.home / 'tiny.run'}." in last
        assert last.endswith("Continue with: foreword train --resume -o tiny")
        assert "Traceback" not in outcome.err
    step = stopped.err.split("Stopped after step ")[1].split(", at ")[0]
    for outcome in (killed, again):
        assert f"{PLANNED}, continuing from step {step}" in outcome.err
    ended = program(*resume)
    assert ended.code == 0, ended.err
    for name in ("model.safetensors", "onnx/model.onnx", "tokenizer.json"):
        assert (program.home / "tiny" / name).read_bytes() == (trained.folder / name).read_bytes(), name
    assert sorted(path.name for path in program.home.iterdir()) == ["tiny", "tiny.memory"]


TORCHRUN = ("torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "foreword")


def in_two(program: Program, *arguments: str | Path) -> Running:
    """Two processes of `foreword train`; returns when they train together."""
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
    """The final messages of both processes and torchrun; torchrun's traceback names no file of Foreword."""
    _, said = running.process.communicate(timeout=60)
    assert running.process.returncode == 1
    assert "foreword/" not in said.partition("Traceback")[2]
    return said


@pytest.mark.all
def test_a_stopped_or_killed_training_of_two_processes_resumes(trained: Trained, program: Program) -> None:
    order = (trained.source, "--recipe", trained.recipe, "--steps", str(Trained.steps), "-o", "tiny")
    running = in_two(program, *order)
    os.killpg(running.process.pid, signal.SIGINT)  # as a terminal does; torchrun sends another signal
    said = ended(running)
    assert said.count("Stopped after step ") == 1
    assert "Continue with: foreword train --resume -o tiny\n" in said
    running = in_two(program, "--resume", "-o", "tiny")
    listed = ["ps", "--ppid", str(running.process.pid), "-o", "pid="]
    first = min(map(int, subprocess.run(listed, capture_output=True, check=True).stdout.split()))
    os.kill(first, signal.SIGKILL)  # rank 0, which prints all other lines
    (line,) = [line for line in ended(running).splitlines() if line.startswith("foreword: ")]
    assert line.startswith("foreword: process 1 of 2 lost its connection to another process; ")
    assert "tiny.run has " in line
    assert line.endswith(": foreword train --resume -o tiny")
    alone = program("train", "--resume", "-o", "tiny")
    assert alone.code == 0, alone.err
    assert sorted(path.name for path in program.home.iterdir()) == ["tiny", "tiny.memory"]
