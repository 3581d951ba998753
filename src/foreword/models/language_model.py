"""The one interface of all networks: `logits, state = model(ids, state)`.

Time comes first, then the batch. The state is a value, handed in and handed out, that holds all a network
knows of the text so far; it is always a tuple of tensors with the batch on axis 1.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

from foreword.models.layers import embedding

State = tuple[Tensor, ...]


@dataclass(frozen=True, kw_only=True)
class AbstractConfig(ABC):
    """The sizes of a network: how many different ids there are, and which one is read before every text."""

    vocabulary: int
    newline: int


class AbstractLanguageModel(nn.Module, ABC):
    """A network that reads ids and, after each, gives the logits of the next one."""

    architecture: ClassVar[str]
    config: AbstractConfig

    @abstractmethod
    def initial_state(self, batch: int) -> State:
        """The state before the first token of `batch` texts, on the network's own device."""

    @abstractmethod
    def forward(
        self, ids: Int64[Tensor, "time batch"], state: State
    ) -> tuple[Float[Tensor, "time batch vocab"], State]:
        """The logits of the token after each of `ids`, and the state after the last of them."""

    def __call__(
        self, ids: Int64[Tensor, "time batch"], state: State
    ) -> tuple[Float[Tensor, "time batch vocab"], State]:
        """What `forward` gives, with the types that `nn.Module` leaves open."""
        answer: tuple[Tensor, State] = super().__call__(ids, state)
        return answer


class AbstractWindowModel(AbstractLanguageModel):
    """A network whose predictions see the last `context` ids and nothing before; its state is `context - 1` ids."""

    def __init__(self, config: AbstractConfig, *, embedding_size: int, context: int) -> None:
        super().__init__()
        self.config, self.context = config, context
        self.embed = embedding(config.vocabulary, embedding_size)

    @abstractmethod
    def read(self, text: Int64[Tensor, "length batch"]) -> Float[Tensor, "time batch vocab"]:
        """The logits after each id of `text` that has `context - 1` ids before it."""

    def initial_state(self, batch: int) -> State:
        """Newlines, `(context - 1, batch)`."""
        device = self.embed.weight.device
        return (torch.full((self.context - 1, batch), self.config.newline, device=device),)

    def forward(
        self, ids: Int64[Tensor, "time batch"], state: State
    ) -> tuple[Float[Tensor, "time batch vocab"], State]:
        """Read the ids behind those that the state remembers."""
        (before,) = state
        text = torch.cat([before, ids])  # (context - 1 + time, batch)
        return self.read(text), (text[len(ids) :],)


def detach(state: State) -> State:
    """The same values without their history: where back-propagation through time is truncated."""
    return tuple(tensor.detach() for tensor in state)


def restart(state: State, mask: Bool[Tensor, " batch"], initial: State) -> State:
    """`state`, but `initial` in the columns that `mask` marks: there, a new text begins."""
    return tuple(
        torch.where(mask[:, None] if kept.dim() == 3 else mask, fresh.to(kept.dtype), kept)
        for kept, fresh in zip(state, initial, strict=True)
    )
