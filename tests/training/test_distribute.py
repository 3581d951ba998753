"""Several processes are one: they compute the same, decide the same, and their checkpoints are anybody's."""

import pickle
import socket
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import distributed as dist

import teamwork
from foreword.corpus.blocks import Blocks
from foreword.errors import MissingExtra, OptionError, RunError
from foreword.training.distributed import LOST, RENDEZVOUS, Place, Team, joined, noticing_loss
from foreword.training.workers import Ended, _to_blame, run_workers
from sessions import noise
from teamwork import CASES, SAVED_AFTER, Run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where two processes have been at work."""
    folder = tmp_path_factory.mktemp("team")
    teamwork.saved(folder / "by one")
    ended = run_workers(partial(teamwork.work, folder), 2, begun=time.perf_counter())
    assert ended == Ended(code=0, failed=None)
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Any]:
    """What they found."""
    found: dict[str, Any] = pickle.loads((folder / "found").read_bytes())
    return found


@pytest.fixture(scope="module")
def alone() -> dict[str, Run]:
    """What one process finds."""
    return teamwork.all_cases()


def assert_same(found: Run, expected: Run) -> None:
    """To rounding: sums are added up in another order."""
    assert found.tokens == expected.tokens
    assert found.rates == expected.rates
    for name in ("nats", "looks"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=2e-5)
    for name in ("weights", "averaged"):
        torch.testing.assert_close(getattr(found, name), getattr(expected, name), rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("case", CASES)
def test_two_processes_compute_what_one_does(found: dict[str, Any], alone: dict[str, Run], case: str) -> None:
    assert_same(found["cases"][case], alone[case])


def test_a_run_of_two_processes_goes_on_in_one(folder: Path, found: dict[str, Any]) -> None:
    whole: Run = found["cases"]["blocks"]
    rest = teamwork.resumed(folder / "by two")
    assert rest.nats == pytest.approx(whole.nats[SAVED_AFTER:], rel=2e-5)
    assert rest.looks == pytest.approx(whole.looks, rel=2e-5)


def test_a_run_of_one_process_goes_on_in_two(found: dict[str, Any], alone: dict[str, Run]) -> None:
    rest: Run = found["from one"]
    assert rest.nats == pytest.approx(alone["blocks"].nats[SAVED_AFTER:], rel=2e-5)


def assert_equal(whole: Run, rest: Run) -> None:
    """To the last bit."""
    assert rest.nats == whole.nats[SAVED_AFTER:]
    assert all(bool((rest.weights[name] == weight).all()) for name, weight in whole.weights.items())


def test_a_run_of_two_processes_goes_on_in_two_to_the_last_bit(found: dict[str, Any]) -> None:
    assert_equal(*found["bit for bit"])


def test_a_run_of_three_processes_goes_on_in_three_to_the_last_bit(tmp_path: Path) -> None:
    ended = run_workers(partial(teamwork.work_in_three, tmp_path), 3, begun=time.perf_counter())
    assert ended == Ended(code=0, failed=None)
    assert_equal(*pickle.loads((tmp_path / "found in three").read_bytes()))


def test_each_process_draws_its_own_dropout(found: dict[str, Any]) -> None:
    first, second = found["told_apart"]
    assert first != second


def test_the_first_ones_clock_is_everybodys(found: dict[str, Any]) -> None:
    first, second = found["by_unequal_clocks"]
    assert first == second
    assert max(first) == 1.0
    assert sum(place > 0 for place in first) > 20


def test_a_wish_of_one_is_granted_to_all_after_the_next_update_and_once(found: dict[str, Any]) -> None:
    assert found["wishing"] == [[3, 0, 0, 0, 0]] * 2


def test_what_one_loses_all_turn_back_from(found: dict[str, Any]) -> None:
    first, second = found["losing"]
    assert first == second
    assert first[:2] == [7, 0]


def test_a_process_without_a_column_is_refused_with_what_to_do(found: dict[str, Any]) -> None:
    (message,) = found["too_many"]
    assert message.endswith("make 1: take at most 1 processes, or a larger training.batch")


def test_sums_are_of_all_and_what_the_first_finds_is_told_to_all(found: dict[str, Any]) -> None:
    assert found["sums"] == [3.0, 0.5]
    assert found["told"] == [[7.0], [7.0]]


@pytest.mark.parametrize(("width", "size"), [(4, 2), (5, 2), (7, 3), (3, 3), (32, 5)])
def test_every_column_is_somebodys(width: int, size: int) -> None:
    block = Blocks(noise(150), batch=width, unroll=3).block(0)
    parts = [Team(place=Place(rank=rank, size=size, local_size=size)).cut(block) for rank in range(size)]
    for name, axis in (("ids", 1), ("targets", 1), ("restart", 0)):
        joint = np.concatenate([getattr(part, name) for part in parts], axis=axis)
        np.testing.assert_array_equal(joint, getattr(block, name))
    widths = [part.ids.shape[1] for part in parts]
    assert max(widths) - min(widths) <= 1


def test_the_place_is_read_as_torchrun_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Place.found() == Place()
    for name, value in {"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}.items():
        monkeypatch.setenv(name, value)
    place = Place.found()
    assert place == Place(rank=3, size=4, local_rank=1, local_size=2)
    assert not place.first
    assert not Team(place=place).on_one_machine


@pytest.mark.parametrize(("rank", "size"), [("one", "2"), ("2", "2"), ("-1", "2"), ("0", "")])
def test_a_place_that_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, rank: str, size: str
) -> None:
    monkeypatch.setenv("RANK", rank)
    monkeypatch.setenv("WORLD_SIZE", size)
    with pytest.raises(OptionError, match="torchrun"):
        Place.found()


def test_a_port_that_is_taken_is_said_with_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
        monkeypatch.setenv("MASTER_PORT", str(port))
        with (
            pytest.raises(
                RunError, match=rf"cannot find the others at 127\.0\.0\.1:{port} .*is the port free"
            ),
            joined(Place(rank=0, size=2, local_size=2)),
        ):
            pass


def test_without_gloo_there_are_no_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dist, "is_gloo_available", lambda: False)
    with pytest.raises(MissingExtra, match="built without gloo"), joined(Place(rank=0, size=2)):
        pass


def test_a_lost_process_is_told_of_once_on_each_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(local_rank: int) -> None:
        with noticing_loss(Place(rank=2 + local_rank, size=4, local_rank=local_rank, local_size=2)):
            raise RuntimeError("[/gloo/transport/tcp/pair.cc:534] Connection closed by peer [10.0.0.1]:4000")

    with pytest.raises(
        RunError, match=r"process 2 of 4 has lost the others: .* start all again, with --resume"
    ):
        lose(0)
    with pytest.raises(SystemExit) as ended:
        lose(1)
    assert ended.value.code == LOST
    monkeypatch.setenv(RENDEZVOUS, "a file")  # who has started it sees which one is gone
    with pytest.raises(SystemExit):
        lose(0)


@pytest.mark.parametrize(
    ("codes", "noticed", "stuck", "blamed"),
    [
        ([LOST, -9, LOST], 0, [], 1),
        ([-9, LOST, LOST], 1, [], 0),
        ([-6, -9, LOST], 0, [], 1),
        ([LOST, -6, -6], 1, [], 1),
        ([1, -6, LOST], 1, [], None),
        ([LOST, -9, LOST], 0, [1], 1),
        ([-9, -9, LOST], 2, [0], 1),
        ([LOST, 1, LOST], 0, [], 1),
        ([1, 1, LOST], 1, [], None),
        ([1, LOST, -15], 1, [], None),
        ([130, 0, 0], 0, [], None),
        ([LOST, LOST, LOST], 2, [], 2),
    ],
    ids=[
        "one was killed",
        "the first was killed",
        "one was killed, and another aborted without it",
        "one aborted",
        "the first has said why, and another aborted without it",
        "one gave no answer",
        "one was killed, and another gave no answer",
        "one failed",
        "all failed, and the first has said why",
        "the first has said why",
        "the first has said that it stopped",
        "nobody knows",
    ],
)
def test_who_is_to_blame(codes: list[int], noticed: int, stuck: list[int], blamed: int | None) -> None:
    assert _to_blame(codes, noticed, stuck) == blamed


def test_an_error_of_another_kind_is_no_loss() -> None:
    with pytest.raises(RuntimeError, match="shape"), noticing_loss(Place(size=2)):
        raise RuntimeError("the shape is wrong")
