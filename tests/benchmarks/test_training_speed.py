"""benchmarks/training_speed.py: fair ratios, the keys of its JSON, and a reason for each missing figure."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import training_speed
from benchmarks.peers.environments import Unavailable
from benchmarks.peers.measuring import Task
from benchmarks.training_speed import BESIDE, BOUND, OURS, PEERS, Contender, Figure, compare, ratios

PLAIN, MXNET = PEERS[0], PEERS[1]
SPEEDS = {OURS: 30.0, BOUND: 50.0, BESIDE: 15.0, PLAIN: 10.0, MXNET: 8.0}


def figure(speed: float, precision: str = "float32") -> Figure:
    return Figure(tokens_per_second=speed, precision=precision, about={"threads": 2})


def made_up(contender: Contender, task: Task) -> Figure:
    """A machine where each program always runs at the same speed and JAX is unavailable."""
    if contender not in SPEEDS:
        raise Unavailable("no network")
    return figure(SPEEDS[contender], "bfloat16" if task.precision == "auto" else task.precision)


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """A network that trains in a few milliseconds."""
    file = tmp_path / "ids.npy"
    np.save(file, (np.arange(4 * 6 * 5 + 1) % 7).astype(np.uint16))
    sizes: dict[str, Any] = {"vocabulary": 7, "embedding": 3, "hidden": 8, "batch": 4, "unroll": 6}
    return Task(architecture="gru", ids=str(file), seconds=0.02, **sizes)


def test_programs_take_turns_and_the_bound_uses_the_precision_of_foreword(task: Task) -> None:
    """So a busy minute affects all of them, and the bound measures the same arithmetic."""
    order: list[str] = []

    def measure(contender: Contender, task: Task) -> Figure:
        order.append(contender.key)
        return made_up(contender, task)

    others = [BOUND, BESIDE, PLAIN]
    found, skipped = compare(task, others, rounds=2, measure=measure)
    assert order == [each.key for each in (OURS, *others)] * 2
    assert skipped == {}
    assert {key: figures[0].precision for key, figures in found.items()} == {
        OURS.key: "bfloat16", BOUND.key: "bfloat16", BESIDE.key: "bfloat16", PLAIN.key: "float32"
    }  # fmt: skip
    assert ratios(found, BESIDE) == [0.5] * 2
    slow = {OURS.key: [figure(30), figure(3)], PLAIN.key: [figure(10), figure(1)]}
    assert ratios(slow, PLAIN) == [3, 3]  # the second round was slow for every program


def test_a_failed_program_is_not_retried_and_has_no_figure(task: Task) -> None:
    """Otherwise its ratio would come from fewer rounds than the other ratios."""
    tried: list[str] = []

    def measure(contender: Contender, task: Task) -> Figure:
        tried.append(contender.key)
        if contender is PLAIN and tried.count(PLAIN.key) == 2:
            raise Unavailable("it crashed")
        return made_up(contender, task)

    found, skipped = compare(task, PEERS, rounds=3, measure=measure)
    assert (tried.count("times_jax"), tried.count(PLAIN.key)) == (1, 2)
    assert (skipped["times_jax"], skipped[PLAIN.key]) == ("no network", "it crashed")
    assert ratios(found, PLAIN) == []


def test_json_has_every_key_and_a_reason_for_each_null(printed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_speed, "run_program", made_up)
    found = json.loads(printed(training_speed, "--json", "--peers", "pytorch,jax", "--beside"))
    assert {"machine", "rounds", "seconds", "lstm", "gru", "rnn"} == set(found)
    for network in (found["lstm"], found["gru"], found["rnn"]):
        assert (network["characters_per_second"], network["times_plain_pytorch"]) == (30, 3)
        assert (network["share_of_bound"], network["beside_another_program"]) == (0.6, 0.5)
        assert network["ranges"]["share_of_bound"] == [0.6, 0.6]
        assert (network["times_jax"], network["skipped"]["times_jax"]) == (None, "no network")
        assert (network["times_mxnet"], network["skipped"]["times_mxnet"]) == (None, "not asked for")


@pytest.mark.slow
def test_the_programs_run_in_real_processes(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """In their own processes, which inherit no thread settings."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    found, skipped = compare(task, [BOUND, PLAIN], rounds=1, measure=training_speed.run_program)
    assert skipped == {}
    for contender in (OURS, BOUND, PLAIN):
        (measured,) = found[contender.key]
        assert measured.tokens_per_second > 0
        assert measured.about["threads"] != 1 or os.cpu_count() == 1
