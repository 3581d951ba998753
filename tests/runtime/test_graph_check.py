"""Model folders made to do harm: each is refused for its reason, before it costs time or memory."""

import contextlib
import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import toys
from architectures import ALL, small
from foreword.errors import ModelError, ModelForeign
from foreword.runtime.graph_check import GraphRefusedError, check
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer
from foreword.training.onnx import float_graph, quantized_graph

SECONDS = 20
"""For a machine that does ten other things; otherwise 2 s are enough.

The system's share is not counted: at some depths of the stack, Python 3.11 maps memory for each call, which takes 20 s.
"""

TOKENIZER = characters_tokenizer("abc ")
GRAPH = toys.recurrent_graph(np.zeros(TOKENIZER.size, np.float32))

Change = Callable[[onnx.ModelProto], object]


def with_nodes(*nodes: onnx.NodeProto, **weights: np.ndarray) -> Change:
    """Add unused nodes before the others."""

    def change(model: onnx.ModelProto) -> None:
        model.graph.initializer.extend(numpy_helper.from_array(each, name) for name, each in weights.items())
        kept = list(model.graph.node)
        del model.graph.node[:]
        model.graph.node.extend([*nodes, *kept])

    return change


def chain(operator: str, times: int, *given: str, **attributes: Any) -> Change:
    """Repeat an operation on its last result, which "" in `given` stands for."""
    names = pairwise(["bias", *(f"{operator}.{at}" for at in range(times))])
    inputs = [([each or before for each in given], after) for before, after in names]
    nodes = [helper.make_node(operator, each, [after], **attributes) for each, after in inputs]
    return with_nodes(*nodes, zero=np.zeros(1, np.int64))


def body(*nodes: onnx.NodeProto) -> onnx.GraphProto:
    """The graph that a node runs."""
    value = helper.make_tensor_value_info("inner", TensorProto.FLOAT, [])
    return helper.make_graph(list(nodes), "body", [value], [value])


def elsewhere(model: onnx.ModelProto) -> None:
    """Take the numbers of a tensor from another file."""
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../../etc/passwd")


def claimed(*shape: int) -> Change:
    """Declare another shape for a tensor."""
    return lambda model: model.graph.initializer[0].dims.__setitem__(slice(None), shape)


def op(operator: str, *given: str, **attributes: Any) -> onnx.NodeProto:
    """A node that gives x."""
    return helper.make_node(operator, given, ["x"], **attributes)


def scanning(length: int, node: onnx.NodeProto) -> Change:
    """A Scan over many steps."""
    scan = helper.make_node("Scan", ["x", "long"], ["y", "z"], body=body(node), num_scan_inputs=1)
    return with_nodes(scan, x=np.zeros(1, np.float32), long=np.zeros(length, np.float32))


MANY, ONE = np.array(2**40), np.full(1, 2**40)
WIDE, TALL, PLACES = (
    np.zeros((1, 2**15), np.float32),
    np.zeros((2**15, 1), np.float32),
    np.zeros(2**13, np.int64),
)
LOOP = helper.make_node("Loop", ["", ""], [], body=body())
GRAPHS: dict[str, Change] = {
    "a loop": with_nodes(LOOP),
    "a branch": with_nodes(op("If", "bias", then_branch=body(), else_branch=body())),
    "a loop in a Scan": scanning(1, LOOP),
    "a Scan in a Scan": scanning(1, op("Scan", "inner", body=body(), num_scan_inputs=1)),
    "a long Scan": scanning(2**20, op("Tanh", "inner")),
    "an operator of somebody's own": with_nodes(op("Run", "bias", domain="evil")),
    "a function": lambda model: model.functions.add(name="f", domain="evil"),
    "a training": lambda model: model.training_info.add(),
    "numbers in another file": elsewhere,
    "a name of another file": lambda model: model.graph.initializer[0].external_data.add(key="location"),
    "a sparse tensor": lambda model: model.graph.sparse_initializer.add(),
    "a tensor of texts": lambda model: setattr(model.graph.initializer[0], "data_type", TensorProto.STRING),
    "a tensor larger than the file": claimed(2**40),
    "a tensor of a negative size": claimed(-1, -(2**40)),
    "a large fill": with_nodes(op("ConstantOfShape", "n"), n=ONE),
    "a large range": with_nodes(op("Range", "n", "n", "n"), n=MANY),
    "a large tile": with_nodes(op("Tile", "bias", "n"), n=ONE),
    "a large expansion": with_nodes(op("Expand", "bias", "n"), n=ONE),
    "a large sum": with_nodes(op("Add", "w", "t"), w=WIDE, t=TALL),
    "a large product": with_nodes(op("MatMul", "t", "w"), w=WIDE, t=TALL),
    "a product of what was worked out": with_nodes(op("MatMul", "ids", "ids")),
    "a large look-up": with_nodes(op("Gather", "w", "i"), w=WIDE[:, : 2**13], i=PLACES),
    "doubled fifty times": chain("Concat", 50, "", "", axis=0),
    "a thousand axes": chain("Unsqueeze", 1000, "", "zero"),
    "a large state": with_nodes(op("LSTM", "each", "W", "R", hidden_size=2**40)),
    "a value given twice": with_nodes(helper.make_node("Identity", ["W"], ["bias"])),
    "a value from nowhere": with_nodes(op("Identity", "nothing")),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A valid model that the test will change."""
    return toys.model(tmp_path / "model", TOKENIZER, GRAPH).path


def refused(folder: Path) -> ModelError:
    """The error that refuses the model: one short line, raised at little cost."""
    began = os.times().user
    with pytest.raises(ModelError) as found:
        Model.open(folder)
    assert os.times().user - began < SECONDS
    assert "\n" not in str(found.value)
    assert len(str(found.value)) < 1000
    return found.value


@pytest.mark.parametrize(
    "change",
    [
        *(pytest.param(change, id=name) for name, change in GRAPHS.items()),
        pytest.param(chain("Tanh", 20_000, ""), id="twenty thousand nodes", marks=pytest.mark.slow),
    ],
)
def test_a_graph_that_foreword_cannot_have_written_is_refused(folder: Path, change: Change) -> None:
    model = onnx.load_from_string(GRAPH)
    change(model)
    file = model.SerializeToString()
    with pytest.raises((GraphRefusedError, ValueError)):  # before ONNX Runtime, which refuses some itself
        check(file)
    (folder / "onnx/model.onnx").write_bytes(file)
    refused(folder)


@pytest.mark.parametrize("row", ALL)
def test_every_graph_of_foreword_passes_the_check(row: str) -> None:
    graph = float_graph(small(row))
    check(graph)
    check(quantized_graph(graph))


def test_a_randomly_damaged_graph_is_read_or_refused(folder: Path) -> None:
    """No other kind of error occurs."""
    draw = np.random.default_rng(1)
    for _ in range(150):
        data = bytearray(GRAPH[: int(draw.integers(1, len(GRAPH)))] if draw.random() < 0.2 else GRAPH)
        data[int(draw.integers(len(data)))] = int(draw.integers(256))
        (folder / "onnx/model.onnx").write_bytes(data)
        with contextlib.suppress(ModelError):
            Model.open(folder)


@pytest.mark.parametrize("token", ["\x1b[31m", "\x1b", "\x9b", "\a", "\r", "\x7f"])
def test_a_token_with_a_control_character_is_refused(folder: Path, token: str) -> None:
    path = folder / "tokenizer.json"
    path.write_text(path.read_text("utf-8").replace('"a": ', f"{json.dumps(token)}: "), "utf-8")
    assert isinstance(refused(folder), ModelForeign)
