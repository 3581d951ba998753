"""Validation during training: the loss on held-out text, and a sample of generated text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from foreword.corpus.blocks import UNCOUNTED, Blocks
from foreword.libraries import Shaped
from foreword.models.language_model import AbstractLanguageModel
from foreword.training.device import Precision, arithmetic
from foreword.training.distributed import ALONE, Processes

COLUMNS: Final = 16
UNROLL: Final = 256

TEMPERATURE: Final = 0.7


@final
@dataclass(frozen=True, kw_only=True)
class Validation:
    """A point of the curve: the losses after `step` updates and `seconds` of training, in nats per token.

    `training_nats` is the mean since the previous validation; None at step 0. Checkpoints and training.json store these
    fields by their names.
    """

    step: int
    epoch: float
    nats: float
    training_nats: float | None
    seconds: float


@torch.no_grad()
def validate(
    model: AbstractLanguageModel,
    ids: Shaped[np.ndarray, " time"],
    *,
    device: torch.device,
    precision: Precision = "float32",
    processes: Processes = ALONE,
) -> float:
    """The nats per token over `ids`; they begin with the newline before every text.

    The text is cut into at most 16 columns. They are read side by side, each from the initial state. The loss is a
    little higher than in one reading from end to end, but the reading is many times as fast. `assess.bits` reads from
    end to end, for published figures. Each process reads its own columns.
    """
    blocks = Blocks(ids, batch=min(COLUMNS, max(1, len(ids) // UNROLL)), unroll=UNROLL).epoch(0)
    own = processes.part(blocks[0].ids.shape[1])
    was_training = model.training
    model.eval()
    nats, tokens, state = 0.0, 0.0, model.initial_state(own.stop - own.start)
    with arithmetic(device, precision):
        for block in blocks if own.start < own.stop else ():  # there may be fewer columns than processes
            logits, state = model(torch.from_numpy(block.ids[:, own]).to(device), state)
            targets = torch.from_numpy(block.targets[:, own]).to(device)
            nats += cross_entropy(logits.float().flatten(0, 1), targets.flatten(), reduction="sum").item()
            tokens += int((targets != UNCOUNTED).sum())
    model.train(was_training)
    nats, tokens = processes.sum([nats, tokens])
    return nats / tokens


@torch.no_grad()
def validate_each(
    model: AbstractLanguageModel,
    texts: Sequence[Shaped[np.ndarray, " time"]],
    *,
    device: torch.device,
    precision: Precision = "float32",
) -> list[float]:
    """The nats over each text, from the initial state; many short ones are read side by side, as ids of `validate`."""
    was_training = model.training
    model.eval()
    found = list[float]()
    with arithmetic(device, precision):
        for at in range(0, len(texts), COLUMNS):
            columns = [torch.as_tensor(each, dtype=torch.int64) for each in texts[at : at + COLUMNS]]
            ids = pad_sequence(columns, padding_value=UNCOUNTED).to(device)
            logits, _ = model(ids[:-1].clamp(min=0), model.initial_state(len(columns)))
            nats = cross_entropy(logits.float().flatten(0, 1), ids[1:].flatten(), reduction="none")
            found += nats.view(-1, len(columns)).sum(0).tolist()
    model.train(was_training)
    return found


def nats_to_bits(nats: float) -> float:
    """Convert nats to bits."""
    return nats / math.log(2)


@torch.no_grad()
def sample(model: AbstractLanguageModel, prompt: Sequence[int], *, tokens: int, seed: int) -> list[int]:
    """Ids that follow `prompt`, this many `tokens`, drawn from `model` at a temperature of 0.7.

    It has its own random generator, so it does not affect the training.
    """
    generator = torch.Generator().manual_seed(seed)
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    logits, state = model(torch.tensor(prompt, device=device)[:, None], model.initial_state(1))
    drawn: list[int] = []
    for _ in range(tokens):
        probabilities = torch.softmax(logits[-1, 0].float().cpu() / TEMPERATURE, dim=-1)
        if not probabilities.isfinite().all():
            break  # the training has diverged; its next check sees it
        drawn.append(int(torch.multinomial(probabilities, 1, generator=generator)))
        logits, state = model(torch.tensor([drawn[-1:]], device=device), state)
    model.train(was_training)
    return drawn
