"""One recurrent layer over a whole block, as plain functions of its inputs, its state and its weights.

Each equals a layer of PyTorch's own network of the same name. On GPUs it is PyTorch's own, which reaches cuDNN. On the
CPU PyTorch has a fused kernel for the LSTM alone; the other two are in `rnn_layer.py` and `gru_layer.py`
(docs/decisions/0017-own-recurrent-layers.md).

Under autocast outputs have autocast's type. The state handed out has the type of the one handed in.
"""

import warnings
from typing import Any, Literal, NamedTuple, TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor

from foreword.models.gru_layer import gru_on_cpu
from foreword.models.rnn_layer import rnn_on_cpu

Activation: TypeAlias = Literal["tanh", "relu"]


class LayerWeights(NamedTuple):
    """A layer's weights as PyTorch stores them: gates one above the other, `weight_ih_l0` and so on in its names.

    They may be computed, say by dropout on `carry_weight`: gradients flow on to what they come from.
    """

    input_weight: Float[Tensor, "gates inputs"]
    carry_weight: Float[Tensor, "gates hidden"]
    input_bias: Float[Tensor, " gates"]
    carry_bias: Float[Tensor, " gates"]


def run_rnn(
    inputs: Float[Tensor, "time batch inputs"],
    hidden: Float[Tensor, "batch hidden"],
    weights: LayerWeights,
    activation: Activation,
) -> tuple[Float[Tensor, "time batch hidden"], Float[Tensor, "batch hidden"]]:
    """A vanilla recurrent layer: its hidden numbers at each step, and the last."""
    if inputs.device.type == "cpu":
        return rnn_on_cpu(inputs, hidden, weights, tanh=activation == "tanh")
    outputs, last = _own_of_pytorch(f"rnn_{activation}", inputs, hidden.unsqueeze(0), weights)
    return outputs, last[0].to(hidden.dtype)


def run_gru(
    inputs: Float[Tensor, "time batch inputs"], hidden: Float[Tensor, "batch hidden"], weights: LayerWeights
) -> tuple[Float[Tensor, "time batch hidden"], Float[Tensor, "batch hidden"]]:
    """A layer of gated recurrent units: its hidden numbers at each step, and the last."""
    if inputs.device.type == "cpu":
        return gru_on_cpu(inputs, hidden, weights)
    outputs, last = _own_of_pytorch("gru", inputs, hidden.unsqueeze(0), weights)
    return outputs, last[0].to(hidden.dtype)


def run_lstm(
    inputs: Float[Tensor, "time batch inputs"],
    hidden: Float[Tensor, "batch hidden"],
    cell: Float[Tensor, "batch hidden"],
    weights: LayerWeights,
) -> tuple[Float[Tensor, "time batch hidden"], Float[Tensor, "batch hidden"], Float[Tensor, "batch hidden"]]:
    """A layer of long short-term memory: its hidden numbers at each step, the last, and the last cells."""
    state = (hidden.unsqueeze(0), cell.unsqueeze(0))
    outputs, last, last_cell = _own_of_pytorch("lstm", inputs, state, weights)
    return outputs, last[0].to(hidden.dtype), last_cell[0].to(cell.dtype)


def _own_of_pytorch(
    name: str, inputs: Tensor, state: Tensor | tuple[Tensor, Tensor], weights: LayerWeights
) -> tuple[Tensor, ...]:
    """What `nn.RNN`, `nn.GRU` and `nn.LSTM` call: one layer, one direction, no dropout, time first.

    cuDNN wants weights side by side and PyTorch warns that it copies them there. For one layer that is cheap.
    """
    function: Any = getattr(torch._VF, name)  # noqa: SLF001 - where nn.RNNBase finds it
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "RNN module weights are not part of single contiguous chunk")
        results: tuple[Tensor, ...] = function(
            inputs,
            state,
            list(weights),
            True,  # noqa: FBT003 - with biases
            1,
            0.0,
            torch.is_grad_enabled(),
            False,  # noqa: FBT003 - one direction
            False,  # noqa: FBT003 - time first
        )
    return results
