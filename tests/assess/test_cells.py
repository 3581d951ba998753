"""The state along a text, and the units that follow a feature of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from architectures import loud
from foreword.assess.bits import text_ids
from foreword.assess.cells import (
    FEATURES,
    WATCHED,
    FeatureReader,
    Unit,
    check_has_units,
    detectors,
    varied,
    walk,
)
from foreword.errors import OptionError, SourceEmpty
from foreword.runtime.model import Model
from foreword.runtime.network import Network
from foreword.text.tokenizer import characters_tokenizer
from foreword.training.onnx import float_graph

TEXT = "a cab, a bac (cab) abc\n" * 25


def model_of(row: str) -> Model:
    """The parts of a model that these tests use, with the network of a row."""
    tokenizer = characters_tokenizer("abc ,()")
    network = loud(row, vocabulary=tokenizer.size, newline=tokenizer.newline)
    found = SimpleNamespace(
        path=Path("toy"),
        tokenizer=tokenizer,
        config=SimpleNamespace(architecture=row.partition(",")[0]),
        network=Network(float_graph(network), newline=tokenizer.newline, vocabulary=tokenizer.size),
    )
    return cast("Model", found)


@pytest.mark.parametrize("row", ["lstm, normalised", "gru, normalised"])
def test_a_walk_has_the_state_after_each_of_the_last_tokens(row: str) -> None:
    """The tokens before these are read in blocks; one token at a time gives the same state."""
    model = model_of(row)
    check_has_units(model)
    along, state, states = walk(model, TEXT), model.network.initial_state(), []
    assert "".join(along.pieces) == TEXT[-WATCHED:]
    for token in text_ids(model.tokenizer, TEXT):
        _, state = model.network.step(np.array([[token]]), state)
        states.append(state)
    for part, layers in enumerate(state):
        for layer in range(len(layers)):
            expected = np.stack([each[part][layer, 0] for each in states[-WATCHED:]])
            np.testing.assert_allclose(along.values(part, layer), expected, atol=1e-5)
            np.testing.assert_array_equal(along.line(Unit(part, layer, 3)), along.values(part, layer)[:, 3])
    first, *_ = varied(along, 4)
    assert str(first).startswith("c1." if len(state) == 2 else "h1.")
    for part, layer in ((len(state), 0), (0, 2)):
        with pytest.raises(OptionError, match=f"no units in part {part}, layer {layer}"):
            along.values(part, layer)


def test_a_network_that_keeps_tokens_has_no_units() -> None:
    with pytest.raises(OptionError, match="keeps only its last tokens"):
        check_has_units(model_of("window"))


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ('he said "no', (1, 0, 11, 2)),
        ("“no” b", (0, 0, 6, 1)),
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
