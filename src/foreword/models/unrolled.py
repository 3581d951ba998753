"""The unrolled network: a few tokens in, the next token out.

The same two matrices are applied at each of `context` steps, so this is a vanilla RNN cut to a fixed
length. Source: the 2018 Gluon tutorial, figure 3 (docs/sources.md); for `context=3` its arithmetic, term by
term. It adds two relus, `relu(carry(hidden)) + relu(hear(token))`, where the usual formula has one function
around a sum.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from foreword.models.config import AbstractConfig, at_least
from foreword.models.initial_weights import dense, embedding
from foreword.models.language_model import AbstractWindowModel


@final
@dataclass(frozen=True, kw_only=True)
class UnrolledConfig(AbstractConfig):
    """Sizes of the unrolled network, by default the tutorial's; it has no dropout."""

    embedding: int = 30
    hidden: int = 256
    context: int = 3

    def __post_init__(self) -> None:
        AbstractConfig.__post_init__(self)
        at_least(1, embedding=self.embedding, hidden=self.hidden, context=self.context)


@final
class Unrolled(AbstractWindowModel):
    """Slides the tutorial's many-to-one network along the text."""

    architecture: ClassVar[str] = "unrolled"
    config: UnrolledConfig

    def __init__(self, config: UnrolledConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = embedding(config.vocabulary, config.embedding)
        self.hear = dense(config.embedding, config.hidden)
        self.carry: nn.Module = nn.Identity()  # one token leaves nothing to carry
        if config.context > 1:
            self.carry = dense(config.hidden, config.hidden)
        self.predict = dense(config.hidden, config.vocabulary)

    @property
    def context(self) -> int:
        """How many ids a prediction sees, the newest counted in."""
        return self.config.context

    def read(self, text: Int64[Tensor, "length batch"]) -> Float[Tensor, "time batch vocab"]:
        """The logits after each id of `text` that has `context - 1` ids before it."""
        heard = torch.relu(self.hear(self.embed(text)))  # (length, batch, hidden)
        time = len(text) - self.context + 1
        hidden = heard[:time]
        for step in range(1, self.context):
            hidden = torch.relu(self.carry(hidden)) + heard[step : step + time]
        logits: Tensor = self.predict(hidden)
        return logits
