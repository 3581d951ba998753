"""A training under torchrun is one program: it stops as one, ends when a process dies, and is resumed as it was."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from program import Program, Trained

if sys.platform != "linux":
    pytest.skip("finds the processes where Linux lists them", allow_module_level=True)

pytestmark = pytest.mark.slow
TORCHRUN = (
    sys.executable,
    "-m",
    "torch.distributed.run",
    "--standalone",
    "--nproc-per-node",
    "2",
    "-m",
    "foreword",
)


def started(home: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """Two processes of `foreword train`."""
    environment = {**os.environ, "FOREWORD_HOME": str(home), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*TORCHRUN, "train", *map(str, arguments)], stderr=subprocess.PIPE, text=True, env=environment
    )


def ranks(program: subprocess.Popen[str]) -> dict[int, int]:
    """The process of each rank."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            variables = (folder / "environ").read_bytes().decode().split("\0")
        except OSError:  # it has ended meanwhile
            continue
        rank = next((line.removeprefix("RANK=") for line in variables if line.startswith("RANK=")), None)
        if parent == program.pid and rank is not None:
            found[int(rank)] = int(folder.name)
    return found


def ended(program: subprocess.Popen[str], *, after: str, number: int, rank: int | None = None) -> str:
    """The lines of ours when torchrun, or the process of a rank, is sent a signal after a line."""
    assert program.stderr is not None
    lines = []
    for line in program.stderr:
        lines.append(line)
        if after in line:
            time.sleep(0.5)
            os.kill(program.pid if rank is None else ranks(program)[rank], number)
            break
    lines += program.stderr.readlines()
    program.stderr.close()
    assert program.wait(timeout=120) != 0
    said = "".join(lines)
    assert "foreword/" not in said.partition("Traceback")[2]  # torchrun's own traceback names no file of ours
    return said


def test_a_stopped_or_killed_training_is_resumed_and_equals_one_in_one_go(
    tmp_path: Path, program: Program, trained: Trained
) -> None:
    home = tmp_path / "together"
    order = (trained.source, "--recipe", trained.recipe, "--steps", str(Trained.steps), "-o", "tiny")
    weights = f"weights, {Trained.steps} steps"

    stopped = ended(started(home, *order), after=weights, number=signal.SIGINT)
    assert stopped.count("Stopped after step ") == 1
    assert "Go on with: foreword train --resume -o tiny\n" in stopped
    killed = ended(started(home, "--resume", "-o", "tiny"), after=weights, number=signal.SIGKILL, rank=1)
    (line,) = [line for line in killed.splitlines() if line.startswith("foreword: ")]
    assert line.startswith("foreword: process 0 of 2 lost another process: ")
    assert f"foreword train --resume -o {home / 'tiny'} goes on from the last checkpoint, of step " in line

    for last in (started(home, "--resume", "-o", "tiny"), started(program.home, *order)):
        assert "Traceback" not in last.communicate()[1]
    assert sorted(path.name for path in home.iterdir()) == ["tiny", "tiny.memory"]
    for name in ("model.safetensors", "onnx/model.onnx", "tokenizer.json"):
        assert (home / "tiny" / name).read_bytes() == (program.home / "tiny" / name).read_bytes(), name
