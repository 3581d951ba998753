"""The loss on text that the network does not train on, the state carried from its beginning to its end."""

from contextlib import AbstractContextManager

import numpy as np
import torch
from jaxtyping import Shaped
from torch.nn.functional import cross_entropy

from foreword.corpus.blocks import UNCOUNTED, Blocks
from foreword.models.language_model import AbstractLanguageModel
from foreword.training.distribute import ALONE, Team
from foreword.training.precision import Precision

COLUMNS = 16
UNROLL = 256


def arithmetic(device: torch.device, precision: Precision) -> AbstractContextManager[None]:
    """The context in which a network computes: autocast to bfloat16, or nothing special."""
    autocast: AbstractContextManager[None] = torch.autocast(
        device.type, dtype=torch.bfloat16, enabled=precision == "bfloat16"
    )
    return autocast


@torch.no_grad()
def validate(
    model: AbstractLanguageModel,
    ids: Shaped[np.ndarray, " time"],
    *,
    device: torch.device,
    precision: Precision = "float32",
    team: Team = ALONE,
) -> float:
    """Nats per token over `ids`, which begin with the newline that stands before every text.

    The text is cut into at most 16 columns that walk side by side, each from the initial state. That is a shade
    worse than one walk from end to end (`assess.bits` does that for the figures people are shown), and many
    times as fast. The processes of a `team` each read their columns.
    """
    blocks = Blocks(ids, batch=min(COLUMNS, max(1, len(ids) // UNROLL)), unroll=UNROLL).epoch(0)
    was_training = model.training
    model.eval()
    nats, tokens, state = 0.0, 0.0, None
    with arithmetic(device, precision):
        for block in map(team.cut, blocks):
            if not block.ids.size:  # fewer columns than processes
                break
            state = model.initial_state(block.ids.shape[1]) if state is None else state
            logits, state = model(torch.from_numpy(block.ids).to(device), state)
            targets = torch.from_numpy(block.targets).to(device)
            nats += cross_entropy(logits.float().flatten(0, 1), targets.flatten(), reduction="sum").item()
            tokens += int((targets != UNCOUNTED).sum())
    model.train(was_training)
    nats, tokens = team.sums([nats, tokens])
    return nats / tokens
