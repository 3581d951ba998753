"""Dropout for networks that carry a state: what is silenced stays silenced along the whole block.

Sources: Gal and Ghahramani 2016 for one mask at all steps (a new one at each step blurs what is carried); Wan and
others 2013 and Merity, Keskar and Socher 2017 for dropout on the matrix that carries the state.
"""

from typing import final

import torch
from jaxtyping import Float
from torch import Tensor, nn


@final
class LockedDropout(nn.Module):
    """Silences a share of the numbers in training, in each column the same ones at every step."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, numbers: Float[Tensor, "time batch hidden"]) -> Float[Tensor, "time batch hidden"]:
        """The numbers that stay, scaled up so that their expectation does."""
        if not self.training or self.share == 0:
            return numbers
        return numbers * kept(numbers[:1], self.share)

    def extra_repr(self) -> str:
        """What `print(model)` shows of it."""
        return f"{self.share}"


@final
class WeightDropout(nn.Module):
    """Cuts a share of the connections from step to step in training, for a block the same ones."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, weight: Float[Tensor, "gates hidden"]) -> Float[Tensor, "gates hidden"]:
        """The connections that stay, scaled up."""
        if not self.training or self.share == 0:
            return weight
        return weight * kept(weight, self.share)

    def extra_repr(self) -> str:
        """What `print(model)` shows of it."""
        return f"{self.share}"


def kept(like: Float[Tensor, "..."], share: float) -> Float[Tensor, "..."]:
    """A mask in the shape of `like`: 0 with the probability `share`, else what keeps the expectation."""
    return torch.empty_like(like, requires_grad=False).bernoulli_(1 - share).div_(1 - share)
