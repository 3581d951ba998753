"""Threads are bound while a network is trained, and free before and after.

In processes of their own, with a thread a core: tests have one thread.
"""

import json
import os
import subprocess
import sys

import pytest
import torch

from foreword.training.distributed import Place, Team
from foreword.training.device import bound_threads

CPU = torch.device("cpu")
PROGRAM = """
import json, os
from pathlib import Path
import torch
from foreword.training.device import bound_threads

def cores():
    _ = torch.ones(512, 512) @ torch.ones(512, 512)  # all threads take part in that
    return sorted(sorted(os.sched_getaffinity(int(task.name))) for task in Path("/proc/self/task").iterdir())

told = {"before": cores()}
try:
    with bound_threads(torch.device("cpu")) as bound:
        told |= {"bound": bound, "meanwhile": cores()}
        raise ValueError
except ValueError:
    print(json.dumps({**told, "after": cores()}))
"""


def cores_with(threads: int) -> dict[str, list[list[int]]]:
    """The cores of a program's threads before, while, and after an error inside has let them go."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment
    )
    told: dict[str, list[list[int]]] = json.loads(done.stdout)
    return told


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread choose its cores")
def test_each_thread_has_a_core_of_its_own_and_gets_all_of_them_back() -> None:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        pytest.skip("this machine has one core: there is nothing to share out")
    told = cores_with(len(cores))

    assert told["bound"]
    assert told["before"] == told["after"]
    assert all([core] in told["meanwhile"] for core in cores)
    assert all(each == cores for each in told["after"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread choose its cores")
def test_where_there_are_fewer_threads_than_cores_they_stay_free() -> None:
    told = cores_with(1)

    assert not told["bound"]
    assert told["before"] == told["meanwhile"] == told["after"]


@pytest.mark.parametrize(
    ("device", "team"),
    [(CPU, Team(place=Place(rank=0, size=2, local_rank=0, local_size=2))), (torch.device("meta"), Team())],
)
def test_those_of_a_team_and_of_a_gpu_stay_free(
    monkeypatch: pytest.MonkeyPatch, device: torch.device, team: Team
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: os.cpu_count() or 1)
    with bound_threads(device, team) as bound:
        assert not bound
