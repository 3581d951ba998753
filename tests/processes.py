"""The work of several processes in the tests; it is importable because each process starts anew."""

import os
import pickle
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import final

import pytest
import torch

from foreword.errors import OptionError, RunError
from foreword.training.checkpoint import load_checkpoint, save_checkpoint
from foreword.training.distributed import ALONE, Processes, joined
from foreword.training.loop import Divergence, Step, TrainingEvent, fit
from foreword.training.recipe import Recipe
from foreword.training.session import Session, TimeBudget
from foreword.training.validate import Validation
from sessions import noise, poison, recipe, session

STEPS = 14
SAVED_AFTER = 6


def quiet(architecture: str = "lstm", **training: object) -> Recipe:
    """A recipe without dropout: the network computes the same for any distribution of its columns."""
    loud = recipe(architecture, **{"validations": 2, "patience": 0, **training})
    return replace(loud, model={**loud.model, "dropout": 0.0} if "dropout" in loud.model else loud.model)


CASES: dict[str, Recipe] = {
    "blocks": quiet(),
    "columns that two processes cannot share evenly": quiet("gru", batch=5),
    "windows": quiet("window", layout="windows", context=4, batch=7, stride=2),
    "a gradient that is clipped": quiet(clip=0.01),
}
TEXT = noise(157)  # the last block is shorter, and not all columns reach its end
HELD_OUT = noise(300, seed=1)  # one column, so some processes have none


@final
@dataclass(frozen=True)
class Run:
    """The losses, rates, validations and last weights of a session."""

    nats: list[float]
    tokens: list[int]
    rates: list[float]
    validations: list[float]
    weights: dict[str, torch.Tensor]

    @classmethod
    def of(cls, training: Session, steps: int = STEPS) -> "Run":
        events = []
        for event in fit(training):
            events.append(event)
            if training.record.step >= steps and not training.validation_is_due:
                break
        made = [event for event in events if isinstance(event, Step)]
        return cls(
            nats=[event.nats.item() for event in made],
            tokens=[event.tokens for event in made],
            rates=[event.learning_rate for event in made],
            validations=[event.nats for event in events if isinstance(event, Validation)],
            weights={name: value.detach().clone() for name, value in training.model.named_parameters()},
        )


def begun(of: Recipe, processes: Processes = ALONE, **more: object) -> Session:
    return session(
        of, TEXT, steps=STEPS, held_out=HELD_OUT, validate_every=7, processes=processes, **more  # type: ignore[arg-type]
    )  # fmt: skip


def all_cases(processes: Processes = ALONE) -> dict[str, Run]:
    return {name: Run.of(begun(of, processes)) for name, of in CASES.items()}


def saved(folder: Path, processes: Processes = ALONE, of: Recipe = CASES["blocks"]) -> None:
    """A session that was saved before its end."""
    folder.mkdir(exist_ok=True)
    training = begun(of, processes)
    Run.of(training, SAVED_AFTER)
    save_checkpoint(training, folder)
    processes.barrier()


def resumed(folder: Path, processes: Processes = ALONE, of: Recipe = CASES["blocks"]) -> Run:
    training = begun(of, processes)
    load_checkpoint(training, folder)
    return Run.of(training)


def of_each(processes: Processes, numbers: list[float]) -> list[list[float]]:
    """The numbers of each process; on rank 0."""
    return processes.rows(torch.tensor(numbers, dtype=torch.float64)).tolist()


def dropouts(processes: Processes) -> list[list[float]]:
    begun(recipe(), processes)
    return of_each(processes, torch.rand(4).tolist())


def unequal_clocks(processes: Processes) -> list[list[float]]:
    """The progress after each update of a timed run, where one clock runs three times as fast."""
    ticks = iter(range(10**6))
    budget = TimeBudget(seconds=20.0, most_steps=1000, seconds_per_validation=0.5)
    training = begun(
        quiet(), processes, budget=budget, clock=lambda: next(ticks) * (0.1 if processes.first else 0.3)
    )
    places = [training.record.progress for event in fit(training) if isinstance(event, Step)]
    return of_each(processes, [*places, *([0.0] * (200 - len(places)))])


def flags(processes: Processes) -> list[list[float]]:
    """The updates after which each process sees a flag that the last process alone raises after its second."""
    granted = []
    training = begun(quiet(), processes)
    for event in islice(fit(training), 5):
        if isinstance(event, Step) and event.step == 2 and not processes.first:
            training.flags.ask("stop")
        if training.flags.granted("stop"):
            granted.append(float(training.record.step))
    return of_each(processes, [*granted, *([0.0] * (5 - len(granted)))])


def divergence(processes: Processes) -> list[list[float]]:
    """The steps at which each process ends; only the last process computes NaN."""
    patch = pytest.MonkeyPatch()
    training = begun(quiet(), processes)
    if not processes.first:
        poison(training, patch, steps=range(3, 5))
    events: list[TrainingEvent] = list(fit(training))
    back = [float(event.step) for event in events if isinstance(event, Divergence)]
    return of_each(processes, [*back, *([0.0] * (4 - len(back)))])


def refusals(folder: Path, processes: Processes) -> list[str]:
    """The errors of too few columns, and of machines with different run folders."""
    found = []
    (folder / f"machine {processes.rank}").mkdir()
    (folder / f"machine {processes.rank}" / "plan.json").write_text(str(processes.rank), encoding="utf-8")
    own = folder / f"machine {processes.rank}"
    for refused in (
        lambda: begun(quiet(batch=1), processes),
        lambda: processes.check_same(folder, "found*"),
        lambda: processes.check_same(own, "plan.json"),
    ):
        try:
            refused()
        except (OptionError, RunError) as error:
            found.append(str(error))
    return found


def in_three(folder: Path) -> None:
    """A run with dropout without a break, and its rest after saving. A sum of two is the same in either order."""
    loud = recipe(validations=2, patience=0)
    with joined() as processes:
        saved(folder / "loud", processes, loud)
        found = Run.of(begun(loud, processes)), resumed(folder / "loud", processes, loud)
        if processes.first:
            (folder / "found in three").write_bytes(pickle.dumps(found))


def in_two(folder: Path) -> None:
    """All other cases; at the end, rank 1 is killed and rank 0 writes its error to a file.

    Like torchrun, rank 0 gets a SIGTERM while it writes.
    """

    def kept() -> str:
        os.kill(os.getpid(), signal.SIGTERM)
        return "the checkpoint is kept"

    try:
        with joined(kept) as processes:
            found: dict[str, object] = {"cases": all_cases(processes)}
            saved(folder / "by two", processes)
            found["from one"] = resumed(folder / "by one", processes)
            found["sum"] = processes.sum([1.0 + processes.rank, 0.25])
            found["refusals"] = refusals(folder, processes)
            for name in (dropouts, unequal_clocks, flags, divergence):
                found[name.__name__] = name(processes)
            if processes.first:
                (folder / "found").write_bytes(pickle.dumps(found))
            for event in fit(begun(quiet(), processes)):
                if isinstance(event, Step) and event.step == 3 and not processes.first:
                    os.kill(os.getpid(), signal.SIGKILL)
    except RunError as error:
        (folder / "lost").write_text(str(error), encoding="utf-8")


def _as_torchrun_starts_it(
    work: Callable[[Path], None], folder: Path, rank: int, count: int, port: int
) -> None:
    os.environ.update(
        RANK=str(rank), WORLD_SIZE=str(count), LOCAL_RANK=str(rank), LOCAL_WORLD_SIZE=str(count)
    )
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    work(folder)


def start(work: Callable[[Path], None], folder: Path, count: int) -> list[int | None]:
    """The exit codes of `count` processes that do the work together."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    new = partial(get_context("spawn").Process, target=_as_torchrun_starts_it)
    workers = [new(args=(work, folder, rank, count, port)) for rank in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.exitcode for worker in workers]
