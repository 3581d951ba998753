"""The n-gram: a proper distribution, the arithmetic of the textbook, and limits for long texts."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.assess.ngram import NGram, discounts
from foreword.errors import OptionError, SourceEmpty

VOCABULARY = 5
texts = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=60)


def distribution(model: NGram, context: list[int]) -> list[float]:
    """P(token | context) of every token of the vocabulary."""
    texts = (np.array([*context, token]) for token in range(model.vocabulary))
    return [math.exp(model.log_probabilities(text)[-1]) for text in texts]


@given(text=texts, context=texts, order=st.integers(1, 6))
def test_probabilities_sum_to_one_in_any_context(text: list[int], context: list[int], order: int) -> None:
    chances = distribution(NGram.count(np.array(text), order, VOCABULARY), context)
    assert sum(chances) == pytest.approx(1)
    assert min(chances) > 0


def test_a_bigram_equals_the_formula_worked_by_hand() -> None:
    """Interpolated Kneser-Ney, with plain dictionaries: the vectorised counts must give the same."""
    text = [0, 1, 2, 1, 2, 0, 1, 3, 1, 2, 1, 2, 1, 1, 3, 0, 2]
    model = NGram.count(np.array(text), 2, VOCABULARY)
    pairs = list(pairwise([0, *text]))  # a newline is assumed before the text
    times = {pair: pairs.count(pair) for pair in pairs}
    befores = {token: len({a for a, b in times if b == token}) for token in text}

    def mixed(counts: dict[int, int], below: list[float]) -> list[float]:
        total, taken = sum(counts.values()), {token: discount[min(n, 3)] for token, n in counts.items()}
        kept = [(counts.get(token, 0) - taken.get(token, 0.0)) / total for token in range(VOCABULARY)]
        return [share + sum(taken.values()) / total * lower for share, lower in zip(kept, below, strict=True)]

    discount = discounts(np.array(list(befores.values())))
    single = mixed(befores, [1 / VOCABULARY] * VOCABULARY)
    discount = discounts(np.array(list(times.values())))
    after_one = mixed({b: n for (a, b), n in times.items() if a == 1}, single)
    assert distribution(model, [3, 1]) == pytest.approx(after_one)
    assert distribution(model, [4]) == pytest.approx(single)  # never seen: only the shorter context counts


def test_the_discounts_follow_chen_and_goodman() -> None:
    counts = np.repeat([1, 2, 3, 4, 5, 9], [40, 20, 10, 5, 3, 1])
    share = 40 / (40 + 2 * 20)
    expected = [0, 1 - 2 * share * 20 / 40, 2 - 3 * share * 10 / 20, 3 - 4 * share * 5 / 10]
    assert discounts(counts) == pytest.approx(expected)


def test_a_text_scored_in_chunks_has_the_same_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    text = np.random.default_rng(0).integers(0, VOCABULARY, 500)
    model = NGram.count(text[:300], 4, VOCABULARY)
    whole = model.log_probabilities(text)
    assert model.nats(text[:1]) == 0
    monkeypatch.setattr("foreword.assess.ngram.CHUNK", 7)
    assert len(whole) == 499
    assert np.array_equal(model.log_probabilities(text), whole)


def test_only_the_end_of_a_very_long_text_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.assess.ngram.LAST_TOKENS", 100)
    old, new = np.full(100, 1), np.full(100, 2)
    model = NGram.count(np.concatenate([old, new]), 2, VOCABULARY)
    assert distribution(model, [2])[2] > 0.9
    assert distribution(model, [1])[1] < 0.2
    text = np.tile(np.random.default_rng(0).integers(0, 50_000, 400), 3).astype(np.uint16)
    monkeypatch.undo()
    assert NGram.count(text, 6, 50_000).nats(text) / len(text) < 1  # six packed tokens would need 94 bits


def test_wrong_values_are_refused() -> None:
    with pytest.raises(OptionError, match="order must be from 1 to 6, not 7"):
        NGram.count(np.array([1, 2]), 7, VOCABULARY)
    with pytest.raises(SourceEmpty, match="give some text"):
        NGram.count(np.array([], dtype=np.int64), 2, VOCABULARY)
