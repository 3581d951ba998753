"""The window network: the embeddings of the last tokens side by side, one hidden layer, the next token.

Source: Bengio, Ducharme, Vincent and Jauvin, "A Neural Probabilistic Language Model", JMLR 2003, equation
1, without its direct connections from the embeddings to the output. It is the feed-forward network that the
2018 tutorial argues against: what lies before its window is gone.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from foreword.models.config import AbstractConfig, at_least, share
from foreword.models.initial_weights import dense, embedding
from foreword.models.language_model import AbstractWindowModel


@final
@dataclass(frozen=True, kw_only=True)
class WindowConfig(AbstractConfig):
    """Sizes of the window network; `dropout` falls on the embeddings and on the hidden layer."""

    embedding: int = 30
    hidden: int = 256
    context: int = 8
    dropout: float = 0.0

    def __post_init__(self) -> None:
        AbstractConfig.__post_init__(self)
        at_least(1, embedding=self.embedding, hidden=self.hidden, context=self.context)
        share(dropout=self.dropout)


@final
class Window(AbstractWindowModel):
    """A feed-forward network over a window that slides along the text."""

    architecture: ClassVar[str] = "window"
    config: WindowConfig

    def __init__(self, config: WindowConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = embedding(config.vocabulary, config.embedding)
        self.hide = dense(config.context * config.embedding, config.hidden)
        self.predict = dense(config.hidden, config.vocabulary)
        self.drop = nn.Dropout(config.dropout)

    @property
    def context(self) -> int:
        """How many ids a prediction sees, the newest counted in."""
        return self.config.context

    def read(self, text: Int64[Tensor, "length batch"]) -> Float[Tensor, "time batch vocab"]:
        """The logits after each id of `text` that has `context - 1` ids before it."""
        windows = side_by_side(
            self.drop(self.embed(text)), self.context
        )  # (time, batch, context * embedding)
        logits: Tensor = self.predict(self.drop(torch.tanh(self.hide(windows))))
        return logits


def side_by_side(
    values: Float[Tensor, "length batch size"], width: int, dilation: int = 1
) -> Float[Tensor, "time batch sizes"]:
    """At each place the `width` values up to there, `dilation` places apart, the oldest first.

    The result is `(width - 1) * dilation` places shorter: it starts at the first place that has them all.
    """
    time = len(values) - (width - 1) * dilation
    shifted = [values[step * dilation : step * dilation + time] for step in range(width)]
    return torch.cat(shifted, dim=-1)
