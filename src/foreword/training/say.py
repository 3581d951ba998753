"""What the network says while it learns: the same prompt, continued anew every few seconds."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from foreword.models.language_model import AbstractLanguageModel

TEMPERATURE = 0.7


@torch.no_grad()
def say(
    model: AbstractLanguageModel,
    prompt: Sequence[int],
    *,
    tokens: int,
    decode: Callable[[list[int]], str],
    seed: int,
) -> str:
    """What `model` makes of `prompt` in at most `tokens` tokens, drawn at a temperature of 0.7.

    It draws from a generator of its own and leaves no trace: training goes on as if nothing had been said.
    """
    generator = torch.Generator().manual_seed(seed)
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    logits, state = model(torch.tensor(prompt, device=device)[:, None], model.initial_state(1))
    said: list[int] = []
    for _ in range(tokens):
        said.append(_draw(logits[-1, 0].float().cpu(), generator))
        logits, state = model(torch.tensor([[said[-1]]], device=device), state)
    model.train(was_training)
    return decode(said)


def _draw(logits: Tensor, generator: torch.Generator) -> int:
    probabilities = torch.softmax(logits / TEMPERATURE, dim=-1)
    return int(torch.multinomial(probabilities, 1, generator=generator))
