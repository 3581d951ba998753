"""Bits per character: every character counts once, for any layout, unit and length."""

import math
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.assess import bits
from foreword.assess.bits import Score, bits_per_character, nats, score, surprises
from foreword.errors import SourceEmpty
from foreword.runtime.model import Model
from foreword.runtime.network import Network

TEXT = "so we beat on, boats against the current 😀 borne back ceaselessly\n"


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """A random network; the smiley is not in its vocabulary."""
    return toys.babbler(tmp_path / "toy", TEXT.replace("😀", ""))


def walked(network: Network, ids: np.ndarray) -> np.ndarray:
    """The nats of each token in one walk."""
    rows, _ = network.step(ids[:-1, None], network.initial_state())
    return -np.take_along_axis(rows[:, 0], ids[1:, None], 1)[:, 0]


def test_a_score_sums_the_nats_of_every_token_after_the_newline(model: Model) -> None:
    ids = np.concatenate([[model.tokenizer.newline], model.tokenizer.encode(TEXT)])
    found = score(model, TEXT)
    assert found.nats == pytest.approx(walked(model.exact, ids).sum(), rel=1e-5)
    assert (found.tokens, found.characters) == (len(TEXT) + 3, len(TEXT))
    assert bits_per_character(model, TEXT) == pytest.approx(found.nats / math.log(2) / len(TEXT))
    dirty, clean = (TEXT.replace("boats", each) for each in ("\x07boats\r", "boats\n"))
    assert score(model, dirty) == score(model, clean)


def test_a_uniform_model_costs_the_logarithm_of_its_vocabulary_size(tmp_path: Path) -> None:
    model = toys.indifferent(tmp_path / "flat", "a")
    size, found = model.tokenizer.size, score(model, "aaaa")
    assert found.bits_per_character == pytest.approx(math.log2(size))
    assert found.perplexity == pytest.approx(size, rel=1e-5)
    assert found.nats_per_token == pytest.approx(math.log(size))
    assert Score(nats=1e6, tokens=10, characters=10).perplexity == math.inf
    for text in ("", "\x07", "\ufeff"):
        with pytest.raises(SourceEmpty, match="there is no text to measure"):
            score(model, text)


@pytest.mark.parametrize("length", [1, 399, 400, 799, 801, 2_000, 2_001, 9_999])
def test_columns_read_every_token_once(model: Model, monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """The state of a table is one id, so columns and a single walk must agree up to rounding."""
    draw = np.random.default_rng(0)
    table = np.log(draw.dirichlet(np.ones(7), 7)).astype(np.float32)
    network = Network(toys.table_graph(table), newline=3, vocabulary=7)
    ids = draw.integers(0, 7, length + 1).astype(np.uint16)
    monkeypatch.setattr(bits, "COLUMN", 400)
    monkeypatch.setattr(bits, "WARM_UP", 5)
    monkeypatch.setattr(bits, "NUMBERS", 1_000)
    shares: list[float] = []
    spent = bits.token_nats(network, ids, watch=lambda _, share: shares.append(share))
    assert (shares, shares[-1]) == (sorted(shares), 1.0)
    np.testing.assert_allclose(spent, -table[ids[:-1], ids[1:]], rtol=1e-6)
    assert nats(network, ids) == pytest.approx(spent.sum())


def test_columns_score_a_long_text_like_a_single_walk(model: Model) -> None:
    ids = np.random.default_rng(0).integers(256, model.tokenizer.size, 12_001)
    np.testing.assert_allclose(bits.token_nats(model.exact, ids), walked(model.exact, ids), atol=1e-3)


def test_the_surprises_spell_the_text_and_sum_to_its_bits(model: Model) -> None:
    pieces = surprises(model, TEXT)
    assert [piece for piece, _ in pieces] == list(TEXT)  # the four bytes of the smiley come as one character
    assert sum(spent for _, spent in pieces) == pytest.approx(score(model, TEXT).nats / math.log(2))
    assert dict(pieces)["😀"] > 20
