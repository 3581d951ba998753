"""The convolution network: causal convolutions, each looking twice as far back as the one below.

Sources: van den Oord and others, "WaveNet", 2016, figure 3, for the dilation; Bai, Kolter and Koltun, "An
Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence Modeling", 2018, for the
relu and the sum with the layer's input, here with one convolution a layer. It sees far, yet no further than
its window.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from foreword.models.config import AbstractConfig, at_least, share
from foreword.models.initial_weights import dense, embedding
from foreword.models.language_model import AbstractWindowModel
from foreword.models.window import side_by_side


@final
@dataclass(frozen=True, kw_only=True)
class ConvolutionConfig(AbstractConfig):
    """Sizes of the convolution network; `dropout` falls on the embeddings and on each layer's addition."""

    embedding: int = 30
    hidden: int = 128
    kernel: int = 3
    layers: int = 4
    dropout: float = 0.0

    def __post_init__(self) -> None:
        AbstractConfig.__post_init__(self)
        at_least(1, embedding=self.embedding, hidden=self.hidden, kernel=self.kernel, layers=self.layers)
        share(dropout=self.dropout)


@final
class Convolution(AbstractWindowModel):
    """Dilated causal convolutions; layer i joins `kernel` places that lie 2^i apart."""

    architecture: ClassVar[str] = "convolution"
    config: ConvolutionConfig

    def __init__(self, config: ConvolutionConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = embedding(config.vocabulary, config.embedding)
        self.widen = dense(config.embedding, config.hidden)
        self.convolve = nn.ModuleList(
            dense(config.kernel * config.hidden, config.hidden) for _ in range(config.layers)
        )
        self.predict = dense(config.hidden, config.vocabulary)
        self.drop = nn.Dropout(config.dropout)

    @property
    def context(self) -> int:
        """How many ids a prediction sees, the newest counted in: the receptive field."""
        steps_between = (1 << self.config.layers) - 1  # 1 + 2 + 4 + ...
        return 1 + (self.config.kernel - 1) * steps_between

    def read(self, text: Int64[Tensor, "length batch"]) -> Float[Tensor, "time batch vocab"]:
        """The logits after each id of `text` that has `context - 1` ids before it."""
        values: Tensor = self.widen(self.drop(self.embed(text)))
        for layer, convolve in enumerate(self.convolve):
            heard = side_by_side(values, self.config.kernel, 2**layer)
            added: Tensor = self.drop(torch.relu(convolve(heard)))
            values = values[-len(added) :] + added
        logits: Tensor = self.predict(values)
        return logits
