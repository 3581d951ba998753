"""The ONNX graphs compute the same as the PyTorch networks."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from jaxtyping import Float, Int64

from architectures import ALL, VOCABULARY, loud
from foreword.libraries import load_onnxruntime
from foreword.models.language_model import AbstractLanguageModel
from foreword.training.onnx import _add_noise, float_graph, quantized_graph

onnxruntime: Any = load_onnxruntime()
Arrays = list[np.ndarray]
TEXT = np.random.default_rng(4).integers(0, VOCABULARY, (1000, 1))


@pytest.fixture(params=ALL)
def row(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@cache
def exact(row: str) -> bytes:
    return float_graph(loud(row))


@cache
def small(row: str) -> bytes:
    return quantized_graph(exact(row))


def session(graph: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def run(graph: Any, ids: Int64[np.ndarray, "time batch"], state: Arrays) -> Arrays:
    names = [tensor.name for tensor in graph.get_inputs()]
    outputs: Arrays = graph.run(None, dict(zip(names, [ids, *state], strict=True)))
    return outputs


def initial_state(model: AbstractLanguageModel, batch: int) -> Arrays:
    return [tensor.numpy() for tensor in model.initial_state(batch)]


@torch.no_grad()
def run_pytorch(model: AbstractLanguageModel, ids: Int64[np.ndarray, "time batch"]) -> Arrays:
    logits, state = model(torch.from_numpy(ids), model.initial_state(ids.shape[1]))
    return [torch.log_softmax(logits, dim=-1).numpy(), *(tensor.numpy() for tensor in state)]


def steps(
    graph: Any, ids: Int64[np.ndarray, "time batch"], state: Arrays
) -> Iterator[Float[np.ndarray, "1 batch vocab"]]:
    """The log-probabilities token by token, carrying the state."""
    for row in ids[:, None]:
        log_probabilities, *state = run(graph, row, state)
        yield log_probabilities


def test_the_graph_gives_pytorchs_log_probabilities_for_blocks_and_single_tokens(row: str) -> None:
    model, graph = loud(row), session(exact(row))
    expected, *_ = run_pytorch(model, TEXT)
    stepwise = np.concatenate(list(steps(graph, TEXT, initial_state(model, 1))))
    np.testing.assert_allclose(stepwise, expected, atol=1e-4, rtol=0)
    for ids in (TEXT, np.resize(TEXT, (1, 7)), np.resize(TEXT, (40, 5))):  # the state as well
        outputs = run(graph, ids, initial_state(model, ids.shape[1]))
        for ours, theirs in zip(outputs, run_pytorch(model, ids), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-4, rtol=0)


@pytest.mark.parametrize("file", [exact, small], ids=["float32", "quantised"])
def test_a_graph_has_named_parts_and_suits_onnx_runtime_1_20(row: str, file: Callable[[str], bytes]) -> None:
    """That version reads at most IR version 10 and opset 21."""
    graph, model, parsed = session(file(row)), loud(row), onnx.load_from_string(file(row))
    states = range(len(model.initial_state(1)))
    assert [tensor.name for tensor in graph.get_inputs()] == ["ids", *(f"state.{n}" for n in states)]
    outputs = [tensor.name for tensor in graph.get_outputs()]
    assert outputs == ["log_probabilities", *(f"new_state.{n}" for n in states)]
    facts = graph.get_modelmeta().custom_metadata_map
    assert facts == {"architecture": model.architecture, "format_version": "1"}
    assert parsed.ir_version <= 10
    assert all(opset.version <= 21 for opset in parsed.opset_import)
    onnx.checker.check_model(exact(row), full_check=True)


def operators(graph: onnx.GraphProto) -> Iterator[str]:
    for node in graph.node:
        yield node.op_type
        for attribute in node.attribute:
            yield from operators(attribute.g)


def test_the_quantised_graph_multiplies_integers_and_predicts_nearly_the_same(row: str) -> None:
    """The state advances token by token, as when somebody types."""
    used = set(operators(onnx.load_from_string(small(row)).graph))
    assert not used & {"MatMul", "LSTM"}
    assert {"MatMulInteger"} <= used
    ids, state = TEXT[:300], initial_state(loud(row), 1)
    files = exact(row), small(row)
    expected, quantised = (np.concatenate(list(steps(session(file), ids, state))) for file in files)
    lost_nats = (np.exp(expected) * (expected - quantised)).sum(axis=-1)  # Kullback-Leibler divergence
    assert 0 < lost_nats.mean() < 0.01


@pytest.mark.parametrize("name", ["window", "lstm"])
def test_matrices_are_signed_seven_bit_numbers_with_one_scale_per_column(name: str) -> None:
    """Eight bits overflow on processors without VNNI; one scale for all columns cost 0.0015 bits per character."""
    weights = onnx.load_from_string(small(name)).graph.initializer
    arrays = {weight.name: onnx.numpy_helper.to_array(weight) for weight in weights}
    quantized = [array for name, array in arrays.items() if name.endswith("_quantized")]
    matrices = [array for array in quantized if array.dtype == np.int8]  # the embedding is uint8
    scales = [array.size for name, array in arrays.items() if name.endswith("_scale") and array.ndim > 0]
    assert [int(np.abs(matrix).max()) for matrix in matrices] == [64] * len(matrices)
    assert sorted(scales) == sorted(matrix.shape[-1] for matrix in matrices)


def test_quantising_keeps_a_change_smaller_than_the_distance_of_two_integers() -> None:
    """The weights of the base are integers times a scale: rounded to the nearest, a short training of it was undone."""
    integers = np.random.default_rng(1).integers(-63, 64, (500, 40)).astype(np.float32)
    integers[0] = 64
    helper, float32 = onnx.helper, onnx.TensorProto.FLOAT
    weights = onnx.numpy_helper.from_array((integers + np.float32(0.2) * (integers < 64)) / 64, "weights")
    ends = [helper.make_tensor_value_info(name, float32, [1, size]) for name, size in (("x", 500), ("y", 40))]
    node = helper.make_node("MatMul", ["x", "weights"], ["y"])
    graph = helper.make_graph([node], "one product", ends[:1], ends[1:], [weights])
    opsets = [helper.make_opsetid("", 17)]
    file = helper.make_model(graph, ir_version=8, opset_imports=opsets).SerializeToString()
    ones = {"x": np.ones((1, 500), np.float32)}
    exact, quantised = (session(each).run(None, ones)[0] for each in (file, quantized_graph(file)))
    assert abs((quantised - exact).mean()) * 64 / 500 < 0.02  # rounded to the nearest, it was 0.2


def test_noise_also_moves_the_weights_of_each_step_of_a_gru() -> None:
    graph = onnx.load_from_string(exact("gru")).graph
    inside = [attribute.g for node in graph.node if node.op_type == "Scan" for attribute in node.attribute]
    before = [weight.raw_data for body in inside for weight in body.initializer]
    _add_noise(graph, np.random.default_rng(0))
    assert before != [weight.raw_data for body in inside for weight in body.initializer]


def test_quantising_leaves_no_file_logger_or_output_behind(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    quantized_graph(float_graph(loud("gru")))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    quantized_graph(float_graph(loud("gru")))
    assert list(tmp_path.iterdir()) == []
    assert logging.getLogger().handlers == []
    assert capfd.readouterr() == ("", "")
