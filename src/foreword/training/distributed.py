"""Training of one network in several processes: `torchrun` starts them, PyTorch sums their gradients.

Each process trains its own columns of a block and carries their state. All open the same run folder, which rank 0 has
prepared. CPUs communicate through gloo, CUDA devices through NCCL (docs/how-to/several-machines.md).

Source: Li and others 2020, "PyTorch Distributed".
"""

import atexit
import hashlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, final, get_args

import numpy as np
import torch
from torch import Tensor
from torch import distributed as dist
from torch.distributed.rendezvous import rendezvous
from torch.nn.parallel import DistributedDataParallel

from foreword.errors import OptionError, RunError
from foreword.models.language_model import AbstractLanguageModel, State
from foreword.text.plural import counted

Flag = Literal["stop", "save"]
FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)

PATIENCE: Final = timedelta(minutes=10)  # for others in an update; after it, they count as lost
LONG_PATIENCE: Final = timedelta(days=1)  # while rank 0 prepares a text
LOSS: Final = ("gloo", "NCCL", "TCPStore", "Connection closed", "Connection reset", "Broken pipe")
"""Words in PyTorch's errors about a lost process or a lost connection."""


@final
@dataclass(frozen=True, kw_only=True)
class Processes:
    """The processes that train together, from the view of one: its `rank` among `count`. By default there is one.

    `local_rank` and `local_count` refer to this machine only. All processes call `barrier`, `sum`, `whole` and `rows`
    in the same order; each call waits for the others. `patient` is the group with the long time limit.
    """

    rank: int = 0
    count: int = 1
    local_rank: int = 0
    local_count: int = 1
    patient: dist.ProcessGroup | None = None

    @property
    def first(self) -> bool:
        """Whether this process is rank 0, which reads, plans, saves and prints."""
        return self.rank == 0

    def part(self, width: int) -> slice:
        """This process's share of `width` columns; shares differ by one column at most."""
        return slice(self.rank * width // self.count, (self.rank + 1) * width // self.count)

    def check_columns(self, width: int) -> None:
        """Raise OptionError if there are fewer columns than processes."""
        if self.count > width:
            columns, processes = counted(width, "column"), counted(width, "process")
            raise OptionError(
                f"a batch of this text has {columns} for {self.count} processes: take at most {processes}, or a larger "
                "training.batch"
            )

    def seed(self, *numbers: int) -> int:
        """A seed for this process's dropout. With one number, the recipe's seed, rank 0 gets that number."""
        if self.first and len(numbers) == 1:
            return numbers[0]
        return int(np.random.SeedSequence([*numbers, self.rank]).generate_state(1, np.uint64)[0] >> 1)

    def device(self, device: torch.device) -> torch.device:
        """The plan's `device` for this process; of several GPUs, each process takes its own.

        Raises:
            OptionError: this machine has no GPU of its own for each process.
        """
        if self.count == 1 or device.type == "cpu":
            return device
        if device != torch.device("cuda") or self.local_count > torch.cuda.device_count():
            raise OptionError(f"{self.local_count} processes need an NVIDIA GPU each, or --device cpu")
        torch.cuda.set_device(self.local_rank)
        return device

    def barrier(self) -> None:
        """Wait until all processes reach this call."""
        if self.count > 1:
            dist.barrier(group=self.patient)

    def sum(self, numbers: Sequence[float]) -> list[float]:
        """The sum of each number over the processes, equal in all of them to the last bit."""
        if self.count == 1:
            return list(numbers)
        summed = torch.tensor(numbers, dtype=torch.float64)
        dist.all_reduce(summed)
        return [float(number) for number in summed]

    def whole(self, own: Tensor, width: int) -> Tensor:
        """The tensor of all `width` columns (axis 1), from each process's `own` columns; complete on rank 0 only."""
        if self.count == 1:
            return own.cpu().clone()
        # A sum over zeros, because a gather would need parts of equal width.
        gathered = torch.zeros(own.shape[0], width, *own.shape[2:], dtype=own.dtype)
        gathered[:, self.part(width)] = own.cpu()
        dist.reduce(gathered, dst=0)
        return gathered

    def rows(self, own: Tensor) -> Tensor:
        """The vectors of all processes, one per row; complete on rank 0 only."""
        return self.whole(own[None, None], self.count)[0]

    def check_same(self, folder: Path, *patterns: str) -> None:
        """Raise RunError if the files in the run folder differ between processes: a machine may have an old copy."""
        if self.count == 1:
            return
        total = hashlib.sha256()
        for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
            with path.open("rb") as file:
                total.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
        own = torch.frombuffer(bytearray(total.digest()), dtype=torch.uint8)
        digests = [torch.empty_like(own) for _ in range(self.count)]
        dist.all_gather(digests, own)  # not as objects: pickle would run code of any computer that joins
        if any(not torch.equal(each, own) for each in digests):
            raise RunError(
                f"the processes do not have the same files in {folder}; copy it from the machine of rank 0, and start "
                "all of them again with --resume"
            )


ALONE: Final = Processes()


@contextmanager
def joined(kept: Callable[[], str] = lambda: "start all of them again") -> Iterator[Processes]:
    """Yield the processes that torchrun has started; without torchrun, this process alone.

    `kept` returns the end of the error about a lost process: the saved work, and how to continue.

    Raises:
        RunError: The processes cannot find one another, or one is lost during the training.
    """
    processes = _from_environment()
    if processes.count == 1:
        yield processes
        return
    _join(processes)
    patient: Any = dist.new_group(timeout=LONG_PATIENCE, backend="gloo")  # or -100, says PyTorch 2.15
    try:
        yield replace(processes, patient=patient)
    except RuntimeError as error:
        if not isinstance(error, dist.DistError) and not any(words in str(error) for words in LOSS):
            raise
        for number in (signal.SIGINT, signal.SIGTERM):  # torchrun's signal would cut the message off
            signal.signal(number, signal.SIG_IGN)
        atexit.register(_leave)
        raise RunError(
            f"process {processes.rank} of {processes.count} lost its connection to another process; {kept()}"
        ) from None
    dist.destroy_process_group()  # not after an error: it might wait for a lost process


def _leave() -> None:
    """End this process at once. PyTorch's threads that wait for the lost process would abort it and print a line."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def _from_environment() -> Processes:
    if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
        return ALONE
    rank, count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    local_rank = int(os.environ.get("LOCAL_RANK", rank))
    local_count = int(os.environ.get("LOCAL_WORLD_SIZE", count))
    return Processes(rank=rank, count=count, local_rank=local_rank, local_count=local_count)


def _join(processes: Processes) -> None:
    loopback = {"linux": "lo", "darwin": "lo0"}.get(sys.platform)
    if processes.local_count == processes.count and loopback:  # all on one machine: no socket on the network
        os.environ.setdefault("GLOO_SOCKET_IFNAME", loopback)
    is_both = torch.cuda.is_available() and dist.is_nccl_available()
    backend = "cpu:gloo,cuda:nccl" if is_both else "gloo"
    rank, count = processes.rank, processes.count
    try:
        store, _, _ = next(rendezvous("env://", rank, count, timeout=PATIENCE))
        dist.init_process_group(backend, store=store, rank=rank, world_size=count, timeout=PATIENCE)
    except (RuntimeError, ValueError, OSError) as error:
        address = ":".join(os.environ.get(name, "?") for name in ("MASTER_ADDR", "MASTER_PORT"))
        reason = str(error).partition("\n")[0]
        raise RunError(
            f"process {rank} of {count} cannot find the others at {address} ({reason}); is the port free? "
            "set GLOO_SOCKET_IFNAME to the network interface between the machines, such as eth0"
        ) from None


@final
class Flags:
    """Requests by any process to stop or to save. All processes act on a request after the same update."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._asked = set[Flag]()
        self._granted = set[Flag]()

    def ask(self, flag: Flag) -> None:
        """Request `flag` of all processes for the end of the next update. A single process grants it at once."""
        (self._granted if self._processes.count == 1 else self._asked).add(flag)

    def granted(self, flag: Flag) -> bool:
        """Whether all processes must act on `flag` now. This call clears it."""
        granted = flag in self._granted
        self._granted.discard(flag)
        return granted

    def exchange(self, numbers: Sequence[float]) -> list[float]:
        """The sums of the numbers over the processes. This also grants the requests of all processes."""
        asked = [float(flag in self._asked) for flag in FLAGS]
        sums = self._processes.sum([*numbers, *asked])
        self._granted |= {flag for flag, count in zip(FLAGS, sums[len(numbers) :], strict=True) if count}
        self._asked -= self._granted
        return sums[: len(numbers)]


@final
class SharedGradients:
    """The network that all processes train. After `backward`, each process has the gradient of the whole block."""

    def __init__(self, model: AbstractLanguageModel, processes: Processes) -> None:
        self.network: Callable[[Tensor, State], tuple[Tensor, State]] = model
        self._count = processes.count
        if processes.count > 1:
            self.network = DistributedDataParallel(model, gradient_as_bucket_view=True)
            self._fix_order(model)

    def _fix_order(self, model: AbstractLanguageModel) -> None:
        """Do one unused step: DistributedDataParallel fixes the order of its messages only after its first step.

        That order is also the order in which three or more gradients are summed. It decides the last bit of their sum.
        With another order in the first step, a resumed run would differ from an uninterrupted one.
        """
        ids = torch.zeros(1, 1, dtype=torch.long, device=next(model.parameters()).device)
        with torch.random.fork_rng([ids.device] if ids.is_cuda else []):
            self.backward(self.network(ids, model.initial_state(1))[0].sum())
        model.zero_grad(set_to_none=True)

    def backward(self, loss: Tensor) -> None:
        """Back-propagate this process's part of the loss. The parts are summed, but PyTorch takes their mean."""
        torch.autograd.backward(loss * self._count)
