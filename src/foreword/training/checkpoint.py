"""A training session on disk: one file, written whole or not at all.

`checkpoint.safetensors` holds every tensor (weights, best weights, optimiser, carried state, random state) and, in its
header, the session's record as JSON. A new file takes the place of the old one in one rename, so a kill at any moment
leaves the one or the other.
"""

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from foreword.errors import ModelMismatch, RunError
from foreword.models.catalogue import load_weights, weights_of
from foreword.training.session import Record, Session

NAME: Final = "checkpoint.safetensors"
FORMAT_VERSION: Final = 2
MOMENTS: Final = ("exp_avg", "exp_avg_sq")
"""What the optimisers of the Adam family keep of each weight, in its shape; the rest are single numbers."""


def save_checkpoint(session: Session, folder: Path) -> None:
    """Write the session into `folder`, in place of what was saved before.

    All processes take part, because each has its columns of the state; rank 0 writes.
    """
    tensors = dict(_tensors(session))
    if not session.processes.first:
        return
    numbers = {name: None if value == math.inf else value for name, value in asdict(session.record).items()}
    header = json.dumps({"format_version": FORMAT_VERSION, **numbers})
    data = save(tensors, metadata={"session": header})
    unfinished = folder / (NAME + ".new")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / NAME)
    except OSError:  # half of it would only take room on a full disk
        unfinished.unlink(missing_ok=True)
        raise


def load_checkpoint(session: Session, folder: Path) -> None:
    """Bring a new `session` to where the saved one was: to the last bit, for the same number of processes.

    Raises:
        RunError: There is no checkpoint, or it is damaged, foreign or does not fit the plan.
    """
    path = folder / NAME
    with _usable(folder):
        with safe_open(path, framework="pt") as file:
            numbers = _header(file)
            if numbers["format_version"] != FORMAT_VERSION:
                raise RunError(
                    f"{path} was written by another version of Foreword; finish the run with that one"
                )
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        _restore(session, numbers, tensors)


def has_checkpoint(folder: Path) -> bool:
    """Whether anything was saved in `folder`."""
    return (folder / NAME).exists()


def saved_step(folder: Path) -> int | None:
    """After how many updates the checkpoint in `folder` was saved; None where there is no readable one."""
    try:
        with safe_open(folder / NAME, framework="pt") as file:
            return int(_header(file)["step"])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError):
        return None


def _header(file: Any) -> dict[str, Any]:
    numbers: dict[str, Any] = json.loads((file.metadata() or {})["session"])
    return numbers


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """Say in words that the checkpoint is not there or damaged."""
    try:
        yield
    except FileNotFoundError:
        raise RunError(f"there is no checkpoint in {folder}; start the run anew") from None
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError, ModelMismatch) as error:
        reason = str(error).partition("\n")[0]
        raise RunError(
            f"the checkpoint {folder / NAME} cannot be used: {reason}; delete {folder} and start anew"
        ) from None


def _tensors(session: Session) -> Iterator[tuple[str, Tensor]]:
    yield from _named("model", weights_of(session.model))
    yield from _named("best", session.best)
    for number, values in session.optimizer.state_dict()["state"].items():
        yield from _named(f"optimizer.{number}", values)
    for number, tensor in enumerate(session.state):
        yield f"state.{number}", session.processes.whole(tensor, session.width)
    yield "training_nats", session.training_nats.cpu().clone()
    for kind, (read, _) in _random_states(session.device).items():
        for rank, state in enumerate(session.processes.rows(read())):
            yield _random_name(kind, rank), state.clone()


def _random_states(
    device: torch.device,
) -> dict[str, tuple[Callable[[], Tensor], Callable[[Tensor], None]]]:
    """How the state of each random generator in use is read and set."""
    states: dict[str, tuple[Callable[[], Tensor], Callable[[Tensor], None]]] = {
        "cpu": (torch.get_rng_state, torch.set_rng_state)
    }
    if device.type == "cuda":
        states["cuda"] = (
            lambda: torch.cuda.get_rng_state(device),
            lambda state: torch.cuda.set_rng_state(state, device),
        )
    if device.type == "mps":
        states["mps"] = (torch.mps.get_rng_state, torch.mps.set_rng_state)
    return states


def _random_name(kind: str, rank: int) -> str:
    return f"random.{kind}.{rank}" if rank else f"random.{kind}"


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    yield from ((f"{prefix}.{name}", tensor.cpu().contiguous()) for name, tensor in tensors.items())


def _part(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    beginning = prefix + "."
    return {
        name.removeprefix(beginning): value for name, value in tensors.items() if name.startswith(beginning)
    }


def _restore(session: Session, numbers: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    load_weights(session.model, _part("model", tensors))
    session.best = _part("best", tensors)
    _check_shapes("the best network", session.best, weights_of(session.model))
    _restore_optimizer(session.optimizer, _part("optimizer", tensors))
    _restore_record(session, numbers)
    state = _part("state", tensors)
    initial = (
        session.model.initial_state(session.width) if state else ()
    )  # before the first update it is empty
    _check_shapes("the carried state", state, {str(number): tensor for number, tensor in enumerate(initial)})
    own = session.processes.part(session.width)
    session.state = tuple(
        state[str(number)][:, own].contiguous().to(session.device) for number in range(len(state))
    )
    _check_shapes("the loss", {"nats": tensors["training_nats"]}, {"nats": session.training_nats})
    session.training_nats = tensors["training_nats"].to(session.device)
    # A process that was not there, or on another device, draws new random numbers.
    torch.manual_seed(session.processes.seed(session.settings.seed, session.record.step))
    for kind, (_, write) in _random_states(session.device).items():
        name = _random_name(kind, session.processes.rank)
        if name in tensors:
            write(tensors[name])


def _restore_record(session: Session, numbers: Mapping[str, Any]) -> None:
    record = msgspec.convert(
        {name: math.inf if value is None else value for name, value in numbers.items()}, Record
    )
    step, epoch, block = record.step, record.epoch, record.block
    if min(step, epoch, block) < 0 or block >= len(session.blocks):
        raise ValueError(f"step {step}, epoch {epoch} and block {block} are no place in this run")
    session.go_to(step=step, epoch=epoch, block=block)
    session.record = record


def _check_shapes(what: str, stored: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    """See that the same tensors are there, in the same shapes.

    Raises:
        ValueError: They are not; the message says where.
    """
    for name in sorted(stored.keys() | expected.keys()):
        found, wanted = (
            tuple(tensors[name].shape) if name in tensors else "nothing" for tensors in (stored, expected)
        )
        if found != wanted:
            raise ValueError(f"{what} has {found} as {name!r}, but {wanted} was expected")


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Put the moments back; the groups' settings come from the plan."""
    weights = dict(enumerate(weight for group in optimizer.param_groups for weight in group["params"]))
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        number, key = name.split(".", 1)
        state.setdefault(int(number), {})[key] = tensor
    names = {"step", *MOMENTS, *(["mu_product"] if isinstance(optimizer, torch.optim.NAdam) else [])}
    for index, moments in state.items():
        expected = {name: weights[index] if name in MOMENTS else torch.zeros(()) for name in names}
        _check_shapes(f"the optimiser of weight {index}", moments, expected)
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
