"""The parts of the networks: initial weights, dropout along a sequence, and one recurrent layer.

Sources: Glorot and Bengio 2010 for dense layers (and the 2018 tutorial's choice); Saxe, McClelland and Ganguli
2013 for orthogonal recurrent matrices, which keep the length of a state; Gers, Schmidhuber and Cummins 2000 and
Jozefowicz, Zaremba and Sutskever 2015 for the bias of the forget gate; Gal and Ghahramani 2016 for one dropout mask at
all steps (a new one at each step would blur the state).
"""

import warnings
from collections.abc import Sequence
from typing import Any, final

import torch
from torch import Tensor, nn

from foreword.libraries import Float
from foreword.models.backpropagation import recurrence

UNIT_VARIANCE = 3**0.5  # uniform numbers from -sqrt(3) to sqrt(3) have variance 1


def embedding(vocabulary: int, size: int, *, strong: bool = False) -> nn.Embedding:
    """An embedding with vectors of about length 1, or a `strong` one with numbers of variance 1.

    Gates need strong inputs: an LSTM of 256 units gained 0.05 nats from them in 10 epochs of Nietzsche. In a vanilla
    network, they dominate the recurrent state. With a tied output, they spoil the first logits.
    """
    table = nn.Embedding(vocabulary, size)
    bound = UNIT_VARIANCE if strong else UNIT_VARIANCE / size**0.5
    nn.init.uniform_(table.weight, -bound, bound)
    return table


def dense(inputs: int, outputs: int, *, bias: bool = True, gain: float = 1.0) -> nn.Linear:
    """A dense layer; its first weights, times `gain`, nearly keep the variance of its inputs and of its gradients."""
    layer = nn.Linear(inputs, outputs, bias=bias)
    nn.init.xavier_uniform_(layer.weight, gain)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


@torch.no_grad()
def initialize_recurrent(cells: nn.RNNBase, *, forget_bias: float | None = None) -> None:
    """Overwrite the weights of a recurrent stack, gate by gate.

    `forget_bias` is for an LSTM, whose second gate is the forget gate; its other biases are zero.
    """
    for name, weight in cells.named_parameters():
        gates = torch.chunk(weight, len(weight) // cells.hidden_size)  # PyTorch stacks a layer's gates
        for gate in gates:
            if name.startswith("weight_ih"):
                nn.init.xavier_uniform_(gate)
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(gate)
            else:
                nn.init.zeros_(gate)
        if forget_bias is not None and name.startswith("bias_ih"):
            nn.init.constant_(gates[1], forget_bias)


@final
class LockedDropout(nn.Module):
    """Sets a share of the numbers to 0 in training; each column has one mask for all steps."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.drop = nn.Dropout(share)

    def forward(self, numbers: Float[Tensor, "time batch hidden"]) -> Float[Tensor, "time batch hidden"]:
        """The remaining numbers, scaled up so that their expectation stays the same."""
        if not self.training or self.drop.p == 0:
            return numbers
        mask: Tensor = self.drop(torch.ones_like(numbers[:1]))
        return numbers * mask


def run_layer(
    mode: str,
    inputs: Float[Tensor, "time batch inputs"],
    before: Sequence[Float[Tensor, "batch hidden"]],
    weights: Sequence[Tensor],
) -> tuple[Float[Tensor, "time batch hidden"], list[Float[Tensor, "batch hidden"]]]:
    """One recurrent layer over a whole block: its hidden numbers at each step, and its state after the last step.

    `mode` is that of `nn.RNNBase`. The `weights` are in PyTorch's order: the matrix for the inputs, the one for the
    hidden numbers, and the bias of each. They may be computed, for example by dropout; gradients flow through them.
    Under autocast, the outputs have autocast's type; the state keeps its own.

    It equals `torch.lstm`, `gru`, `rnn_tanh` or `rnn_relu` with one layer. `recurrence` only makes training faster.
    """
    if mode != "LSTM" and inputs.device.type == "cpu" and torch.is_grad_enabled():
        outputs = recurrence(mode, inputs, before[0], list(weights))
        return outputs, [outputs[-1].to(before[0].dtype)]
    function: Any = getattr(torch, mode.lower())
    state = [tensor.unsqueeze(0) for tensor in before]
    with warnings.catch_warnings():
        # cuDNN copies the weights side by side. For one layer that is cheap.
        warnings.filterwarnings("ignore", "RNN module weights are not part of single contiguous chunk")
        outputs, *after = function(
            inputs,
            state if mode == "LSTM" else state[0],
            list(weights),
            has_biases=True,
            num_layers=1,
            dropout=0.0,
            train=torch.is_grad_enabled(),
            bidirectional=False,
            batch_first=False,
        )
    return outputs, [tensor[0].to(old.dtype) for tensor, old in zip(after, before, strict=True)]
