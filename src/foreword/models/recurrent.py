"""The recurrent networks: each token updates a state of fixed size, which can remember any length of text.

Sources: Elman 1990 for the vanilla network; Cho and others 2014 for the GRU; Hochreiter and Schmidhuber
1997 with the forget gate of Gers and others 2000 for the LSTM; Press and Wolf 2017 for the tied embedding; Ba, Kiros
and Hinton 2016 for layer normalisation, here between layers only; Wan and others 2013 and Merity, Keskar and Socher
2017 for dropout on the recurrent matrix.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, cast, final

import torch
from torch import Tensor, nn

from foreword.libraries import Float, Int64
from foreword.models.language_model import AbstractConfig, AbstractLanguageModel, Count, Layers, Share, State
from foreword.models.layers import LockedDropout, dense, embedding, initialize_recurrent, run_layer


@dataclass(frozen=True, kw_only=True)
class AbstractRecurrentConfig(AbstractConfig):
    """The common sizes of the three recurrent networks.

    Attributes:
        embedding: numbers in the vector of a token.
        hidden: numbers in the recurrent state of a layer.
        layers: recurrent layers, one above the other.
        dropout: share of numbers set to 0 in training, with one mask for all steps: between layers, before the output.
        input_dropout: the same for the embedded token.
        carry_dropout: share of recurrent weights set to 0 in training.
        layer_norm: whether a layer's outputs get mean 0 and variance 1 at each step, then a learned scale. Its
            recurrent state is not normalised, so the fused kernels can be used.
        tied: whether the output uses the embedding's matrix, after a projection if the sizes differ.
    """

    embedding: Count = 64
    hidden: Count = 256
    layers: Layers = 1
    dropout: Share = 0.0
    input_dropout: Share = 0.0
    carry_dropout: Share = 0.0
    layer_norm: bool = False
    tied: bool = False


@final
@dataclass(frozen=True, kw_only=True)
class RnnConfig(AbstractRecurrentConfig):
    """Sizes of the vanilla network; `activation` is tanh (the formula's) or relu (the tutorial's code)."""

    activation: Literal["tanh", "relu"] = "tanh"


@final
@dataclass(frozen=True, kw_only=True)
class GruConfig(AbstractRecurrentConfig):
    """Sizes of the GRU."""


@final
@dataclass(frozen=True, kw_only=True)
class LstmConfig(AbstractRecurrentConfig):
    """Sizes of the LSTM; `forget_bias` is the initial bias of its forget gates: at 1, they begin near 0.73."""

    forget_bias: float = 1.0


@final
class Output(nn.Module):
    """Computes logits from hidden numbers, with its own matrix or with the embedding's."""

    def __init__(self, config: AbstractRecurrentConfig) -> None:
        super().__init__()
        self.project: nn.Module = nn.Identity()
        if config.tied and config.hidden != config.embedding:
            self.project = dense(config.hidden, config.embedding, bias=False)
        self.weight: nn.Parameter | None = None
        if not config.tied:
            self.weight = nn.Parameter(dense(config.hidden, config.vocabulary).weight)
        self.bias = nn.Parameter(torch.zeros(config.vocabulary))

    def forward(
        self, hidden: Float[Tensor, "time batch hidden"], embedding_weight: Float[Tensor, "vocab embedding"]
    ) -> Float[Tensor, "time batch vocab"]:
        """The logits; the embedding's matrix is an argument, so it is stored once."""
        weight = embedding_weight if self.weight is None else self.weight
        return nn.functional.linear(self.project(hidden), weight, self.bias)


class AbstractRecurrent(AbstractLanguageModel):
    """Embedding, recurrent layers, output; each tensor of the state is `(layers, batch, hidden)`.

    PyTorch's own stack holds the weights under its names. The layers run one by one, with dropout between them.
    """

    config: AbstractRecurrentConfig
    state_tensors: ClassVar[int] = 1
    gated: ClassVar[bool] = True

    def __init__(self, config: AbstractRecurrentConfig, cells: nn.RNNBase) -> None:
        super().__init__()
        self.config = config
        self.embed = embedding(config.vocabulary, config.embedding, strong=self.gated and not config.tied)
        self.cells = cells
        self.output = Output(config)
        self.drop_input = LockedDropout(config.input_dropout)
        self.drop = LockedDropout(config.dropout)
        self.drop_carry = nn.Dropout(config.carry_dropout)
        self.norms = nn.ModuleList(
            nn.LayerNorm(config.hidden) if config.layer_norm else nn.Identity() for _ in range(config.layers)
        )

    def initial_state(self, batch: int) -> State:
        """Zeros."""
        shape = (self.config.layers, batch, self.config.hidden)
        zeros = torch.zeros(shape, device=self.embed.weight.device, dtype=self.embed.weight.dtype)
        return (zeros,) * self.state_tensors

    def forward(
        self, ids: Int64[Tensor, "time batch"], state: State
    ) -> tuple[Float[Tensor, "time batch vocab"], State]:
        """Run over the ids. The state keeps its type when autocast computes in a smaller one."""
        values = self.drop_input(self.embed(ids))
        reached = []
        for number, before in enumerate(zip(*state, strict=True)):
            read, carry, *biases = self.layer_weights(number)
            weights = [read, self.drop_carry(carry), *biases]
            hidden, after = run_layer(self.cells.mode, values, before, weights)
            values = self.drop(self.norms[number](hidden))
            reached.append(after)
        logits: Tensor = self.output(values, self.embed.weight)
        return logits, tuple(torch.stack(tensors) for tensors in zip(*reached, strict=True))

    def layer_weights(self, number: int) -> list[Tensor]:
        """A layer's matrix for the inputs, the one for the hidden numbers, and the bias of each, with stacked gates."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return [cast("Tensor", getattr(self.cells, f"{name}_l{number}")) for name in names]


@final
class Rnn(AbstractRecurrent):
    """The vanilla network: `hidden = activation(read(token) + carry(hidden))`."""

    architecture: ClassVar[str] = "rnn"
    gated: ClassVar[bool] = False
    config: RnnConfig

    def __init__(self, config: RnnConfig) -> None:
        cells = nn.RNN(config.embedding, config.hidden, config.layers, nonlinearity=config.activation)
        initialize_recurrent(cells)
        super().__init__(config, cells)


@final
class Gru(AbstractRecurrent):
    """The gated recurrent unit; its reset gate applies after the product, as in cuDNN.

        r, z = sigmoid(read(token) + carry(hidden))
        n = tanh(read(token) + r * carry(hidden))
        hidden = z * hidden + (1 - z) * n

    Each gate, and n, has its own matrices. PyTorch stacks them in the order r, z, n.
    """

    architecture: ClassVar[str] = "gru"
    config: GruConfig

    def __init__(self, config: GruConfig) -> None:
        cells = nn.GRU(config.embedding, config.hidden, config.layers)
        initialize_recurrent(cells)
        super().__init__(config, cells)


@final
class Lstm(AbstractRecurrent):
    """The long short-term memory; its state is the hidden numbers and the cells.

        i, f, o = sigmoid(read(token) + carry(hidden))
        g = tanh(read(token) + carry(hidden))
        cells = f * cells + i * g
        hidden = o * tanh(cells)

    Each gate, and g, has its own matrices. PyTorch stacks them in the order i, f, g, o.
    """

    architecture: ClassVar[str] = "lstm"
    config: LstmConfig
    state_tensors: ClassVar[int] = 2

    def __init__(self, config: LstmConfig) -> None:
        cells = nn.LSTM(config.embedding, config.hidden, config.layers)
        initialize_recurrent(cells, forget_bias=config.forget_bias)
        super().__init__(config, cells)
