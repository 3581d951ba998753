"""A training session on disk: one file, written whole or not at all.

`checkpoint.safetensors` holds every tensor (weights, averages, best weights, optimiser, carried state, random state)
and, in its header, every number (step, epoch, block, best loss, curve). A new one takes the place of the old one in
one rename, so a kill at any moment leaves the one or the other.
"""

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from foreword.errors import ModelMismatch, RunError
from foreword.models.catalogue import load_weights, weights_of
from foreword.training.journal import Journal
from foreword.training.session import NUMBERS, Session

NAME = "checkpoint.safetensors"
FORMAT_VERSION = 2
TIMES = ("updating", "looking", "beside", "pauses", "looks", "recent_updates", "recent_seconds")
MOMENTS = ("exp_avg", "exp_avg_sq")
"""What the optimisers of the Adam family keep of each weight, in its shape; the rest are single numbers."""


def save_checkpoint(session: Session, journal: Journal, folder: Path) -> None:
    """Write the session into `folder`, in place of what was saved before.

    Where a team trains, all of it take part, for each has its columns of the state; the first process writes.
    """
    tensors = dict(_tensors(session))
    if not session.team.first:
        return
    numbers = {
        "format_version": FORMAT_VERSION,
        **{name: _stored(getattr(session, name)) for name in NUMBERS},
        "timing": {name: getattr(session.timing, name) for name in TIMES},
        "curve": journal.curve(),
        "warned": journal.warned,
    }
    data = save(tensors, metadata={"session": json.dumps(numbers)})
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


def load_checkpoint(session: Session, folder: Path) -> Journal:
    """Bring a new `session` to where the saved one was, to the last bit; or as close, where it is another's team.

    The first process of a team reads for all.

    Raises:
        RunError: There is no checkpoint, or it is damaged, foreign or does not fit the plan.
    """
    numbers, tensors = session.team.told(lambda: _read(folder))
    with _usable(folder):
        _restore(session, numbers, tensors)
        return Journal.of(numbers["curve"], warned=numbers["warned"])


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The numbers and the tensors of the checkpoint."""
    path = folder / NAME
    with _usable(folder), safe_open(path, framework="pt") as file:
        numbers = json.loads((file.metadata() or {})["session"])
        if numbers["format_version"] != FORMAT_VERSION:
            raise RunError(f"{path} was written by another version of Foreword; finish the run with that one")
        return numbers, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """Say in words that the checkpoint is not there or damaged, where it turns out to be."""
    try:
        yield
    except FileNotFoundError:
        raise RunError(f"there is no checkpoint in {folder}; start the run anew") from None
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError, ModelMismatch) as error:
        reason = str(error).partition("\n")[0]
        raise RunError(
            f"the checkpoint {folder / NAME} cannot be used: {reason}; delete {folder} and start anew"
        ) from None


def has_checkpoint(folder: Path) -> bool:
    """Whether anything was saved in `folder`."""
    return (folder / NAME).exists()


def saved_step(folder: Path) -> int | None:
    """How many updates the checkpoint in `folder` has behind it, or None where there is no readable one."""
    try:
        with safe_open(folder / NAME, framework="pt") as file:
            return int(json.loads((file.metadata() or {})["session"])["step"])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError):
        return None


def _tensors(session: Session) -> Iterator[tuple[str, Tensor]]:
    yield from _named("model", weights_of(session.model))
    if session.averaged is not session.model:
        yield from _named("averaged", weights_of(session.averaged))
    yield from _named("best", session.best)
    for number, values in session.optimizer.state_dict()["state"].items():
        yield from _named(f"optimizer.{number}", values)
    width = session.blocks[0].ids.shape[1]
    for number, tensor in enumerate(session.state):
        yield f"state.{number}", session.team.whole(tensor, width)
    yield "training_nats", session.training_nats.cpu().clone()
    for kind, own in _random_states(session):
        for rank, state in enumerate(session.team.rows(own)):
            yield _random_name(kind, rank), state.clone()


def _random_states(session: Session) -> Iterator[tuple[str, Tensor]]:
    """Where this process is in the random numbers that it draws, of each kind."""
    yield "cpu", torch.get_rng_state()
    if session.device.type == "cuda":
        yield "cuda", torch.cuda.get_rng_state(session.device)
    if session.device.type == "mps":
        yield "mps", torch.mps.get_rng_state()


def _random_name(kind: str, rank: int) -> str:
    return f"random.{kind}.{rank}" if rank else f"random.{kind}"


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    yield from ((f"{prefix}.{name}", tensor.cpu().contiguous()) for name, tensor in tensors.items())


def _part(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = prefix + "."
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}


def _restore(session: Session, numbers: Mapping[str, object], tensors: Mapping[str, Tensor]) -> None:
    load_weights(session.model, _part("model", tensors))
    if session.averaged is not session.model:
        load_weights(session.averaged, _part("averaged", tensors))
    session.best = _part("best", tensors)
    _check_shapes("the best network", session.best, weights_of(session.averaged))
    _restore_optimizer(session.optimizer, _part("optimizer", tensors))
    _restore_numbers(session, numbers)
    _restore_state(session, _part("state", tensors))
    _check_shapes("the loss", {"nats": tensors["training_nats"]}, {"nats": session.training_nats})
    session.training_nats = tensors["training_nats"].to(session.device)
    _check_shapes("the random state", {"cpu": tensors["random.cpu"]}, {"cpu": torch.get_rng_state()})
    _restore_random(session, tensors)


def _restore_random(session: Session, tensors: Mapping[str, Tensor]) -> None:
    """Draw the numbers that would have come; in a process that was not there, or on another device, new ones."""
    torch.manual_seed(session.team.seed(session.settings.seed, session.step))
    set_state: dict[str, Callable[[Tensor], None]] = {
        "cpu": torch.set_rng_state,
        "cuda": lambda state: torch.cuda.set_rng_state(state, session.device),
        "mps": torch.mps.set_rng_state,
    }
    for kind in ("cpu", session.device.type):
        name = _random_name(kind, session.team.place.rank)
        if name in tensors:
            set_state[kind](tensors[name])


def _restore_state(session: Session, state: Mapping[str, Tensor]) -> None:
    """Put back what the network carries from block to block; before the first update that is nothing."""
    width = session.blocks[0].ids.shape[1]
    initial = session.model.initial_state(width) if state else ()
    _check_shapes("the carried state", state, {str(number): tensor for number, tensor in enumerate(initial)})
    part = session.team.part(width)
    session.state = tuple(
        state[str(number)][:, part].contiguous().to(session.device) for number in range(len(state))
    )


def _restore_numbers(session: Session, numbers: Mapping[str, object]) -> None:
    """Each in the kind that a new session has it in."""
    step, epoch, block = (int(str(numbers[name])) for name in ("step", "epoch", "block"))
    if min(step, epoch, block) < 0 or block >= len(session.blocks):
        raise ValueError(f"step {step}, epoch {epoch} and block {block} are no place in this run")
    session.go_to(step=step, epoch=epoch, block=block)
    for name in NUMBERS:
        value = math.inf if numbers[name] is None else numbers[name]
        setattr(session, name, type(getattr(session, name))(value))
    times = numbers["timing"]
    if not isinstance(times, Mapping):
        raise TypeError("timing is no object")
    for name in TIMES:
        setattr(session.timing, name, type(getattr(session.timing, name))(times[name]))


def _stored(number: float) -> float | None:
    """JSON has no infinity; nothing stands for it."""
    return None if number == math.inf else number


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
    for index, moments in state.items():
        names = {"step", *MOMENTS, *(["mu_product"] if isinstance(optimizer, torch.optim.NAdam) else [])}
        expected = {each: weights[index] if each in MOMENTS else torch.zeros(()) for each in names}
        _check_shapes(f"the optimiser of weight {index}", moments, expected)
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
