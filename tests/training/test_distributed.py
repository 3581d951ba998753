"""Several processes act as one: same results, same decisions, and checkpoints for any number of processes."""

import pickle
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
import torch

import processes as together
from foreword.errors import OptionError, RunError
from foreword.training.distributed import ALONE, Processes, joined
from processes import CASES, SAVED_AFTER, Run


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which two processes worked until one of them was killed."""
    folder = tmp_path_factory.mktemp("processes")
    together.saved(folder / "by one")
    assert together.start(together.in_two, folder, 2) == [1, -signal.SIGKILL]
    return folder


@pytest.fixture(scope="module")
def found(pair: Path) -> dict[str, Any]:
    found: dict[str, Any] = pickle.loads((pair / "found").read_bytes())
    return found


@pytest.fixture(scope="module")
def alone() -> dict[str, Run]:
    return together.all_cases()


@pytest.mark.parametrize("case", CASES)
def test_two_processes_compute_as_one_does(found: dict[str, Any], alone: dict[str, Run], case: str) -> None:
    """Up to rounding: sums are added in another order."""
    run, expected = found["cases"][case], alone[case]
    assert (run.tokens, run.rates) == (expected.tokens, expected.rates)
    assert run.nats == pytest.approx(expected.nats, rel=2e-5)
    assert run.validations == pytest.approx(expected.validations, rel=2e-5)
    torch.testing.assert_close(run.weights, expected.weights, rtol=2e-3, atol=2e-4)


def test_a_run_resumes_with_one_or_with_two(pair: Path, found: dict[str, Any], alone: dict[str, Run]) -> None:
    whole = alone["blocks"]
    for rest in (together.resumed(pair / "by two"), found["from one"]):
        assert rest.nats == pytest.approx(whole.nats[SAVED_AFTER:], rel=2e-5)
        assert rest.validations == pytest.approx(whole.validations, rel=2e-5)


@pytest.mark.slow
def test_a_run_resumed_with_equally_many_processes_is_equal_to_the_last_bit(tmp_path: Path) -> None:
    assert together.start(together.in_three, tmp_path, 3) == [0, 0, 0]
    whole, rest = pickle.loads((tmp_path / "found in three").read_bytes())
    assert rest.nats == whole.nats[SAVED_AFTER:]
    assert all(bool((rest.weights[name] == weight).all()) for name, weight in whole.weights.items())


def test_processes_act_alike_but_draw_different_dropout(found: dict[str, Any]) -> None:
    """All use the clock of rank 0, obey a stop flag once after the next update, and end if one has diverged."""
    assert found["dropouts"][0] != found["dropouts"][1]
    first, second = found["unequal_clocks"]
    assert first == second
    assert max(first) == 1.0
    assert sum(place > 0 for place in first) > 20
    assert found["flags"] == [[3, 0, 0, 0, 0]] * 2
    first, second = found["divergence"]
    assert first == second
    assert first[:2] == [7, 0]


def test_too_few_columns_and_different_run_folders_are_refused(found: dict[str, Any]) -> None:
    columns, files = found["refusals"]
    assert columns.endswith("1 column for 2 processes: take at most 1 process, or a larger training.batch")
    assert "do not have the same files in" in files
    assert found["sum"] == [3.0, 0.5]


def test_a_killed_process_ends_each_other_one_with_a_line(pair: Path, found: dict[str, Any]) -> None:
    assert (pair / "lost").read_text(encoding="utf-8") == (
        "process 0 of 2 lost its connection to another process; the checkpoint is kept"
    )


def test_a_taken_port_is_a_named_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "GLOO_SOCKET_IFNAME": "lo"}
        for name, value in {"RANK": "0", "WORLD_SIZE": "2", **address}.items():
            monkeypatch.setenv(name, value)
        words = rf"cannot find the others at 127\.0\.0\.1:{port} .*is the port free"
        with pytest.raises(RunError, match=words), joined():
            pass


@pytest.mark.parametrize("device", ["mps", "cuda:0", "cuda"])
def test_a_device_no_processes_can_share_is_refused(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(OptionError, match="2 processes need an NVIDIA GPU each, or --device cpu"):
        Processes(rank=0, count=2, local_count=2).device(torch.device(device))
    assert ALONE.device(torch.device(device)) == torch.device(device)
