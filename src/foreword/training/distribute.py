"""Several processes that train one network together, each with columns of the batch and their state as its own.

Where each stands is read from the environment that `torchrun` sets, on one machine or several; `foreword train
--processes` sets it in the same way (`training/workers.py`). CPUs speak through gloo, CUDA devices through NCCL.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar, final

import numpy as np
import torch
from torch import Tensor
from torch import distributed as dist

from foreword.corpus.blocks import Block
from foreword.errors import ForewordError, MissingExtra, OptionError, RunError

Found = TypeVar("Found")

RENDEZVOUS: Final = "FOREWORD_RENDEZVOUS"
"""Names the file that processes started by `--processes` find one another by; under torchrun it is not set."""

LOST: Final = 75
"""The exit code of a process that has lost the others and leaves it to whoever started it to say so."""

PATIENCE: Final = timedelta(minutes=10)
"""As long as the others may take for an update, or a look at held-out text, before they are taken for lost."""

LONG_PATIENCE: Final = timedelta(days=1)
"""The same for what the first process does while the others wait: to prepare a text, to measure a model."""

_LOSS: Final = ("gloo", "NCCL", "TCPStore", "Connection closed", "Connection reset", "Broken pipe")
"""Words in what PyTorch raises where another process, or the way to it, is gone."""


@final
@dataclass(frozen=True, kw_only=True)
class Place:
    """Where this process stands among `size` in all, of which `local_size` are on this machine."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    local_size: int = 1

    @property
    def first(self) -> bool:
        """Whether it is the one that reads, plans, writes and speaks for all."""
        return self.rank == 0

    @classmethod
    def found(cls) -> "Place":
        """What the environment says; a process that nobody has started as one of several is alone.

        Raises:
            OptionError: It says nothing that makes sense.
        """
        if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
            return cls()
        try:
            rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
            local_rank = int(os.environ.get("LOCAL_RANK", rank))
            local_size = int(os.environ.get("LOCAL_WORLD_SIZE", size))
        except ValueError as error:
            raise OptionError(
                f"the environment has no whole number where torchrun sets one: {error}"
            ) from None
        if not 0 <= rank < size or not 0 <= local_rank < local_size:
            raise OptionError(
                f"the environment says RANK={rank} and WORLD_SIZE={size}; unset them, or start with torchrun"
            )
        return cls(rank=rank, size=size, local_rank=local_rank, local_size=local_size)


@final
@dataclass(frozen=True, kw_only=True)
class Team:
    """The processes that train a network together, as one of them sees it; by default there is but this one.

    All of them call the same methods in the same order, and each call of one waits for the others'. `patient` is the
    group in which they wait for what takes long.
    """

    place: Place = Place()
    patient: dist.ProcessGroup | None = None

    @property
    def first(self) -> bool:
        """Whether this process reads, plans, writes and speaks for all."""
        return self.place.first

    @property
    def size(self) -> int:
        """How many there are."""
        return self.place.size

    @property
    def leads(self) -> bool:
        """Whether it is the first of its machine."""
        return self.place.local_rank == 0

    @property
    def on_one_machine(self) -> bool:
        """Whether all are."""
        return self.place.local_size == self.size

    def part(self, width: int) -> slice:
        """Which of `width` columns are this process's own; they differ by one at most from process to process."""
        rank, size = self.place.rank, self.size
        return slice(rank * width // size, (rank + 1) * width // size)

    def check_columns(self, width: int) -> None:
        """See that there is a column for each.

        Raises:
            OptionError: There are more processes than columns.
        """
        if self.size > width:
            raise OptionError(
                f"{self.size} processes share the columns of a batch, of which this text and training.batch make "
                f"{width}: take at most {width} processes, or a larger training.batch"
            )

    def cut(self, block: Block) -> Block:
        """This process's columns of a block."""
        if self.size == 1:
            return block
        part = self.part(block.ids.shape[1])
        return Block(
            np.ascontiguousarray(block.ids[:, part]),
            np.ascontiguousarray(block.targets[:, part]),
            block.restart[part],
        )

    def seed(self, *numbers: int) -> int:
        """A seed for this process's own dropout: that of the recipe for the first, another one for each other."""
        if self.first and len(numbers) == 1:
            return numbers[0]
        return int(np.random.SeedSequence([*numbers, self.place.rank]).generate_state(1, np.uint64)[0] >> 1)

    def told(self, find: Callable[[], Found]) -> Found:
        """What `find` gives the first process, on all of them; the others do not call it."""
        if self.size == 1:
            return find()
        found: list[Found | None] = [find() if self.first else None]
        dist.broadcast_object_list(found, src=0, group=self.patient, device=torch.device("cpu"))
        return found[0]  # type: ignore[return-value]

    def meet(self) -> None:
        """Go on when all are here."""
        if self.size > 1:
            dist.barrier(group=self.patient)

    def sums(self, numbers: Sequence[float]) -> list[float]:
        """The sum of each of the numbers over the processes, the same on all to the last bit."""
        if self.size == 1:
            return list(numbers)
        summed = torch.tensor(numbers, dtype=torch.float64)
        dist.all_reduce(summed)
        return [float(number) for number in summed]

    def whole(self, own: Tensor, width: int) -> Tensor:
        """A tensor of `width` columns, on axis 1, of which each process has its `own`; whole on the first alone."""
        if self.size == 1:
            return own.cpu().clone()
        # Zeros and a sum, for parts need not be equally wide.
        gathered = torch.zeros(own.shape[0], width, *own.shape[2:], dtype=own.dtype)
        gathered[:, self.part(width)] = own.cpu()
        dist.reduce(gathered, dst=0)
        return gathered

    def rows(self, own: Tensor) -> Tensor:
        """A vector of each process, on the first all of them, one a row."""
        return self.whole(own[None, None], self.size)[0]

    def settle(self, choose: Callable[[], torch.device]) -> torch.device:
        """The device that the first process chooses, for all; of several of a kind, each takes its own.

        Raises:
            OptionError: It cannot be shared, or there are fewer on this machine than processes.
        """
        device = self.told(choose)
        if self.size > 1 and (device.type == "mps" or device.index is not None):
            raise OptionError(f"--device {device}: several processes work on cpu or cuda; give one of these")
        if self.size > 1 and device.type == "cuda":
            there = torch.cuda.device_count()
            if self.place.local_size > there:
                raise OptionError(
                    f"{self.place.local_size} processes want a GPU each, and this machine has {there}; take as many "
                    "processes, or --device cpu"
                )
            torch.cuda.set_device(self.place.local_rank)
        return device


ALONE: Final = Team()


@contextmanager
def joined(place: Place) -> Iterator[Team]:
    """The team that this process belongs to, while inside: it waits until all are there.

    Raises:
        RunError: They cannot find one another, or one is lost on the way.
        MissingExtra: This PyTorch cannot do that.
    """
    if place.size == 1:
        yield ALONE
        return
    if not dist.is_available() or not dist.is_gloo_available():
        raise MissingExtra(
            "this PyTorch was built without gloo, by which processes speak; install the one from pytorch.org, or "
            "train with one process"
        )
    _join(place)
    with noticing_loss(place), _said_once(place):
        yield Team(place=place, patient=dist.new_group(timeout=LONG_PATIENCE, backend="gloo"))
    dist.destroy_process_group()  # where something has gone wrong, it might wait for those who are lost


@contextmanager
def noticing_loss(place: Place) -> Iterator[None]:
    """Turn what PyTorch raises where another process is gone into words, said by one process of each machine.

    Raises:
        RunError: One is gone.
    """
    try:
        yield
    except RuntimeError as error:
        if not isinstance(error, dist.DistError) and not any(words in str(error) for words in _LOSS):
            raise
        if RENDEZVOUS in os.environ or place.local_rank > 0:
            raise SystemExit(LOST) from None
        raise RunError(
            f"process {place.rank} of {place.size} has lost the others: one of them ended, or the network did; see "
            "what they say, then start all again, with --resume if they had begun to learn"
        ) from None


@contextmanager
def _said_once(place: Place) -> Iterator[None]:
    """What is wrong with the command is wrong for all of a machine's processes, of which one says it."""
    try:
        yield
    except ForewordError as error:
        if place.local_rank == 0 or isinstance(error, RunError):
            raise
        raise SystemExit(1) from None


def _join(place: Place) -> None:
    both = torch.cuda.is_available() and dist.is_nccl_available()
    file = os.environ.get(RENDEZVOUS)
    try:
        dist.init_process_group(
            "cpu:gloo,cuda:nccl" if both else "gloo",
            init_method="env://" if file is None else f"file://{file}",
            rank=place.rank,
            world_size=place.size,
            timeout=PATIENCE,
        )
    except (RuntimeError, ValueError, OSError) as error:
        address = ":".join(os.environ.get(name, "?") for name in ("MASTER_ADDR", "MASTER_PORT"))
        reason = str(error).partition("\n")[0]
        raise RunError(
            f"process {place.rank} of {place.size} cannot find the others at {address} ({reason}); is the port free, "
            "and can each machine be reached from the others? set GLOO_SOCKET_IFNAME to the network interface between "
            "them, such as eth0"
        ) from None
