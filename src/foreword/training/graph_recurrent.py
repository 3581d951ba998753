"""The arithmetic of the recurrent networks as ONNX nodes; `models/recurrent.py` tells what each one is.

The LSTM is ONNX's own operator, for ONNX Runtime's dynamic quantisation knows it. It does not know GRU and RNN, so
these are products: those of the inputs for all steps at once, and in a Scan, step by step, those of the state.

Gates are stacked in one matrix. An LSTM's are input, forget, cell, output in PyTorch and input, output, forget, cell in
ONNX; a GRU's are reset, update, new in PyTorch, and here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float
from onnx import TensorProto, ValueInfoProto, helper
from torch import nn

from foreword.models.recurrent import AbstractRecurrent, Gru, Lstm, Rnn
from foreword.training.graph_writer import GraphWriter, array


@final
@dataclass(frozen=True)
class Layer:
    """The weights of one recurrent layer, gates stacked as PyTorch has them."""

    number: int
    inputs: Float[np.ndarray, "gates inputs"]
    state: Float[np.ndarray, "gates hidden"]
    input_bias: Float[np.ndarray, " gates"]
    state_bias: Float[np.ndarray, " gates"]

    @property
    def hidden(self) -> int:
        """How many numbers the layer carries."""
        return int(self.state.shape[1])


WriteStep = Callable[[GraphWriter, Layer, str, str], str]
"""Writes one step: from the state `before` and the input products `now`, by name, to the state after."""


def run(
    graph: GraphWriter, model: AbstractRecurrent, ids: str, state: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """The logits, and the state `(layers, batch, hidden)` after the last id."""
    values = graph.look_up(ids, model.embed)
    ones = [1] * model.config.layers
    before = zip(*(graph.split(tensor, *ones, axis=0) for tensor in state), strict=True)
    after = []
    for number, carried in enumerate(before):
        hidden, reached = run_layer(graph, model, layer_of(model, number), values, carried)
        values = normalized(graph, model.norms[number], hidden)
        after.append(reached)
    stacked = tuple(graph.node("Concat", *tensors, axis=0) for tensors in zip(*after, strict=True))
    return output(graph, model, values), stacked


def layer_of(model: AbstractRecurrent, number: int) -> Layer:
    """The weights of a layer, out of PyTorch's own names for them."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return Layer(number, *(array(getattr(model.cells, f"{name}_l{number}")) for name in names))


def run_layer(
    graph: GraphWriter, model: AbstractRecurrent, layer: Layer, values: str, carried: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """The layer's numbers at each step, and its state, tensors of `(1, batch, hidden)`, after the last."""
    match model:
        case Lstm():
            return run_lstm(graph, layer, values, carried)
        case Gru():
            heard = graph.add(graph.product(values, layer.inputs), gru_bias(layer))
            return scan(graph, layer, heard, carried, gru_step)
        case Rnn():
            heard = graph.add(graph.product(values, layer.inputs), layer.input_bias + layer.state_bias)
            return scan(graph, layer, heard, carried, RNN_STEPS[model.config.activation])
    raise TypeError(f"no graph is known for {model.architecture}")


def run_lstm(
    graph: GraphWriter, layer: Layer, values: str, carried: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """ONNX's operator; its weights and its output have an axis for directions."""
    bias = np.concatenate([onnx_gates(layer.input_bias), onnx_gates(layer.state_bias)])
    weights = [onnx_gates(layer.inputs), onnx_gates(layer.state), bias]
    lengths = ""  # left out: all texts are as long as the block
    inputs = [values, *(graph.constant(weight[None]) for weight in weights), lengths, *carried]
    hidden, *reached = graph.nodes_of("LSTM", *inputs, outputs=3, hidden_size=layer.hidden)
    return graph.node("Squeeze", hidden, graph.integers(1)), tuple(reached)


def onnx_gates(stacked: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """An LSTM's weights with the gates in ONNX's order."""
    into, forget, cell, out = np.split(stacked, 4)
    return np.concatenate([into, out, forget, cell])


def scan(
    graph: GraphWriter, layer: Layer, heard: str, carried: tuple[str, ...], write_step: WriteStep
) -> tuple[str, tuple[str, ...]]:
    """A walk along the time axis of `heard`, the products of the inputs; each step has those of the state."""
    step = GraphWriter(prefix=f"layer.{layer.number}.")
    before, now, after, kept = (step.prefix + name for name in ("before", "now", "after", "kept"))
    reached = write_step(step, layer, before, now)
    step.publish(reached, after)  # carried on to the next step
    step.publish(reached, kept)  # collected
    inputs = [body_value(before, layer.hidden), body_value(now, len(layer.inputs))]
    outputs = [body_value(after, layer.hidden), body_value(kept, layer.hidden)]
    body = helper.make_graph(step.nodes, step.prefix + "step", inputs, outputs, step.weights)
    start = graph.node("Squeeze", *carried, graph.integers(0))
    last, hidden = graph.nodes_of("Scan", start, heard, outputs=2, body=body, num_scan_inputs=1)
    return hidden, (graph.node("Unsqueeze", last, graph.integers(0)),)


def body_value(name: str, size: int) -> ValueInfoProto:
    """An input or output of a step."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ("batch", size))


def gru_bias(layer: Layer) -> Float[np.ndarray, " gates"]:
    """What is added once for all steps: both biases, but the state's of `new`, which `reset` scales."""
    bias = layer.input_bias.copy()
    bias[: 2 * layer.hidden] += layer.state_bias[: 2 * layer.hidden]
    return bias


def gru_step(step: GraphWriter, layer: Layer, before: str, now: str) -> str:
    """`reset` applies after the product, `update` keeps: `after = new + update * (before - new)`."""
    size = layer.hidden
    remembered = step.product(before, layer.state)
    now_gates, now_new = step.split(now, 2 * size, size, axis=-1)
    before_gates, before_new = step.split(remembered, 2 * size, size, axis=-1)
    gates = step.node("Sigmoid", step.node("Add", now_gates, before_gates))
    reset, update = step.split(gates, size, size, axis=-1)
    past = step.node("Mul", reset, step.add(before_new, layer.state_bias[2 * size :]))
    new = step.node("Tanh", step.node("Add", now_new, past))
    return step.node("Add", new, step.node("Mul", update, step.node("Sub", before, new)))


def rnn_tanh_step(step: GraphWriter, layer: Layer, before: str, now: str) -> str:
    """`after = tanh(now + carry(before))`."""
    return step.node("Tanh", step.node("Add", now, step.product(before, layer.state)))


def rnn_relu_step(step: GraphWriter, layer: Layer, before: str, now: str) -> str:
    """`after = relu(now + carry(before))`."""
    return step.node("Relu", step.node("Add", now, step.product(before, layer.state)))


RNN_STEPS: dict[str, WriteStep] = {"tanh": rnn_tanh_step, "relu": rnn_relu_step}


def normalized(graph: GraphWriter, norm: nn.Module, hidden: str) -> str:
    """What a layer hands on: its numbers, normalised where the network has that."""
    if not isinstance(norm, nn.LayerNorm):
        return hidden
    weights = graph.constant(array(norm.weight)), graph.constant(array(norm.bias))
    return graph.node("LayerNormalization", hidden, *weights, axis=-1, epsilon=norm.eps)


def output(graph: GraphWriter, model: AbstractRecurrent, hidden: str) -> str:
    """The logits, by the output's own matrix or by the embedding's, behind a projection where sizes differ."""
    head = model.output
    if isinstance(head.project, nn.Linear):
        hidden = graph.product(hidden, array(head.project.weight))
    matrix = model.embed.weight if head.weight is None else head.weight
    return graph.add(graph.product(hidden, array(matrix)), array(head.bias))
