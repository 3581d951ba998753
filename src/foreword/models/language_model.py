"""The one interface of all networks: `logits, state = model(ids, state)`.

Time is axis 0, the batch is axis 1. The state is an argument and a result; it holds all that a network knows about
the text before. It is always a tuple of tensors with the batch on axis 1.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar

import torch
from msgspec import Meta
from torch import Tensor, nn

from foreword.libraries import Bool, Float, Int64
from foreword.models.layers import embedding

State = tuple[Tensor, ...]
Count = Annotated[int, Meta(ge=1)]
Layers = Annotated[int, Meta(ge=1, le=100)]
Share = Annotated[float, Meta(ge=0, lt=1)]


@dataclass(frozen=True, kw_only=True)
class AbstractConfig(ABC):
    """The sizes of a network: the number of different ids, and the id before every text."""

    vocabulary: Count
    newline: Annotated[int, Meta(ge=0)]


class AbstractLanguageModel(nn.Module, ABC):
    """A network that reads ids and gives the logits of the next id after each."""

    architecture: ClassVar[str]
    config: AbstractConfig

    @abstractmethod
    def initial_state(self, batch: int) -> State:
        """The state before the first token of `batch` texts, on the network's device."""

    @abstractmethod
    def forward(
        self, ids: Int64[Tensor, "time batch"], state: State
    ) -> tuple[Float[Tensor, "time batch vocab"], State]:
        """The logits of the token after each of `ids`, and the state after the last of them."""

    def __call__(
        self, ids: Int64[Tensor, "time batch"], state: State
    ) -> tuple[Float[Tensor, "time batch vocab"], State]:
        """The result of `forward`, with the types that `nn.Module` does not declare."""
        answer: tuple[Tensor, State] = super().__call__(ids, state)
        return answer


class AbstractWindowModel(AbstractLanguageModel):
    """A network that sees only the last `context` ids; its state is `context - 1` ids."""

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
        """Read the ids after those of the state."""
        (before,) = state
        text = torch.cat([before, ids])  # (context - 1 + time, batch)
        return self.read(text), (text[len(ids) :],)


def detach(state: State) -> State:
    """The same values without gradients, to truncate back-propagation through time."""
    return tuple(tensor.detach() for tensor in state)


def restart(state: State, mask: Bool[Tensor, " batch"], initial: State) -> State:
    """`state`, but `initial` in the columns of `mask`, because a new text begins in them."""
    return tuple(
        torch.where(mask[:, None] if kept.dim() == 3 else mask, fresh, kept)
        for kept, fresh in zip(state, initial, strict=True)
    )
