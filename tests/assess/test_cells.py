"""Cells and gates along a text satisfy the equations of each architecture."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

import toys
from architectures import loud
from foreword.assess.cells import FEATURES, FeatureReader, Unit, Walk, check_has_units, detectors, gates, walk
from foreword.errors import OptionError, SourceEmpty
from foreword.models.catalogue import weights_of
from foreword.runtime.model import Model
from foreword.runtime.network import Network
from foreword.text.tokenizer import characters_tokenizer
from foreword.training.onnx import float_graph

TEXT = "a cab, a bac (cab) abc\n" * 3
LAYERS, HIDDEN = 2, 24


@pytest.fixture(params=["lstm, normalised", "gru, normalised", "rnn, normalised", "window"])
def model(request: pytest.FixtureRequest) -> Model:
    """The parts of a model that these tests use, with a network of each kind."""
    tokenizer = characters_tokenizer("abc ,()")
    network = loud(request.param, vocabulary=tokenizer.size, newline=tokenizer.newline)
    weights = {name: weight.numpy() for name, weight in weights_of(network).items()}
    found = SimpleNamespace(
        path=Path("toy"),
        tokenizer=tokenizer,
        config=SimpleNamespace(architecture=request.param.partition(",")[0]),
        folder=SimpleNamespace(weights=lambda: weights),
        network=Network(float_graph(network), newline=tokenizer.newline, vocabulary=tokenizer.size),
    )
    return cast("Model", found)


def candidate(model: Model, along: Walk, unit: Unit, *, reset: np.ndarray | float = 1.0) -> np.ndarray:
    """The new value of a cell if its gates let only new input through."""
    weights: Mapping[str, np.ndarray] = model.folder.weights()
    layer, row = unit.layer, 2 * HIDDEN + unit.number
    below = weights["embed.weight"][along.ids]
    if layer:
        hidden = along.values(0, layer - 1)
        spread = np.sqrt(hidden.var(axis=1, keepdims=True) + 1e-5)
        scaled = (hidden - hidden.mean(axis=1, keepdims=True)) / spread
        below = scaled * weights[f"norms.{layer - 1}.weight"] + weights[f"norms.{layer - 1}.bias"]
    first = along.before[0][layer, 0]
    carried = np.vstack([first, along.values(0, layer)[:-1]])
    read = below @ weights[f"cells.weight_ih_l{layer}"][row] + weights[f"cells.bias_ih_l{layer}"][row]
    past = carried @ weights[f"cells.weight_hh_l{layer}"][row] + weights[f"cells.bias_hh_l{layer}"][row]
    return cast("np.ndarray", np.tanh(read + reset * past))


@pytest.mark.parametrize("layer", range(LAYERS))
def test_the_gates_explain_every_step_of_the_state(model: Model, layer: int) -> None:
    """A gate of another row, layer or step would break the equation of its architecture."""
    if model.config.architecture == "window":
        with pytest.raises(OptionError, match="keeps only its last tokens"):
            check_has_units(model)
        return
    check_has_units(model)
    along, number = walk(model, TEXT), 3
    if model.config.architecture == "rnn":
        assert gates(model, along, Unit(0, layer, number)) == {}
        return
    hidden = along.line(Unit(0, layer, number))
    opened = gates(model, along, Unit(0, layer, number))
    if model.config.architecture == "lstm":
        cell = along.line(Unit(1, layer, number))
        new = candidate(model, along, Unit(1, layer, number))
        before = np.append(along.before[1][layer, 0, number], cell[:-1])
        np.testing.assert_allclose(hidden, opened["output gate"] * np.tanh(cell), atol=1e-4)
        expected = opened["forget gate"] * before + opened["input gate"] * new
        np.testing.assert_allclose(cell, expected, atol=1e-4)
    else:
        new = candidate(model, along, Unit(0, layer, number), reset=opened["reset gate"])
        before = np.append(along.before[0][layer, 0, number], hidden[:-1])
        kept = opened["update gate"]
        np.testing.assert_allclose(hidden, (1 - kept) * new + kept * before, atol=1e-4)


def test_unit_names_are_parsed_and_unknown_units_are_refused(tmp_path: Path) -> None:
    assert str(Unit.named("c1.204")) == "c1.204"
    assert Unit.named("h0.17") == Unit(0, 0, 17)
    for name in ("x0.1", "c1", "c1.1.1", "c-1.0"):
        with pytest.raises(OptionError, match=r"a unit is named like h0\.17"):
            Unit.named(name)
    along = walk(toys.writer(tmp_path / "toy"), "abc")
    for name in ("c0.0", "h1.0", "h0.6"):
        with pytest.raises(OptionError, match=r"there are h0\.0 to h0\.5"):
            along.line(Unit.named(name))


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ('he said "no', (1, 0, 11, 2)),
        ('he said "no" and', (0, 0, 16, 3)),
        ("“no” b", (0, 0, 6, 1)),
        ("„nein“ b", (0, 0, 8, 1)),
        ("f(a[0]) ]", (0, 0, 9, 0)),
        ("a long line\nb2", (0, 0, 2, 2)),
        ('open "(\nstill', (1, 1, 5, 5)),
        ('open "(\n\nclosed', (0, 0, 6, 6)),
        ('open "' + 500 * "x", (0, 0, 506, 500)),
    ],
)
def test_the_reader_computes_the_features_of_a_text(text: str, features: tuple[float, ...]) -> None:
    reader = FeatureReader()
    for character in text:
        reader.feed(character)
    assert reader.features == features


class Planted:
    """Six units: number 4 is on inside quotes, number 1 is minus the place in the word, the others are noise."""

    def __init__(self, tokens: tuple[bytes, ...]) -> None:
        self.letters = [token.decode("utf-8", "replace") for token in tokens]
        self.readers: list[FeatureReader] = []
        self.draw = np.random.default_rng(0)

    def initial_state(self, batch: int = 1) -> tuple[np.ndarray, ...]:
        self.readers = [FeatureReader() for _ in range(batch)]
        return (np.zeros((2, batch, 3), np.float32),)

    def step(self, ids: np.ndarray, state: tuple[np.ndarray, ...]) -> tuple[None, tuple[np.ndarray, ...]]:
        values = self.draw.normal(size=state[0].shape).astype(np.float32)
        for at, token in enumerate(ids[0]):
            self.readers[at].feed(self.letters[token])
            quoted, _, _, word = self.readers[at].features
            values[1, at, 1] = quoted + 0.1 * values[1, at, 1]
            values[0, at, 1] = -word + 0.1 * values[0, at, 1]
        return None, (values,)


def test_only_the_planted_units_are_found_with_their_features() -> None:
    draw = np.random.default_rng(1)
    words = draw.choice(["cab", "a", "abacabac", "“ab abc” c"], 1_000)
    text = " ".join(words)
    tokenizer = characters_tokenizer("abc “”")
    model = SimpleNamespace(tokenizer=tokenizer, network=Planted(tokenizer.tokens))
    found = {each.follows: each for each in reversed(detectors(cast("Any", model), text))}  # the best of each
    assert set(found) == {"quotes", "place in word"}  # the text has no brackets and only one line
    assert set(found) < set(FEATURES)
    assert (str(found["quotes"].unit), str(found["place in word"].unit)) == ("h1.1", "h0.1")
    assert found["quotes"].correlation > 0.9
    assert found["place in word"].correlation < -0.9
    with pytest.raises(SourceEmpty, match="too short to find units"):
        detectors(cast("Any", model), text[:1_000])
