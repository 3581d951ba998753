"""A trained network as an ONNX graph. A model folder runs it without PyTorch.

    ids (time, batch), state.0, …  →  log_probabilities (time, batch, vocabulary), new_state.0, …

The time is at least 1; the batch has any size. The float32 graph is written node by node, because a traced export
freezes the time axis. The quantised graph is derived from it. The networks themselves are in `models/`.
"""

import logging
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, final

import numpy as np
import onnx
import torch
from onnx import TensorProto, ValueInfoProto, external_data_helper, helper, numpy_helper
from torch import Tensor, nn

from foreword.libraries import Float, Shaped, load_onnxruntime
from foreword.models.feedforward import Convolution, Unrolled, Window
from foreword.models.language_model import AbstractLanguageModel, AbstractWindowModel
from foreword.models.recurrent import AbstractRecurrent

FORMAT_VERSION: Final = "1"
OPSET: Final = 17  # with IR version 8: ONNX 1.12, which ONNX Runtime 1.20 to 1.32 read
IR_VERSION: Final = 8
KINDS: Final = {torch.float32: TensorProto.FLOAT, torch.int64: TensorProto.INT64}
END: Final = 2**63 - 1  # as the end of a slice: the end of the axis
ROUNDED: Final = {"MatMul": ((1,), 0, 64), "LSTM": ((1, 2), 2, 64), "Gather": ((0,), None, 127)}
"""By operator: the inputs that become integers, the axis along which they share a scale, the integer of the largest."""


def float_graph(model: AbstractLanguageModel) -> bytes:
    """The float32 graph of a network, as the bytes of a file."""
    state, new_state = _state_values(model, "state"), _state_values(model, "new_state")
    shape = ("time", "batch", model.config.vocabulary)
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, shape[:2])
    log_probabilities = helper.make_tensor_value_info("log_probabilities", TensorProto.FLOAT, shape)
    inputs, outputs = [ids, *state], [log_probabilities, *new_state]
    writer = _GraphWriter()
    before = [tensor.name for tensor in state]
    match model:
        case AbstractWindowModel():
            text = writer.node("Concat", *before, ids.name, axis=0)
            logits, keep = _read_window(writer, model, text), model.context - 1
            after = [writer.cut(text, -keep if keep else END)]
        case AbstractRecurrent():
            logits, after = _run_recurrent(writer, model, ids.name, before)
        case _:
            raise TypeError(model.architecture)
    answers = [writer.node("LogSoftmax", logits, axis=-1), *after]
    for answer, output in zip(answers, outputs, strict=True):
        writer.publish(answer, output.name)
    graph = helper.make_graph(writer.nodes, model.architecture, inputs, outputs, writer.weights)
    metadata = {"architecture": model.architecture, "format_version": FORMAT_VERSION}
    return _packed(graph, metadata, [helper.make_opsetid("", OPSET)])


def quantized_graph(graph: bytes) -> bytes:
    """The graph with its matrices in small integers: a quarter of the size, two to three times as fast.

    The integers have 7 bits: sums of 8-bit products may overflow on processors without VNNI (ONNX Runtime's manual,
    "Quantize ONNX models"). A scale for each column makes up for the eighth bit. The weights are rounded at random, by
    a fixed seed (Gupta and others 2015, "Deep Learning with Limited Numerical Precision"): the base's weights are such
    integers, and rounding to the nearest one would undo a short training.
    """
    quantization = load_onnxruntime("onnxruntime.quantization")
    model = onnx.load_from_string(graph)
    _add_noise(model.graph, np.random.default_rng(0))
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    # The quantiser warns if this mark is missing, although it infers all shapes itself.
    helper.set_model_props(model, metadata | {"onnx.quant.pre_process": "onnxruntime.quant"})
    with tempfile.TemporaryDirectory() as folder, _nothing_left_behind():
        file = Path(folder) / "model.onnx"
        kind, options = quantization.QuantType.QInt8, {"EnableSubgraph": True}
        quantization.quantize_dynamic(
            model, file, per_channel=True, reduce_range=True, weight_type=kind, extra_options=options
        )
        quantized = onnx.load(file)
    return _packed(quantized.graph, metadata, quantized.opset_import)


def _add_noise(graph: onnx.GraphProto, draw: np.random.Generator) -> None:
    """Move each weight that becomes an integer by at most half the distance of two: it is rounded at random."""
    weights = {weight.name: weight for weight in graph.initializer}
    for node in graph.node:
        for attribute in node.attribute:
            _add_noise(attribute.g, draw)  # the body of a Scan
        inputs, axis, largest = ROUNDED.get(node.op_type, ((), None, 1))
        for weight in [weights[node.input[at]] for at in inputs if node.input[at] in weights]:
            numbers = numpy_helper.to_array(weight)
            distance = np.abs(numbers).max(axis=axis, keepdims=True) / largest
            moved = numbers + distance * draw.uniform(-0.5, 0.5, numbers.shape)
            weight.CopyFrom(numpy_helper.from_array(moved.astype(np.float32), weight.name))


def _packed(
    graph: onnx.GraphProto, metadata: dict[str, str], opsets: Sequence[onnx.OperatorSetIdProto]
) -> bytes:
    model = helper.make_model(graph, producer_name="foreword", ir_version=IR_VERSION, opset_imports=opsets)
    helper.set_model_props(model, metadata)
    file: bytes = model.SerializeToString()
    return file


def _state_values(model: AbstractLanguageModel, name: str) -> list[ValueInfoProto]:
    """The state's tensors as inputs or outputs; the batch on axis 1 has any size."""
    return [
        helper.make_tensor_value_info(
            f"{name}.{place}", KINDS[tensor.dtype], (len(tensor), "batch", *tensor.shape[2:])
        )
        for place, tensor in enumerate(model.initial_state(1))
    ]


@contextmanager
def _nothing_left_behind() -> Iterator[None]:
    """Prevent two side effects of quantisation.

    ONNX Runtime's calls of `logging.info` would set up logging in a process that has none. onnx names a temporary file
    with `uuid1`, which opens a socket to read the address of the network card. `uuid4` replaces it here.
    """
    root, silent, names = logging.getLogger(), logging.NullHandler(), vars(external_data_helper)
    root.addHandler(silent)
    kept, names["uuid"] = names.get("uuid"), SimpleNamespace(uuid1=uuid.uuid4)
    try:
        yield
    finally:
        root.removeHandler(silent)
        names["uuid"] = kept


@final
class _GraphWriter:
    """A graph, or the body of a Scan, whose `prefix` keeps its names unlike those of the graph around it."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def nodes_of(self, operator: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """Add a node with several outputs and return their names."""
        name = f"{self.prefix}{operator}.{len(self.nodes)}"
        names = [f"{name}.{place}" for place in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, name=name, **attributes))
        return names

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return its name."""
        return self.nodes_of(operator, *inputs, outputs=1, **attributes)[0]

    def publish(self, value: str, name: str) -> None:
        """Make a value an output of the graph under this `name`."""
        self.nodes.append(helper.make_node("Identity", [value], [name], name=name))

    def constant(self, numbers: Shaped[np.ndarray, "..."]) -> str:
        """Store numbers in the graph and return their name."""
        name = f"{self.prefix}constant.{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def integers(self, *values: int) -> str:
        """Store a short list of whole numbers, such as axes."""
        return self.constant(np.array(values, np.int64))

    def product(self, values: str, matrix: Float[np.ndarray, "outputs inputs"]) -> str:
        """`values @ matrix.T`; the graph stores the matrix transposed."""
        return self.node("MatMul", values, self.constant(matrix.T))

    def add(self, values: str, numbers: Float[np.ndarray, " size"]) -> str:
        """`values + numbers`, such as a bias."""
        return self.node("Add", values, self.constant(numbers))

    def dense(self, values: str, layer: nn.Module) -> str:
        """A dense layer with its bias."""
        weight, bias = layer.parameters()
        return self.add(self.product(values, _array(weight)), _array(bias))

    def look_up(self, ids: str, table: nn.Embedding) -> str:
        """The embeddings of ids."""
        return self.node("Gather", self.constant(_array(table.weight)), ids)

    def cut(self, values: str, start: int, end: int = END) -> str:
        """`values[start:end]` along the first axis."""
        return self.node("Slice", values, self.integers(start), self.integers(end))

    def split(self, values: str, *sizes: int, axis: int) -> list[str]:
        """Cut `values` along an axis into parts of these sizes."""
        return self.nodes_of("Split", values, self.integers(*sizes), outputs=len(sizes), axis=axis)

    def shifted(self, values: str, width: int, dilation: int = 1) -> list[str]:
        """`width` parts of `values` with equal lengths; each starts `dilation` steps after the one before."""
        last = (width - 1) * dilation
        earlier = [self.cut(values, start, start - last) for start in range(0, last, dilation)]
        return [*earlier, self.cut(values, last)]


def _array(weight: Tensor) -> Float[np.ndarray, "..."]:
    numbers: np.ndarray = weight.detach().float().cpu().numpy()
    return numbers


def _read_window(graph: _GraphWriter, model: AbstractWindowModel, text: str) -> str:
    """The logits. `text` holds the ids in the state, then the new ids: `(length, batch)`."""
    match model:
        case Unrolled():
            heard = graph.node("Relu", graph.dense(graph.look_up(text, model.embed), model.hear))
            hidden, *others = graph.shifted(heard, model.context)
            for other in others:
                hidden = graph.node("Add", graph.node("Relu", graph.dense(hidden, model.carry)), other)
            return graph.dense(hidden, model.predict)
        case Window():
            embedded = graph.look_up(text, model.embed)
            windows = graph.node("Concat", *graph.shifted(embedded, model.context), axis=-1)
            return graph.dense(graph.node("Tanh", graph.dense(windows, model.hide)), model.predict)
        case Convolution():
            values, kernel = graph.dense(graph.look_up(text, model.embed), model.widen), model.config.kernel
            for layer, convolve in enumerate(model.convolve):
                heard = graph.node("Concat", *graph.shifted(values, kernel, 2**layer), axis=-1)
                added = graph.node("Relu", graph.dense(heard, convolve))
                values = graph.node("Add", graph.cut(values, (kernel - 1) * 2**layer), added)
            return graph.dense(values, model.predict)
    raise TypeError(model.architecture)


def _run_recurrent(
    graph: _GraphWriter, model: AbstractRecurrent, ids: str, state: Sequence[str]
) -> tuple[str, list[str]]:
    """The logits, and the state `(layers, batch, hidden)` after the last id."""
    values, head = graph.look_up(ids, model.embed), model.output
    ones = [1] * model.config.layers
    before = zip(*(graph.split(tensor, *ones, axis=0) for tensor in state), strict=True)
    reached = []
    for number, carried in enumerate(before):
        weights = [_array(weight) for weight in model.layer_weights(number)]
        run = _run_lstm if model.cells.mode == "LSTM" else _scan
        values, *after = run(graph, model.cells.mode, weights, values, carried)
        reached.append(after)
        norm = model.norms[number]
        if isinstance(norm, nn.LayerNorm):
            scale, shift = graph.constant(_array(norm.weight)), graph.constant(_array(norm.bias))
            values = graph.node("LayerNormalization", values, scale, shift, axis=-1, epsilon=norm.eps)
    stacked = [graph.node("Concat", *tensors, axis=0) for tensors in zip(*reached, strict=True)]
    if isinstance(head.project, nn.Linear):
        values = graph.product(values, _array(head.project.weight))
    matrix = model.embed.weight if head.weight is None else head.weight
    return graph.add(graph.product(values, _array(matrix)), _array(head.bias)), stacked


def _run_lstm(
    graph: _GraphWriter, _mode: str, weights: Sequence[np.ndarray], values: str, carried: Sequence[str]
) -> list[str]:
    """An LSTM layer as ONNX's own operator, which dynamic quantisation supports: hidden numbers, then the state.

    The operator's weights and output have an axis for directions. Its gates are input, output, forget, cell; PyTorch's
    are input, forget, cell, output.
    """

    def gates(stacked: np.ndarray) -> np.ndarray:
        into, forget, cell, out = np.split(stacked, 4)
        return np.concatenate([into, out, forget, cell])

    read, carry, bias, carry_bias = (gates(weight) for weight in weights)
    constants = [graph.constant(each[None]) for each in (read, carry, np.concatenate([bias, carry_bias]))]
    lengths = ""  # omitted: all texts are as long as the block
    hidden, *reached = graph.nodes_of(
        "LSTM", values, *constants, lengths, *carried, outputs=3, hidden_size=carry.shape[1]
    )
    return [graph.node("Squeeze", hidden, graph.integers(1)), *reached]


def _scan(
    graph: _GraphWriter, mode: str, weights: Sequence[np.ndarray], values: str, carried: Sequence[str]
) -> list[str]:
    """A GRU or vanilla RNN layer: hidden numbers, then the state.

    Dynamic quantisation does not support ONNX's operators for these, so matrix products replace them. One product
    reads the inputs of all steps at once. A Scan multiplies the state step by step.
    """
    read, carry, bias, carry_bias = weights
    size = carry.shape[1]
    once = bias + carry_bias
    if mode == "GRU":  # the reset gate scales the last third of the state's bias
        once[2 * size :] = bias[2 * size :]
    heard = graph.add(graph.product(values, read), once)
    step = _GraphWriter(prefix=f"layer.{len(graph.nodes)}.")
    before, now, after, kept = (step.prefix + name for name in ("before", "now", "after", "kept"))
    remembered = step.product(before, carry)
    if mode == "GRU":
        reached = _gru_step(step, before, now, remembered, carry_bias[2 * size :])
    else:
        reached = step.node({"RNN_TANH": "Tanh", "RNN_RELU": "Relu"}[mode], step.node("Add", now, remembered))
    step.publish(reached, after)  # carried on to the next step
    step.publish(reached, kept)  # collected
    inputs = [_body_value(before, size), _body_value(now, len(read))]
    outputs = [_body_value(after, size), _body_value(kept, size)]
    body = helper.make_graph(step.nodes, step.prefix + "step", inputs, outputs, step.weights)
    first = graph.node("Squeeze", *carried, graph.integers(0))
    last, hidden = graph.nodes_of("Scan", first, heard, outputs=2, body=body, num_scan_inputs=1)
    return [hidden, graph.node("Unsqueeze", last, graph.integers(0))]


def _gru_step(
    step: _GraphWriter, before: str, now: str, remembered: str, new_bias: Float[np.ndarray, " hidden"]
) -> str:
    """One step of a GRU: `reset` applies after the product, and `after = new + update * (before - new)`."""
    size = len(new_bias)
    now_gates, now_new = step.split(now, 2 * size, size, axis=-1)
    before_gates, before_new = step.split(remembered, 2 * size, size, axis=-1)
    gates = step.node("Sigmoid", step.node("Add", now_gates, before_gates))
    reset, update = step.split(gates, size, size, axis=-1)
    past = step.node("Mul", reset, step.add(before_new, new_bias))
    new = step.node("Tanh", step.node("Add", now_new, past))
    return step.node("Add", new, step.node("Mul", update, step.node("Sub", before, new)))


def _body_value(name: str, size: int) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ("batch", size))
