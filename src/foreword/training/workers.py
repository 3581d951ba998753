"""Several processes on this machine that run one command together: started, told to stop, and mourned as one.

They find one another by a file and speak over the loopback interface, so that nothing listens to the network. PyTorch
has a function that starts processes, too; why it is not used says docs/decisions/0027.
"""

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn, final

import torch

from foreword.errors import RunError
from foreword.training.distribute import LOST, RENDEZVOUS

MOST_SIGNALS: Final = 2
"""Somebody who presses Ctrl-C more often than that will not wait for an answer."""

INTERRUPTED: Final = 130
"""The exit code of a command that somebody has stopped."""

GRACE: Final = 10.0
"""Seconds that processes have to end by themselves when another one has failed."""

SHORT_GRACE: Final = 1.0
"""The same when all were told to stop: what was to be saved is saved before the first process ends."""

BEGUN: Final = "FOREWORD_BEGUN"
"""Says when the command was begun, in seconds of `time.time()`."""

LOOPBACK: Final = {"linux": {"GLOO_SOCKET_IFNAME": "lo"}, "darwin": {"GLOO_SOCKET_IFNAME": "lo0"}}


@final
@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the processes ended: the exit code of the first one, and the one that was killed or failed, if any."""

    code: int
    failed: str | None


def run_workers(command: Callable[[], None], processes: int, *, begun: float) -> Ended:
    """Run `command` in so many new processes, of which each finds its place in its environment.

    They share the machine's cores out among themselves. A Ctrl-C or SIGTERM tells the first process to stop, which
    decides for all. `begun` is a moment of `time.perf_counter()`.

    Raises:
        RunError: They cannot be started.
    """
    threads = max(1, torch.get_num_threads() // processes)
    given = {"OMP_NUM_THREADS": str(threads), **LOOPBACK.get(sys.platform, {}), **os.environ}
    given[BEGUN] = repr(time.time() - (time.perf_counter() - begun))
    with tempfile.TemporaryDirectory(prefix="foreword-") as folder:
        given[RENDEZVOUS] = str(Path(folder) / "rendezvous")
        with _environment(given):
            workers = _start(command, processes)
        with _passing_on_signals(workers) as heard:
            noticed = _first_to_fail(workers)
            stuck = _end(workers, grace=SHORT_GRACE if heard else GRACE)
    codes = [worker.exitcode or 0 for worker in workers]
    if heard and (codes[0] in (INTERRUPTED, -signal.SIGTERM) or len(heard) > MOST_SIGNALS):
        return Ended(code=INTERRUPTED, failed=None)
    rank = None if noticed is None else _to_blame(codes, noticed, stuck)
    if rank is None:
        return Ended(code=codes[0], failed=None)
    what = "gave no answer" if rank in stuck else _told(codes[rank])
    return Ended(code=1, failed=f"process {rank} of {processes} ({workers[rank].pid}) {what}")


def moment_begun(own: float) -> float:
    """The moment of `time.perf_counter()` when the command was begun: by whoever started this process, or its `own`."""
    if BEGUN not in os.environ:
        return own
    return time.perf_counter() - max(0.0, time.time() - float(os.environ[BEGUN]))


def _start(command: Callable[[], None], processes: int) -> list[SpawnProcess]:
    """Start them deaf to Ctrl-C, as they are until they work: they would show where in an import it came."""
    new = get_context("spawn").Process
    workers = [new(target=_work, args=(rank, processes, command), daemon=True) for rank in range(processes)]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for worker in workers:
            worker.start()
    except OSError as error:  # those that have started are ended with this process
        raise RunError(f"{processes} processes cannot be started: {error.strerror}") from None
    finally:
        signal.signal(signal.SIGINT, before)
    return workers


def _work(rank: int, size: int, command: Callable[[], None]) -> None:
    """What each process does."""
    os.environ.update(RANK=str(rank), WORLD_SIZE=str(size), LOCAL_RANK=str(rank), LOCAL_WORLD_SIZE=str(size))
    if sys.platform != "win32":
        os.setpgid(0, 0)  # a terminal's Ctrl-C is for the process that started this one, which passes it on
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_stop_when_left_alone, daemon=True).start()
    if rank == 0:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - multiprocessing closes it
    try:
        command()
    except KeyboardInterrupt:  # it came where the command does not see to it yet
        _leave(INTERRUPTED)
    except SystemExit as end:
        if end.code:
            _leave(end.code if isinstance(end.code, int) else 1)


def _leave(code: int) -> NoReturn:
    """End at once: threads of PyTorch's that wait for others who are lost would have this process aborted, aloud."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _stop_when_left_alone() -> None:
    """Wait for the end of the process that started this one, which is a Ctrl-C to it."""
    starter = parent_process()
    if starter is not None:
        starter.join()
        signal.raise_signal(signal.SIGINT)


@contextmanager
def _environment(inside: Mapping[str, str]) -> Iterator[None]:
    """While inside, what is started sees this one."""
    before = dict(os.environ)
    os.environ.update(inside)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _passing_on_signals(workers: Sequence[SpawnProcess]) -> Iterator[list[int]]:
    """While inside, tell the first process of each signal, and in the end kill all; the list grows by each."""
    heard = list[int]()

    def pass_on(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        if len(heard) > MOST_SIGNALS:
            for worker in workers:
                worker.kill()
        else:
            workers[0].terminate()  # SIGTERM, to which no process is deaf

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _first_to_fail(workers: Sequence[SpawnProcess]) -> int | None:
    """Wait until one has failed, or all of them have ended well: then it is None."""
    at_work = dict(enumerate(workers))
    while at_work:
        wait([worker.sentinel for worker in at_work.values()])
        for rank, worker in list(at_work.items()):
            if worker.exitcode is not None:
                del at_work[rank]
                if worker.exitcode:
                    return rank
    return None


def _end(workers: Sequence[SpawnProcess], *, grace: float) -> list[int]:
    """Give them so many seconds to end by themselves, so many more after a SIGTERM; who is left then is killed."""
    _join(workers, seconds=grace)
    for worker in workers:
        worker.terminate()
    _join(workers, seconds=grace)
    stuck = [rank for rank, worker in enumerate(workers) if worker.is_alive()]
    for worker in workers:
        worker.kill()
        worker.join()
    return stuck


def _join(workers: Sequence[SpawnProcess], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for worker in workers:
        worker.join(max(0.0, deadline - time.monotonic()))


def _to_blame(codes: Sequence[int], noticed: int, stuck: Sequence[int]) -> int | None:
    """Which process has brought the others down; None where the first one has said what there is to say.

    Not every one that ended was at fault: the others are lost without it, or told to end when that was `noticed`.
    """
    by_itself = [(rank, code) for rank, code in enumerate(codes) if rank not in stuck]
    # PyTorch's threads abort where the connection to another breaks off: that is an effect before it is a cause.
    effects = (0, LOST, -signal.SIGTERM, -signal.SIGABRT)
    killed = [rank for rank, code in by_itself if code < 0 and code not in effects]
    failed = [rank for rank, code in by_itself if code > 0 and code not in effects]
    aborted = [rank for rank, code in by_itself if code == -signal.SIGABRT]
    if failed and not killed:
        return failed[0] or None
    return next(iter([*killed, *aborted, *stuck]), noticed)


def _told(code: int) -> str:
    if code < 0:
        known = -code in set(signal.Signals)
        return f"was killed by {signal.Signals(-code).name if known else f'signal {-code}'}"
    return "lost the others" if code == LOST else f"failed with code {code}"
