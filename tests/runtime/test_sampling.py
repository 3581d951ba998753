"""Choosing a token: each limit keeps the right tokens, and an error names each wrong value."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.errors import OptionError
from foreword.runtime import sampling as sampling_module
from foreword.runtime.sampling import Sampling

CHANCES = np.array([0.05, 0.5, 0.3, 0.15])
ROW = np.log(CHANCES).astype(np.float32)


def drawn(sampling: Sampling, recent: tuple[int, ...] = (), times: int = 2_000) -> dict[int, float]:
    generator = np.random.default_rng(0)
    counts = Counter(int(sampling.choose(ROW[None], [recent], generator)[0]) for _ in range(times))
    return {token: count / times for token, count in counts.items()}


@pytest.mark.parametrize(
    ("sampling", "left"),
    [
        (Sampling(), {0, 1, 2, 3}),
        (Sampling(top_k=2), {1, 2}),
        (Sampling(top_p=0.5), {1}),
        (Sampling(top_p=0.51), {1, 2}),
        (Sampling(top_k=2, top_p=0.7), {1, 2}),  # of the two left, the first has 5/8 only
        (Sampling(min_p=0.29), {1, 2, 3}),
        (Sampling(min_p=0.31), {1, 2}),
        (Sampling(temperature=2, top_p=5e-324, top_k=1), {1}),
        (Sampling(min_p=1.0), {1}),
        (Sampling(temperature=0.0), {1}),
        (Sampling(temperature=1e-310, top_k=3, top_p=0.9, min_p=0.1), {1}),
    ],
)
def test_a_limit_keeps_the_right_tokens_in_their_proportions(sampling: Sampling, left: set[int]) -> None:
    shares = drawn(sampling)
    expected = {token: CHANCES[token] / CHANCES[list(left)].sum() for token in left}
    assert shares == pytest.approx(expected, abs=0.04)


def test_temperature_sharpens_or_flattens_the_probabilities() -> None:
    squared = CHANCES**2 / (CHANCES**2).sum()
    assert drawn(Sampling(temperature=0.5)) == pytest.approx(dict(enumerate(squared)), abs=0.04)
    assert drawn(Sampling(temperature=100.0)) == pytest.approx(dict.fromkeys(range(4), 0.25), abs=0.04)


def test_the_repetition_penalty_makes_a_recent_token_less_likely() -> None:
    penalised = CHANCES.copy()
    penalised[1] **= 2
    expected = dict(enumerate(penalised / penalised.sum()))
    assert drawn(Sampling(repetition_penalty=2.0), recent=(1, 1, 1)) == pytest.approx(expected, abs=0.04)
    assert drawn(Sampling(temperature=0, repetition_penalty=2.0), recent=(1,)) == {2: 1.0}


def test_a_forbidden_token_is_never_drawn() -> None:
    row = np.where([True, False, True, False], -np.inf, ROW)
    generator = np.random.default_rng(0)
    chosen = Sampling(temperature=100.0).choose(np.tile(row, (200, 1)), [()] * 200, generator)
    assert set(chosen.tolist()) == {1, 3}


@given(
    chances=st.lists(st.sampled_from([0.0, 0.1, 0.25, 3.0]), min_size=2, max_size=6).filter(any),
    seed=st.integers(0, 1_000),
)
def test_a_draw_equals_the_draw_of_numpy_with_the_same_seed(chances: list[float], seed: int) -> None:
    row = np.array(chances)
    expected = np.random.default_rng(seed).choice(len(row), p=row / row.sum())
    assert sampling_module.drawn(row[None], np.random.default_rng(seed)).tolist() == [expected]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("temperature", float("nan"), "temperature must be from 0 to 100, not nan"),
        ("top_k", -1, "top_k must be at least 0, not -1"),
        ("top_p", 0.0, "top_p must be above 0 and at most 1, not 0.0"),
        ("min_p", -0.5, "min_p must be from 0 to 1, not -0.5"),
        ("repetition_penalty", 0.5, "repetition_penalty must be from 1 to 100, not 0.5"),
    ],
)
def test_a_wrong_value_is_named_with_its_option(option: str, value: float, message: str) -> None:
    with pytest.raises(OptionError, match=f"^{message}$"):
        Sampling(**{option: value})  # type: ignore[arg-type]
