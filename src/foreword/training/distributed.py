"""Several processes that train one network together: `torchrun` starts them, PyTorch adds up their gradients.

Each process trains its own columns of a block and carries their state. All open the same run folder, which rank 0 has
prepared. CPUs communicate through gloo, CUDA devices through NCCL (docs/how-to/several-machines.md).

Source: Li and others 2020, "PyTorch Distributed".
"""

import atexit
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, final, get_args

import numpy as np
import torch
from torch import Tensor
from torch import distributed as dist
from torch.distributed.distributed_c10d import Store
from torch.distributed.rendezvous import rendezvous
from torch.nn.parallel import DistributedDataParallel

from foreword.errors import MissingExtra, OptionError, RunError
from foreword.models.language_model import AbstractLanguageModel, State

Flag = Literal["stop", "save"]
FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)

PATIENCE: Final = timedelta(minutes=10)
"""As long as the others may take for an update or a validation before they are taken for lost."""

LONG_PATIENCE: Final = timedelta(days=1)
"""The same while rank 0 prepares a text."""

LOSS: Final = ("gloo", "NCCL", "TCPStore", "Connection closed", "Connection reset", "Broken pipe")
"""Words in what PyTorch raises where another process, or the connection to it, is gone."""


@final
@dataclass(frozen=True, kw_only=True)
class Processes:
    """The processes that train together, as one of them sees it: its `rank` among `count`; by default there is one.

    `local_rank` and `local_count` are those on this machine. All processes call `barrier`, `sum`, `whole` and `rows` in
    the same order, and each call waits for the others'. `patient` is the group for what takes long.
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
        """Which of `width` columns are this process's own; processes differ by one column at most."""
        return slice(self.rank * width // self.count, (self.rank + 1) * width // self.count)

    def check_columns(self, width: int) -> None:
        """See that there is a column for each process, or raise OptionError."""
        if self.count > width:
            words = f"take at most {width} processes, or a larger training.batch"
            raise OptionError(f"a batch of this text has {width} columns for {self.count} processes: {words}")

    def seed(self, *numbers: int) -> int:
        """A seed for this process's own dropout: for rank 0 that of the recipe, if no other number is given."""
        if self.first and len(numbers) == 1:
            return numbers[0]
        return int(np.random.SeedSequence([*numbers, self.rank]).generate_state(1, np.uint64)[0] >> 1)

    def device(self, device: torch.device) -> torch.device:
        """The `device` of a plan, for this process: of several GPUs, each process takes its own.

        Raises:
            OptionError: Processes cannot share it, or there are fewer on this machine than processes.
        """
        if self.count > 1 and (device.type == "mps" or device.index is not None):
            raise OptionError(f"--device {device}: several processes work on cpu or cuda; give one of these")
        if self.count > 1 and device.type == "cuda":
            available = torch.cuda.device_count()
            if self.local_count > available:
                words = f"start {available}, or give --device cpu"
                raise OptionError(
                    f"{self.local_count} processes want a GPU each; this machine has {available}: {words}"
                )
            torch.cuda.set_device(self.local_rank)
        return device

    def barrier(self) -> None:
        """Wait until all processes are here."""
        if self.count > 1:
            dist.barrier(group=self.patient)

    def sum(self, numbers: Sequence[float]) -> list[float]:
        """The sum of each of the numbers over the processes, the same on all to the last bit."""
        if self.count == 1:
            return list(numbers)
        summed = torch.tensor(numbers, dtype=torch.float64)
        dist.all_reduce(summed)
        return [float(number) for number in summed]

    def whole(self, own: Tensor, width: int) -> Tensor:
        """A tensor of `width` columns, on axis 1, of which each process has its `own`; whole on rank 0 alone."""
        if self.count == 1:
            return own.cpu().clone()
        # Zeros and a sum, because parts need not be equally wide.
        gathered = torch.zeros(own.shape[0], width, *own.shape[2:], dtype=own.dtype)
        gathered[:, self.part(width)] = own.cpu()
        dist.reduce(gathered, dst=0)
        return gathered

    def rows(self, own: Tensor) -> Tensor:
        """A vector of each process; on rank 0 all of them, one a row."""
        return self.whole(own[None, None], self.count)[0]

    def check_same(self, folder: Path, *patterns: str) -> None:
        """See that all have the same files in the run folder, or raise RunError: a machine may have an old copy."""
        if self.count == 1:
            return
        total = hashlib.sha256()
        for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
            with path.open("rb") as file:
                total.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
        own = torch.tensor([float(byte) for byte in total.digest()], dtype=torch.float64)
        if not torch.equal(own * self.count, torch.tensor(self.sum(own.tolist()), dtype=torch.float64)):
            raise RunError(
                f"the processes do not have the same files in {folder}; copy it from the machine of rank 0, and start "
                "all of them again with --resume"
            )


ALONE: Final = Processes()


@contextmanager
def joined(kept: Callable[[], str] = lambda: "start all of them again") -> Iterator[Processes]:
    """The processes that torchrun has started, while inside; without torchrun, this process alone.

    `kept` says in words what is left of the training and how to continue, when another process is lost.

    Raises:
        OptionError: torchrun's variables make no sense.
        MissingExtra: This PyTorch cannot train in several processes.
        RunError: The processes cannot find one another, or one is lost on the way.
    """
    processes = _from_environment()
    if processes.count == 1:
        yield processes
        return
    store = _join(processes)
    patient = dist.new_group(timeout=LONG_PATIENCE, backend="gloo")
    try:
        yield replace(processes, patient=patient)
    except RuntimeError as error:
        if not isinstance(error, dist.DistError) and not any(words in str(error) for words in LOSS):
            raise
        atexit.register(_leave)
        if not _is_first_to_say_it(store):
            raise SystemExit(1) from None
        raise RunError(
            f"process {processes.rank} of {processes.count} lost its connection to another process; {kept()}"
        ) from None
    dist.destroy_process_group()  # after an error it might wait for a process that is lost


def _is_first_to_say_it(store: Store) -> bool:
    """Whether no other process has asked this: torchrun's store outlives rank 0, which may be the lost one."""
    try:
        return bool(store.add("lost", 1) == 1)
    except RuntimeError:  # without torchrun, rank 0 keeps the store
        return True


def _leave() -> None:
    """End at once: PyTorch's threads that wait for the lost process would abort this one, with a line of their own."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def _from_environment() -> Processes:
    if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
        return ALONE
    try:
        rank, count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        local_rank = int(os.environ.get("LOCAL_RANK", rank))
        local_count = int(os.environ.get("LOCAL_WORLD_SIZE", count))
    except ValueError as error:
        raise OptionError(f"the environment has no whole number where torchrun sets one: {error}") from None
    if not 0 <= rank < count or not 0 <= local_rank < local_count:
        raise OptionError(
            f"RANK={rank} and WORLD_SIZE={count} make no sense; unset them, or start with torchrun"
        )
    return Processes(rank=rank, count=count, local_rank=local_rank, local_count=local_count)


def _join(processes: Processes) -> Store:
    """Connect to the other processes; the store is where they find one another."""
    if not dist.is_available() or not dist.is_gloo_available():
        raise MissingExtra(
            "this PyTorch was built without gloo; install the one from pytorch.org, or use one process"
        )
    loopback = {"linux": "lo", "darwin": "lo0"}.get(sys.platform)
    if processes.local_count == processes.count and loopback:  # nothing listens to the network
        os.environ.setdefault("GLOO_SOCKET_IFNAME", loopback)
    both = torch.cuda.is_available() and dist.is_nccl_available()
    rank, count = processes.rank, processes.count
    store: Store
    try:
        store, _, _ = next(rendezvous("env://", rank, count, timeout=PATIENCE))
        dist.init_process_group(
            "cpu:gloo,cuda:nccl" if both else "gloo",
            store=store,
            rank=rank,
            world_size=count,
            timeout=PATIENCE,
        )
    except (RuntimeError, ValueError, OSError) as error:
        address = ":".join(os.environ.get(name, "?") for name in ("MASTER_ADDR", "MASTER_PORT"))
        reason = str(error).partition("\n")[0]
        raise RunError(
            f"process {rank} of {count} cannot find the others at {address} ({reason}); is the port free? "
            "set GLOO_SOCKET_IFNAME to the network interface between the machines, such as eth0"
        ) from None
    return store


@final
class Flags:
    """Requests to stop or to save, by any process: all of them act on one after the same update."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._asked = set[Flag]()
        self._granted = set[Flag]()

    def ask(self, flag: Flag) -> None:
        """Want all processes to do it after the next update; a process that is alone does it at once."""
        (self._granted if self._processes.count == 1 else self._asked).add(flag)

    def granted(self, flag: Flag) -> bool:
        """Whether all are to do it now; asking takes the flag down."""
        granted = flag in self._granted
        self._granted.discard(flag)
        return granted

    def exchange(self, numbers: Sequence[float]) -> list[float]:
        """The sums of the numbers over the processes; what any of them asked for is granted with it."""
        asked = [float(flag in self._asked) for flag in FLAGS]
        sums = self._processes.sum([*numbers, *asked])
        self._granted |= {flag for flag, count in zip(FLAGS, sums[len(numbers) :], strict=True) if count}
        self._asked -= self._granted
        return sums[: len(numbers)]


@final
class SharedGradients:
    """The network as all processes train it: after `backward`, each has the gradient of the whole block."""

    def __init__(self, model: AbstractLanguageModel, processes: Processes) -> None:
        self.network: Callable[[Tensor, State], tuple[Tensor, State]] = model
        self._count = processes.count
        if processes.count > 1:
            self.network = DistributedDataParallel(model, gradient_as_bucket_view=True)
            self._settle_order(model)

    def _settle_order(self, model: AbstractLanguageModel) -> None:
        """Make a step that is not used: DistributedDataParallel orders its messages only after its first step.

        That order decides in which order three and more gradients are added up, and so the last bit of their sum. With
        another order in the first step, a resumed run would not equal an uninterrupted one.
        """
        ids = torch.zeros(1, 1, dtype=torch.long, device=next(model.parameters()).device)
        with torch.random.fork_rng([ids.device] if ids.is_cuda else []):
            self.backward(self.network(ids, model.initial_state(1))[0].sum())
        model.zero_grad(set_to_none=True)

    def backward(self, loss: Tensor) -> None:
        """Back-propagate this process's part of the loss: all parts are summed, of which PyTorch takes the mean."""
        torch.autograd.backward(loss * self._count if self._count > 1 else loss)
