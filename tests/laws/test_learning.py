"""A recurrent network learns to recall what lies before any window; a feed-forward one cannot."""

import pytest
import torch
from jaxtyping import Float, Int64
from torch import Tensor
from torch.nn.functional import cross_entropy

from architectures import RECURRENT, VOCABULARY, WINDOWS, small
from foreword.models.language_model import AbstractLanguageModel, AbstractWindowModel

CUES = torch.tensor([1, 2, 3, 4])
DELAY = 10  # further than any window of the table sees


def recall_task(batch: int, seed: int) -> Int64[Tensor, "time batch"]:
    """A cue, then noise for longer than any window; each run of noise comes with all four cues in turn."""
    draw = torch.Generator().manual_seed(seed)
    noise = torch.randint(5, VOCABULARY, (DELAY, batch), generator=draw).repeat_interleave(len(CUES), dim=1)
    return torch.cat([CUES.repeat(batch)[None], noise])


def taught_to_recall(row: str, steps: int) -> AbstractLanguageModel:
    model = small(row).train()
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(steps):
        ids = recall_task(batch=8, seed=step)
        logits, _ = model(ids, model.initial_state(ids.shape[1]))
        adam.zero_grad()
        torch.autograd.backward(cross_entropy(logits[-1], ids[0]))
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
    return model.eval()


def recalled(model: AbstractLanguageModel) -> Float[Tensor, "noise cue vocab"]:
    ids = recall_task(batch=50, seed=-1)
    logits, _ = model(ids, model.initial_state(ids.shape[1]))
    return logits[-1].reshape(50, len(CUES), VOCABULARY)


@pytest.mark.parametrize("row", RECURRENT)
def test_a_recurrent_network_learns_to_recall_what_it_read_long_ago(row: str) -> None:
    answers = recalled(taught_to_recall(row, steps=300)).argmax(dim=-1)
    assert (answers == CUES).float().mean() > 0.95


@pytest.mark.parametrize("row", WINDOWS)
def test_a_feed_forward_network_stays_at_chance_whatever_it_is_taught(row: str) -> None:
    """What lies before its window cannot reach it: the four cues give one answer, right for one in four."""
    model = taught_to_recall(row, steps=20)
    assert isinstance(model, AbstractWindowModel)
    assert model.context <= DELAY
    logits = recalled(model)
    assert torch.equal(logits, logits[:, :1].expand_as(logits))
    assert (logits.argmax(dim=-1) == CUES).float().mean() <= 1 / len(CUES)
