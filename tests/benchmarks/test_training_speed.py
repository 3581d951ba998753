"""What benchmarks/training_speed.py promises: fair ratios, the keys of its JSON, reasons where a figure is missing."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import training_speed
from benchmarks.peers.environments import Unavailable
from benchmarks.peers.measuring import Task
from benchmarks.training_speed import BESIDE, BOUND, OURS, PEERS, Contender, Figure, compare

PLAIN, MXNET = PEERS[0], PEERS[1]
SPEEDS = {OURS: 30.0, BOUND: 50.0, BESIDE: 15.0, PLAIN: 10.0, MXNET: 8.0}


def figure(speed: float, precision: str = "float32") -> Figure:
    return Figure(tokens_per_second=speed, precision=precision, about={"threads": 2})


def made_up(contender: Contender, task: Task) -> Figure:
    """A machine on which everything always runs at the same speed, and JAX cannot be had."""
    if contender not in SPEEDS:
        raise Unavailable("no network")
    return figure(SPEEDS[contender], "bfloat16" if task.precision == "auto" else task.precision)


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """A network that a few milliseconds train."""
    file = tmp_path / "ids.npy"
    np.save(file, (np.arange(4 * 6 * 5 + 1) % 7).astype(np.uint16))
    return Task(
        architecture="gru",
        ids=str(file),
        seconds=0.02,
        vocabulary=7,
        embedding=3,
        hidden=8,
        batch=4,
        unroll=6,
    )


def test_the_programs_take_turns_so_that_a_busy_minute_hits_them_all(task: Task) -> None:
    order: list[Contender] = []

    def measure(contender: Contender, task: Task) -> Figure:
        order.append(contender)
        return made_up(contender, task)

    compare(task, [BOUND, PLAIN], rounds=2, measure=measure)

    assert order == [OURS, BOUND, PLAIN, OURS, BOUND, PLAIN]


def test_the_bound_and_the_busy_run_are_measured_in_the_precision_that_foreword_chose(task: Task) -> None:
    found = compare(task, [BOUND, BESIDE, PLAIN], rounds=1, measure=made_up)

    precisions = {key: figures[0].precision for key, figures in found.figures.items()}
    assert precisions == {
        OURS.key: "bfloat16",
        BOUND.key: "bfloat16",
        BESIDE.key: "bfloat16",
        PLAIN.key: "float32",
    }


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the program with its arguments on the made-up machine; gives what it printed."""

    def run(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["training_speed.py", *arguments])
        monkeypatch.setattr(training_speed, "run_program", made_up)
        training_speed.main()
        return capsys.readouterr().out

    return run


def test_json_has_the_promised_keys_for_each_network(printed: Any) -> None:
    found = json.loads(printed("--json", "--rounds", "3"))

    assert {"machine", "rounds", "seconds", "lstm", "gru", "rnn"} == set(found)
    for network in ("lstm", "gru", "rnn"):
        assert found[network]["characters_per_second"] == 30
        assert found[network]["times_plain_pytorch"] == 3
        assert found[network]["times_mxnet"] == 3.75
        assert found[network]["share_of_bound"] == 0.6
        assert found[network]["ranges"]["share_of_bound"] == [0.6, 0.6]


def test_json_has_null_and_a_reason_where_there_is_no_figure(printed: Any) -> None:
    found = json.loads(printed("--json", "--only", "rnn", "--peers", "pytorch,jax"))["rnn"]

    assert found["times_jax"] is None
    assert found["times_mxnet"] is None
    assert found["skipped"]["times_jax"] == "no network"
    assert found["skipped"]["times_mxnet"] == "not asked for"
    assert "times_jax" not in found["ranges"]


@pytest.mark.slow
def test_the_programs_run_for_real(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """In processes of their own, which inherit no settings of threads."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    found = compare(task, [BOUND, PLAIN], rounds=1, measure=training_speed.run_program)

    assert found.skipped == {}
    for contender in (OURS, BOUND, PLAIN):
        (measured,) = found.figures[contender.key]
        assert measured.tokens_per_second > 0
        assert measured.about["threads"] != 1 or os.cpu_count() == 1


def test_a_program_that_fails_says_why_in_one_line(task: Task) -> None:
    with pytest.raises(Unavailable, match=r"^plain PyTorch failed: KeyError: 'transformer'$"):
        training_speed.run_program(PLAIN, replace(task, architecture="transformer"))
