"""A network and its model folder: the state before and after a step, and every fault of a graph."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import onnx
import pytest

import toys
from foreword import modelfolder
from foreword.errors import ModelError, ModelMismatch, ModelTruncated
from foreword.modelfolder import names
from foreword.runtime.model import Model
from foreword.runtime.network import Network
from foreword.text.tokenizer import characters_tokenizer

VOCABULARY = 7
FLAT = np.zeros(VOCABULARY, dtype=np.float32)
GRAPH = toys.recurrent_graph(FLAT)


@pytest.fixture
def network() -> Network:
    return Network(GRAPH, newline=3, vocabulary=VOCABULARY)


def test_a_numeric_state_starts_with_zeros_and_an_id_state_with_newlines(network: Network) -> None:
    window = Network(toys.table_graph(np.full((4, 4), np.log(0.25), np.float32)), newline=3, vocabulary=4)
    assert network.initial_state(5)[0].tolist() == np.zeros((1, 5, 6)).tolist()
    assert window.initial_state(2)[0].tolist() == [[3, 3]]


@pytest.mark.parametrize(
    ("graph", "error", "words"),
    [
        (b"", ModelTruncated, r"^the graph of me is damaged \(.+\); get the model again$"),
        (GRAPH[:500], ModelTruncated, r"^the graph of me is damaged \(.+\); get the model again$"),
        (toys.recurrent_graph(FLAT * np.nan), ModelTruncated, "its probabilities do not sum to one"),
        (toys.table_graph(np.zeros((7, 7), np.float32)), ModelTruncated, "do not sum to one"),
        (toys.table_graph(np.zeros((3, 3), np.float32)), ModelMismatch, "it cannot read a newline"),
        (GRAPH.replace(b"ids", b"idz"), ModelMismatch, "it cannot read a newline"),
        (GRAPH.replace(b"state.0", b"state.1"), ModelMismatch, "it cannot read a newline"),
        (toys.recurrent_graph(np.zeros(9, np.float32)), ModelMismatch, "and the vocabulary has 7"),
    ],
)
def test_a_damaged_or_unsuitable_graph_is_a_named_error(
    graph: bytes, error: type[ModelError], words: str
) -> None:
    with pytest.raises(error, match=words):
        Network(graph, newline=3, vocabulary=VOCABULARY, where="the graph of me")


def test_a_graph_that_finds_no_memory_is_not_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Mock(side_effect=RuntimeError("Exception during initialization: std::bad_alloc"))
    monkeypatch.setattr("foreword.runtime.network.onnxruntime.InferenceSession", failed)
    with pytest.raises(MemoryError):
        Network(GRAPH, newline=3, vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((10**9, "batch", 10**6), "one token takes too many operations, numbers"),
        ((2**62, "batch", 2**62), "one token takes too many operations, numbers"),
        ((1, "batch", *(1,) * 70), "it cannot read a newline"),
        (("layers", "batch"), "it cannot read a newline"),
    ],
)
def test_an_impossible_state_is_refused_before_it_is_allocated(
    shape: tuple[int | str, ...], words: str
) -> None:
    nodes = [
        onnx.helper.make_node("Gather", ["table", "ids"], ["log_probabilities"]),
        onnx.helper.make_node("Identity", ["state.0"], ["new_state.0"]),
    ]
    graph = toys.packed(nodes, {"table": np.zeros((7, 7), np.float32)}, ("float32", shape), VOCABULARY)
    with pytest.raises(ModelError, match=words):
        Network(graph, newline=3, vocabulary=VOCABULARY)


LETTERS = characters_tokenizer("abc")


@pytest.fixture
def opened(tmp_path: Path) -> Model:
    return toys.babbler(tmp_path / "toy", LETTERS)


def test_typing_uses_the_quantised_network_and_measuring_the_exact_one(opened: Model) -> None:
    other = toys.recurrent_graph(np.zeros(LETTERS.size, np.float32), seed=1)
    (opened.path / names.QUANTIZED).write_bytes(other)
    model = Model.open(opened.path)
    newline = np.array([[model.tokenizer.newline]])
    networks = opened.exact, model.exact, model.network
    rows = [network.step(newline, network.initial_state())[0] for network in networks]
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[1], rows[2])


def test_a_quantised_network_alone_can_also_measure(opened: Model) -> None:
    (opened.path / names.GRAPH).rename(opened.path / names.QUANTIZED)
    assert Model.open(opened.path).exact.vocabulary == LETTERS.size


def test_a_tokenizer_or_graph_of_another_model_is_a_named_error(opened: Model) -> None:
    other = characters_tokenizer("abcd")
    folder = replace(modelfolder.read(opened.path), tokenizer_json=other.to_json())
    with pytest.raises(ModelMismatch, match=r"the vocabulary 261, and config.json says 260"):
        Model(folder)
    with pytest.raises(ModelTruncated, match=rf"^{opened.path}: tokenizer\.json is cut off"):
        Model(replace(folder, tokenizer_json=other.to_json()[:99]))
    (opened.path / names.QUANTIZED).write_bytes(GRAPH)
    with pytest.raises(
        ModelMismatch, match=r"the quantised graph of .* does not fit the model: it cannot read"
    ):
        Model.open(opened.path)
