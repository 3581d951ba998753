"""A network and its model folder: state in, state out, and every way in which a graph can be wrong."""

from dataclasses import replace
from pathlib import Path

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


def test_one_token_at_a_time_equals_the_whole_text(network: Network) -> None:
    ids = np.arange(18).reshape(9, 2) % VOCABULARY
    whole, last = network.step(ids, network.initial_state(2))
    state, rows = network.initial_state(2), []
    for row in ids:
        answer, state = network.step(row[None], state)
        rows.append(answer)
    np.testing.assert_allclose(np.concatenate(rows), whole, atol=1e-6)
    np.testing.assert_allclose(state[0], last[0], atol=1e-6)


def test_the_state_is_a_value_that_a_step_leaves_alone(network: Network) -> None:
    _, state = network.step(np.array([[1], [2]]), network.initial_state())
    first, second = (network.step(np.array([[4]]), state)[0] for _ in range(2))
    assert np.array_equal(first, second)


def test_a_state_of_numbers_begins_with_zeros_and_one_of_ids_with_newlines(network: Network) -> None:
    window = Network(toys.table_graph(np.full((4, 4), np.log(0.25), np.float32)), newline=3, vocabulary=4)
    assert network.initial_state(5)[0].tolist() == np.zeros((1, 5, 6)).tolist()
    assert window.initial_state(2)[0].tolist() == [[3, 3]]


@pytest.mark.parametrize("damage", [b"", b"no graph at all", GRAPH[:500]])
def test_damaged_bytes_are_named_truncated(damage: bytes) -> None:
    with pytest.raises(ModelTruncated, match=r"^the graph of me is damaged \(.+\); get the model again$"):
        Network(damage, newline=3, vocabulary=VOCABULARY, where="the graph of me")


@pytest.mark.parametrize(
    "graph",
    [toys.recurrent_graph(FLAT * np.nan), toys.table_graph(np.zeros((VOCABULARY, VOCABULARY), np.float32))],
)
def test_probabilities_that_are_none_are_found(graph: bytes) -> None:
    with pytest.raises(ModelTruncated, match="its probabilities do not sum to one"):
        Network(graph, newline=3, vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (GRAPH.replace(b"ids", b"idz"), "its inputs are idz, state.0 in place of"),
        (GRAPH.replace(b"state.0", b"state.1"), "its inputs are ids, state.1 in place"),
        (
            GRAPH.replace(b"new_state.0", b"new_state.9"),
            "its outputs are log_probabilities, new_state.9 in place",
        ),
        (toys.recurrent_graph(np.zeros(9, np.float32)), r"it answers \(1, 1, 9\), and the vocabulary has 7"),
    ],
)
def test_a_graph_that_does_not_fit_is_named_with_the_reason(graph: bytes, reason: str) -> None:
    with pytest.raises(ModelMismatch, match=f"does not fit the model: {reason}"):
        Network(graph, newline=3, vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((10**9, "batch", 10**6), "one token takes too many operations, numbers"),
        ((2**40, "batch"), "one token takes too many operations, numbers"),
        ((2**62, "batch", 2**62), "one token takes too many operations, numbers"),
        ((1,), r"its input state\.0 has the shape \[1\] and the kind"),
        ((1, "batch", *(1,) * 70), r"its input state\.0 has the shape \[1, 'batch', 1, 1"),
        (("layers", "batch"), r"its input state\.0 has the shape \['layers', 'batch'\] and the kind"),
    ],
)
def test_a_state_that_no_memory_holds_is_refused_unmade(shape: tuple[int | str, ...], words: str) -> None:
    nodes = [
        onnx.helper.make_node("Gather", ["table", "ids"], ["log_probabilities"]),
        onnx.helper.make_node("Identity", ["state.0"], ["new_state.0"]),
    ]
    graph = toys.packed(nodes, {"table": np.zeros((7, 7), np.float32)}, ("float32", shape), VOCABULARY)
    with pytest.raises(ModelError, match=words):
        Network(graph, newline=3, vocabulary=VOCABULARY)


def test_a_newline_outside_the_graph_is_found_at_once() -> None:
    with pytest.raises(ModelMismatch, match="it cannot read a newline"):
        Network(GRAPH, newline=VOCABULARY, vocabulary=VOCABULARY)


LETTERS = characters_tokenizer(dict.fromkeys("abc", 9))
SIZE = LETTERS.size
LETTERS_GRAPH = toys.recurrent_graph(np.zeros(SIZE, np.float32))


@pytest.fixture
def opened(tmp_path: Path) -> Model:
    return toys.babbler(tmp_path / "toy", LETTERS)


def test_the_small_network_types_and_the_exact_one_measures(opened: Model) -> None:
    other = toys.recurrent_graph(np.zeros(SIZE, np.float32), seed=1)
    (opened.path / names.QUANTIZED).write_bytes(other)
    model = Model.open(opened.path)
    newline = np.array([[model.tokenizer.newline]])
    networks = opened.exact, model.exact, model.network
    rows = [network.step(newline, network.initial_state())[0] for network in networks]
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[1], rows[2])


def test_the_small_network_measures_where_it_is_the_only_one(opened: Model) -> None:
    (opened.path / names.GRAPH).rename(opened.path / names.QUANTIZED)
    assert Model.open(opened.path).exact.vocabulary == SIZE


def test_a_damaged_graph_is_found_on_opening_and_named(opened: Model) -> None:
    (opened.path / names.GRAPH).write_bytes(LETTERS_GRAPH[:700])
    with pytest.raises(ModelTruncated, match=f"the graph of {opened.path} is damaged"):
        Model.open(opened.path)


def test_a_tokenizer_of_another_model_is_found(opened: Model) -> None:
    other = characters_tokenizer(dict.fromkeys("abcd", 9))
    folder = replace(modelfolder.read(opened.path), tokenizer_json=other.to_json())
    words = r"tokenizer.json has the vocabulary 261, and config.json says 260"
    with pytest.raises(ModelMismatch, match=words):
        Model(folder)


@pytest.mark.parametrize("metadata", [{"architecture": "gru"}, {}])
def test_a_graph_of_another_architecture_is_found(opened: Model, metadata: dict[str, str]) -> None:
    graph = onnx.load_from_string(LETTERS_GRAPH)
    onnx.helper.set_model_props(graph, metadata)
    (opened.path / names.QUANTIZED).write_bytes(graph.SerializeToString())
    words = (
        f"the quantised graph of .* is of the architecture {metadata.get('architecture')}, and .* says rnn"
    )
    with pytest.raises(ModelMismatch, match=words):
        Model.open(opened.path)
