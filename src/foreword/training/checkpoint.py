"""A training session on disk: one file, written whole or not at all.

`checkpoint.safetensors` holds every tensor (weights, best weights, optimiser, carried state, random state) and, in its
header, the session's record as JSON.
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from foreword.errors import ModelMismatch, RunError
from foreword.files import write_whole
from foreword.modelfolder.names import CHECKPOINT
from foreword.models.catalogue import load_weights, weights_of
from foreword.training.session import Record, Session

FORMAT_VERSION: Final = 2


def save_checkpoint(session: Session, folder: Path) -> None:
    """Write the session into `folder`, over an earlier checkpoint.

    All processes call this, because each holds its own columns of the state. Rank 0 writes the file.
    """
    tensors = dict(_tensors(session))
    if not session.processes.first:
        return
    record = msgspec.to_builtins(session.record)
    numbers = {name: None if value == math.inf else value for name, value in record.items()}
    header = json.dumps({"format_version": FORMAT_VERSION, **numbers})
    write_whole(folder / CHECKPOINT, save(tensors, metadata={"session": header}), private=True)


def load_checkpoint(session: Session, folder: Path) -> None:
    """Restore the saved session into a new `session`; with the same number of processes, to the last bit.

    Raises:
        RunError: The checkpoint is damaged or foreign, or it does not fit the plan.
        OSError: It is missing, or cannot be read.
    """
    path = folder / CHECKPOINT
    try:
        path.open("rb").close()  # safe_open takes any error for a missing file
        with safe_open(path, framework="pt") as file:
            numbers = json.loads((file.metadata() or {})["session"])
            if numbers["format_version"] != FORMAT_VERSION:
                raise RunError(
                    f"{path} comes from another version of Foreword; finish the run with that version"
                )
            # Windows cannot replace the file while a tensor is mapped from it.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
        _restore(session, numbers, tensors)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError, ModelMismatch) as error:
        reason = str(error).partition("\n")[0]
        raise RunError(f"{path} cannot be used: {reason}; delete {folder} and start a new run") from None


def _tensors(session: Session) -> Iterator[tuple[str, Tensor]]:
    yield from _named("model", weights_of(session.model))
    yield from _named("best", session.best)
    for number, values in session.optimizer.state_dict()["state"].items():
        yield from _named(f"optimizer.{number}", values)
    for number, tensor in enumerate(session.state):
        yield f"state.{number}", session.processes.whole(tensor, session.width)
    yield "training_nats", session.training_nats.cpu().clone()
    for kind, generator in _generators(session.training_nats.device).items():
        for rank, own in enumerate(session.processes.rows(generator.get_state())):
            yield _random_name(kind, rank), own.clone()


def _generators(device: torch.device) -> dict[str, torch.Generator]:
    """The random generators in use, for tensors on `device`."""
    generators = {"cpu": torch.default_generator}
    if device.type == "cuda":
        generators["cuda"] = torch.cuda.default_generators[device.index]
    if device.type == "mps":
        generators["mps"] = torch.mps._get_default_mps_generator()  # noqa: SLF001 - as torch.mps does
    return generators


def _random_name(kind: str, rank: int) -> str:
    return f"random.{kind}.{rank}" if rank else f"random.{kind}"


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    for name, tensor in tensors.items():
        yield f"{prefix}.{name}", tensor.cpu().contiguous()


def _part(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = prefix + "."
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}


def _restore(session: Session, numbers: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    load_weights(session.model, _part("model", tensors))
    session.best = _part("best", tensors)
    _restore_optimizer(session.optimizer, _part("optimizer", tensors))
    known = {name: math.inf if each is None else each for name, each in numbers.items()}
    record = msgspec.convert(known, Record)
    session.go_to(step=record.step, epoch=record.epoch, block=record.block)
    session.record = record
    state, own = _part("state", tensors), session.processes.part(session.width)
    parts = (state[str(number)][:, own] for number in range(len(state)))
    session.state = tuple(part.contiguous().to(session.device) for part in parts)
    session.training_nats = tensors["training_nats"].to(session.device)
    # A process without a saved random state (a new process, or another device) keeps this new seed.
    torch.manual_seed(session.processes.seed(session.settings.seed, session.record.step))
    for kind, generator in _generators(session.training_nats.device).items():
        name = _random_name(kind, session.processes.rank)
        if name in tensors:
            generator.set_state(tensors[name])


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Restore the optimiser's moments. The settings of its groups come from the plan."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        number, key = name.split(".", 1)
        state.setdefault(int(number), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
