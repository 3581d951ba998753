"""`torchrun` with two processes: where one of them is killed, the other says how to go on, and that way works."""

import os
import signal
import subprocess
import sys

import pytest

from program import Program, Running, Trained

if sys.platform == "win32":
    pytest.skip("Windows has no SIGKILL", allow_module_level=True)

TORCHRUN = ("torch.distributed.run", "--nproc-per-node", "2", "-m", "foreword")


@pytest.mark.all
def test_where_rank_0_is_killed_one_line_says_how_to_go_on_and_that_way_works(
    trained: Trained, program: Program
) -> None:
    order = ("train", trained.source, "--recipe", trained.recipe, "--steps", "600", "-o", "tiny")
    command = [sys.executable, "-m", *TORCHRUN, *map(str, order)]
    running = Running(
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=program.environment(),
            encoding="utf-8",
        )
    )
    running.until("weights, 600 steps")
    listed = ["ps", "--ppid", str(running.process.pid), "-o", "pid="]
    first = min(map(int, subprocess.run(listed, capture_output=True, check=True).stdout.split()))
    os.kill(first, signal.SIGKILL)
    _, err = running.process.communicate(timeout=60)
    said = [line for line in err.splitlines() if line.startswith("foreword: ")]
    assert len(said) == 1, err
    assert said[0].endswith("to go on from the beginning: foreword train --resume -o tiny")
    assert "foreword/" not in err  # the traceback is torchrun's own

    ended = program("train", "--resume", "-o", "tiny")
    assert ended.code == 0, ended.err
    assert sorted(path.name for path in program.home.iterdir()) == ["tiny", "tiny.memory"]
