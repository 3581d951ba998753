"""The fastest available device and precision are chosen; threads are bound to cores during training."""

import json
import os
import subprocess
import sys

import pytest
import torch

from foreword.errors import OptionError, RecipeError, RunError
from foreword.training import device
from foreword.training.device import (
    bound_threads,
    check_memory,
    choose_device,
    choose_precision,
    product_seconds,
    within_memory,
)

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_the_fastest_is_chosen(monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, chosen: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device(None).type == chosen
    assert choose_device("cpu").type == "cpu"
    if cuda:
        assert choose_device("cuda:1") == torch.device("cuda", 1)
        with pytest.raises(OptionError, match="--device cuda:2: no such device"):
            choose_device("cuda:2")


@pytest.mark.parametrize("name", ["tpu", "meta", "cpu:x"])
def test_an_unknown_device_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(OptionError, match=f"--device {name}: .*this machine has cpu"):
        choose_device(name)


@pytest.mark.parametrize(
    ("seconds", "chosen"), [((1.0, 0.5), "bfloat16"), ((1.0, 0.9), "float32"), ((1.0, 9.0), "float32")]
)
def test_bfloat16_is_chosen_only_if_clearly_faster(
    monkeypatch: pytest.MonkeyPatch, seconds: tuple[float, float], chosen: str
) -> None:
    assert all(0 < measured < 1 for measured in product_seconds(8, 16))
    monkeypatch.setattr(device, "product_seconds", lambda *_: seconds)
    assert choose_precision(CPU, rows=8, width=16) == chosen
    assert choose_precision(torch.device("mps"), rows=8, width=16) == "float32"


def test_a_network_larger_than_the_known_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_memory(1_000)
    with pytest.raises(RecipeError, match=r"takes [\d,]+ GB to train, but this machine has"):
        check_memory(10**15)
    monkeypatch.delattr(os, "sysconf")
    check_memory(10**15)


def test_an_out_of_memory_error_suggests_a_smaller_size() -> None:
    for error in (MemoryError(), RuntimeError("could not create a primitive")):
        with pytest.raises(RunError, match="take a smaller --size"), within_memory():
            raise error
    for fault in ("the shape is wrong", "could not create a primitive descriptor for the matmul primitive"):
        with pytest.raises(RuntimeError, match=fault), within_memory():
            raise RuntimeError(fault)


PROGRAM = """
import json, os
from pathlib import Path
import torch
from foreword.training.device import bound_threads

def cores():
    _ = torch.ones(512, 512) @ torch.ones(512, 512)  # all threads take part in that
    return sorted(sorted(os.sched_getaffinity(int(task.name))) for task in Path("/proc/self/task").iterdir())

found = {"before": cores()}
try:
    with bound_threads(torch.device("cpu")) as bound:
        found |= {"bound": bound, "meanwhile": cores()}
        raise ValueError
except ValueError:
    print(json.dumps({**found, "after": cores()}))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread choose its cores")
def test_each_thread_gets_one_core_and_later_all_cores_again() -> None:
    """In its own process with one thread per core, because tests have only one thread."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        pytest.skip("this machine has one core")
    environment = {**os.environ, "OMP_NUM_THREADS": str(len(cores))}
    found = json.loads(subprocess.check_output([sys.executable, "-c", PROGRAM], env=environment))
    assert found["bound"]
    assert found["before"] == found["after"]
    assert all([core] in found["meanwhile"] for core in cores)
    assert all(each == cores for each in found["after"])


@pytest.mark.parametrize(
    ("where", "processes", "threads"),
    [(CPU, 2, os.cpu_count()), (torch.device("meta"), 1, os.cpu_count()), (CPU, 1, 1)],
    ids=["of several processes", "of a GPU", "of fewer threads than cores"],
)
def test_threads_are_not_bound_for_processes_gpus_or_few_threads(
    monkeypatch: pytest.MonkeyPatch, where: torch.device, processes: int, threads: int
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    with bound_threads(where, processes) as bound:
        assert not bound
