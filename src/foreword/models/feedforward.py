"""The networks without a recurrent state: unrolled, window and convolution see only the last `context` tokens.

Sources: the 2018 Gluon tutorial, figure 3 (docs/sources.md), for `Unrolled`; Bengio, Ducharme, Vincent and Jauvin, "A
Neural Probabilistic Language Model", JMLR 2003, equation 1, for `Window`, without its direct connections from the
embeddings to the output; van den Oord and others, "WaveNet", 2016, figure 3, and Bai, Kolter and Koltun, "An Empirical
Evaluation of Generic Convolutional and Recurrent Networks for Sequence Modeling", 2018, for `Convolution`.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import torch
from torch import Tensor, nn

from foreword.libraries import Float, Int64
from foreword.models.language_model import AbstractConfig, AbstractWindowModel, Count, Layers, Share
from foreword.models.layers import dense


@final
@dataclass(frozen=True, kw_only=True)
class UnrolledConfig(AbstractConfig):
    """Sizes of the unrolled network, by default the tutorial's; it has no dropout."""

    embedding: Count = 30
    hidden: Count = 256
    context: Count = 3


@final
class Unrolled(AbstractWindowModel):
    """Applies the same two matrices at each of `context` steps: a vanilla RNN with a fixed length.

    For `context=3`, it computes the tutorial's formula, term by term. It adds two relus, `relu(carry(hidden)) +
    relu(hear(token))`; the usual formula has one function around a sum.
    """

    architecture: ClassVar[str] = "unrolled"
    config: UnrolledConfig

    def __init__(self, config: UnrolledConfig) -> None:
        super().__init__(config, embedding_size=config.embedding, context=config.context)
        self.hear = dense(config.embedding, config.hidden)
        self.carry: nn.Module = nn.Identity()  # one token has no step before it
        if config.context > 1:
            self.carry = dense(config.hidden, config.hidden)
        self.predict = dense(config.hidden, config.vocabulary)

    def read(self, text: Int64[Tensor, "length batch"]) -> Float[Tensor, "time batch vocab"]:
        """The logits after each id of `text` that has `context - 1` ids before it."""
        heard = torch.relu(self.hear(self.embed(text)))  # (length, batch, hidden)
        time = len(text) - self.context + 1
        hidden = heard[:time]
        for step in range(1, self.context):
            hidden = torch.relu(self.carry(hidden)) + heard[step : step + time]
        logits: Tensor = self.predict(hidden)
        return logits


@final
@dataclass(frozen=True, kw_only=True)
class WindowConfig(AbstractConfig):
    """Sizes of the window network; `dropout` applies to the embeddings and to the hidden layer."""

    embedding: Count = 30
    hidden: Count = 256
    context: Count = 8
    dropout: Share = 0.0


@final
class Window(AbstractWindowModel):
    """Predicts the next token from the concatenated embeddings of the last tokens, with one hidden layer."""

    architecture: ClassVar[str] = "window"
    config: WindowConfig

    def __init__(self, config: WindowConfig) -> None:
        super().__init__(config, embedding_size=config.embedding, context=config.context)
        self.hide = dense(config.context * config.embedding, config.hidden)
        self.predict = dense(config.hidden, config.vocabulary)
        self.drop = nn.Dropout(config.dropout)

    def read(self, text: Int64[Tensor, "length batch"]) -> Float[Tensor, "time batch vocab"]:
        """The logits after each id of `text` that has `context - 1` ids before it."""
        windows = side_by_side(self.drop(self.embed(text)), self.context)
        logits: Tensor = self.predict(self.drop(torch.tanh(self.hide(windows))))
        return logits


@final
@dataclass(frozen=True, kw_only=True)
class ConvolutionConfig(AbstractConfig):
    """Sizes of the convolution network; `dropout` applies to the embeddings and to each layer's residual."""

    embedding: Count = 30
    hidden: Count = 128
    kernel: Count = 3
    layers: Layers = 4
    dropout: Share = 0.0


@final
class Convolution(AbstractWindowModel):
    """Dilated causal convolutions; layer i combines `kernel` positions at a distance of 2^i.

    Each layer adds the relu of one convolution to its input. Bai and others have two convolutions in a layer. With
    more than four layers, each adds less at first: the sum would grow with their number, and its loss with it.
    """

    architecture: ClassVar[str] = "convolution"
    config: ConvolutionConfig

    def __init__(self, config: ConvolutionConfig) -> None:
        # The receptive field: 1 + (kernel - 1) * (1 + 2 + 4 + ...)
        context = 1 + (config.kernel - 1) * ((1 << config.layers) - 1)
        super().__init__(config, embedding_size=config.embedding, context=context)
        self.widen = dense(config.embedding, config.hidden)
        inputs, gain = config.kernel * config.hidden, min(1.0, 4 / config.layers)
        self.convolve = nn.ModuleList(dense(inputs, config.hidden, gain=gain) for _ in range(config.layers))
        self.predict = dense(config.hidden, config.vocabulary)
        self.drop = nn.Dropout(config.dropout)

    def read(self, text: Int64[Tensor, "length batch"]) -> Float[Tensor, "time batch vocab"]:
        """The logits after each id of `text` that has `context - 1` ids before it."""
        values: Tensor = self.widen(self.drop(self.embed(text)))
        for layer, convolve in enumerate(self.convolve):
            heard = side_by_side(values, self.config.kernel, 2**layer)
            added: Tensor = self.drop(torch.relu(convolve(heard)))
            values = values[-len(added) :] + added
        logits: Tensor = self.predict(values)
        return logits


def side_by_side(
    values: Float[Tensor, "length batch size"], width: int, dilation: int = 1
) -> Float[Tensor, "time batch sizes"]:
    """The last `width` values at each position, `dilation` positions apart, oldest first.

    The result is `(width - 1) * dilation` positions shorter: it starts at the first position with all of them.
    """
    time = len(values) - (width - 1) * dilation
    shifted = [values[step * dilation : step * dilation + time] for step in range(width)]
    return torch.cat(shifted, dim=-1)
