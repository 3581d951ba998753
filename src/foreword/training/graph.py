"""A trained network as an ONNX graph: what a model folder types with, without PyTorch.

    ids (time, batch), state.0, …  →  log_probabilities (time, batch, vocabulary), new_state.0, …

Any time of at least 1, any batch. The float32 graph is written node by node, for a traced export freezes the time
axis; the quantised one is derived from it.
"""

import logging
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import onnx
import torch
from onnx import TensorProto, ValueInfoProto, external_data_helper, helper

from foreword.libraries import load_onnxruntime
from foreword.models.language_model import AbstractLanguageModel, AbstractWindowModel
from foreword.models.recurrent import AbstractRecurrent
from foreword.training import graph_recurrent, graph_windows
from foreword.training.graph_writer import END, GraphWriter

FORMAT_VERSION = "1"
OPSET = 17  # with IR version 8: ONNX 1.12, which has all operators used here and which ONNX Runtime 1.20 to 1.32 read
IR_VERSION = 8
KINDS = {torch.float32: TensorProto.FLOAT, torch.int64: TensorProto.INT64}
# The quantiser warns where this mark is missing, although it works out all shapes itself.
PREPARED = {"onnx.quant.pre_process": "onnxruntime.quant"}


def float_graph(model: AbstractLanguageModel) -> bytes:
    """The float32 graph of a network, as the bytes of a file.

    Its metadata holds `architecture` and `format_version`.
    """
    state, new_state = state_values(model, "state"), state_values(model, "new_state")
    ids = value("ids", TensorProto.INT64, "time", "batch")
    log_probabilities = value(
        "log_probabilities", TensorProto.FLOAT, "time", "batch", model.config.vocabulary
    )
    inputs, outputs = [ids, *state], [log_probabilities, *new_state]
    writer = GraphWriter()
    answers = step(writer, model, ids.name, tuple(tensor.name for tensor in state))
    for answer, output in zip(answers, outputs, strict=True):
        writer.publish(answer, output.name)
    graph = helper.make_graph(writer.nodes, model.architecture, inputs, outputs, writer.weights)
    metadata = {"architecture": model.architecture, "format_version": FORMAT_VERSION}
    return packed(graph, metadata, [helper.make_opsetid("", OPSET)])


def step(
    graph: GraphWriter, model: AbstractLanguageModel, ids: str, state: tuple[str, ...]
) -> tuple[str, ...]:
    """The log-probabilities and the new state, by name."""
    match model:
        case AbstractWindowModel():
            text = graph.node("Concat", *state, ids, axis=0)
            logits = graph_windows.read(graph, model, text)
            keep = model.context - 1
            new_state: tuple[str, ...] = (graph.cut(text, -keep if keep else END),)
        case AbstractRecurrent():
            logits, new_state = graph_recurrent.run(graph, model, ids, state)
        case _:
            raise TypeError(f"no graph is known for {model.architecture}")
    return graph.node("LogSoftmax", logits, axis=-1), *new_state


def quantized_graph(graph: bytes) -> bytes:
    """The graph with its matrices in small integers: a quarter of the size, two to three times as fast.

    Seven bits, for sums of products of eight may overflow on processors without VNNI (ONNX Runtime's manual, "Quantize
    ONNX models"); and a scale for each column, which makes up for the eighth.
    """
    quantization = load_onnxruntime("onnxruntime.quantization")
    model = onnx.load_from_string(graph)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    helper.set_model_props(model, metadata | PREPARED)
    with tempfile.TemporaryDirectory() as folder, root_logger_kept(), no_socket():
        file = Path(folder) / "model.onnx"
        quantization.quantize_dynamic(
            model,
            file,
            per_channel=True,
            reduce_range=True,
            weight_type=quantization.QuantType.QInt8,
            extra_options={"EnableSubgraph": True},
        )
        quantized = onnx.load(file)
    return packed(quantized.graph, metadata, quantized.opset_import)


def packed(
    graph: onnx.GraphProto, metadata: dict[str, str], opsets: Sequence[onnx.OperatorSetIdProto]
) -> bytes:
    """The bytes of a model file."""
    model = helper.make_model(graph, producer_name="foreword", ir_version=IR_VERSION, opset_imports=opsets)
    helper.set_model_props(model, metadata)
    file: bytes = model.SerializeToString()
    return file


def value(name: str, kind: int, *shape: int | str) -> ValueInfoProto:
    """An input or output of the graph; a word in its shape is a size that may vary."""
    return helper.make_tensor_value_info(name, kind, shape)


def state_values(model: AbstractLanguageModel, name: str) -> list[ValueInfoProto]:
    """The state's tensors as inputs or outputs, the batch on axis 1 left open."""
    return [
        value(f"{name}.{place}", KINDS[tensor.dtype], len(tensor), "batch", *tensor.shape[2:])
        for place, tensor in enumerate(model.initial_state(1))
    ]


@contextmanager
def root_logger_kept() -> Iterator[None]:
    """Let ONNX Runtime log without setting up logging, which its calls of `logging.info` do to a bare process."""
    root, silent = logging.getLogger(), logging.NullHandler()
    root.addHandler(silent)
    try:
        yield
    finally:
        root.removeHandler(silent)


@contextmanager
def no_socket() -> Iterator[None]:
    """Let onnx draw the name of a temporary file: `uuid1` opens a socket to read the address of the network card."""
    names = vars(external_data_helper)
    kept, names["uuid"] = names.get("uuid"), SimpleNamespace(uuid1=uuid.uuid4)
    try:
        yield
    finally:
        names["uuid"] = kept
