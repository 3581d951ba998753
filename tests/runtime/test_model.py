"""A model folder brought to life, or a named error."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

import toys
from foreword import modelfolder
from foreword.errors import ModelMismatch, ModelTruncated
from foreword.modelfolder import names
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer

TOKENIZER = characters_tokenizer(dict.fromkeys("abc", 9))
GRAPH = toys.recurrent_graph(np.zeros(TOKENIZER.size, np.float32))


@pytest.fixture
def opened(tmp_path: Path) -> Model:
    return toys.babbler(tmp_path / "toy", TOKENIZER)


def test_the_small_network_types_and_the_exact_one_measures(opened: Model) -> None:
    other = toys.recurrent_graph(np.zeros(TOKENIZER.size, np.float32), seed=1)
    (opened.path / names.QUANTIZED).write_bytes(other)
    model = Model.open(opened.path)
    newline = np.array([[model.tokenizer.newline]])
    networks = opened.exact, model.exact, model.network
    rows = [network.step(newline, network.initial_state())[0] for network in networks]
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[1], rows[2])


def test_the_small_network_measures_where_it_is_the_only_one(opened: Model) -> None:
    (opened.path / names.GRAPH).rename(opened.path / names.QUANTIZED)
    assert Model.open(opened.path).exact.vocabulary == TOKENIZER.size


def test_a_damaged_graph_is_found_on_opening_and_named(opened: Model) -> None:
    (opened.path / names.GRAPH).write_bytes(GRAPH[:700])
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
    graph = onnx.load_from_string(GRAPH)
    onnx.helper.set_model_props(graph, metadata)
    (opened.path / names.QUANTIZED).write_bytes(graph.SerializeToString())
    words = (
        f"the quantised graph of .* is of the architecture {metadata.get('architecture')}, and .* says rnn"
    )
    with pytest.raises(ModelMismatch, match=words):
        Model.open(opened.path)
