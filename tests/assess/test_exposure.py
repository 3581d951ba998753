"""Exposure: ranks of a known distribution, and the same information that a whole text is measured with."""

import math
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.assess.bits import nats, text_ids
from foreword.assess.exposure import chance, exposure, exposure_of, highest, information
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer, subwords_tokenizer, words_tokenizer

DIGITS = "0123456789"


@pytest.fixture
def counter(tmp_path: Path) -> Model:
    """A model that, after anything, finds 0 likelier than 1, 1 likelier than 2, and so on."""
    tokenizer = characters_tokenizer(dict.fromkeys(DIGITS + "x ", 9))
    row = {digit: 2.0 ** -int(digit) for digit in DIGITS}
    table = toys.transitions(tokenizer, dict.fromkeys(DIGITS + "x \n", row))
    return toys.model(tmp_path / "counter", tokenizer, toys.table_graph(table))


@pytest.mark.parametrize(
    ("secret", "rank"), [("0", 1), ("1", 2), ("7", 8), ("9", 10), ("00", 1), ("99", 100)]
)
def test_the_exposure_of_a_secret_is_that_of_its_rank_among_all(
    counter: Model, secret: str, rank: int
) -> None:
    all_of_them = 10 ** len(secret)
    assert exposure_of(counter, "x", secret) == pytest.approx(math.log2(all_of_them / rank))


def test_who_ties_is_taken_to_be_before(counter: Model) -> None:
    """01 and 10 are as likely as each other; only 00 is likelier."""
    assert exposure_of(counter, "x", "10") == pytest.approx(math.log2(100 / 3))
    assert exposure(1.0, np.full(99, 1.0)) == 0.0


def test_among_too_many_to_count_the_rank_is_estimated(counter: Model) -> None:
    """Of 100,000, a twentieth is drawn."""
    for secret in ("31420", "50423", "99999"):
        exact = exposure_of(counter, "x", secret, most=10**5)
        assert exposure_of(counter, "x", secret) == pytest.approx(exact, abs=0.3)
    assert exposure_of(counter, "x", "00000") == highest("00000") == 12.0
    assert highest("7") == pytest.approx(math.log2(10))


def test_of_what_is_not_known_the_exposure_is_above_x_bits_with_the_chance_of_two_to_minus_x() -> None:
    draw = np.random.default_rng(0)
    found = [exposure(draw.normal(), draw.normal(size=255)) for _ in range(4_000)]
    for bits in (1, 2, 4):
        assert np.mean([each >= bits for each in found]) == pytest.approx(2.0**-bits, rel=0.15)
    assert np.mean(found) == pytest.approx(1 / math.log(2), rel=0.05)


def test_the_chance_of_exposures_is_how_often_the_unknown_has_as_high_ones() -> None:
    draw = np.random.default_rng(1)
    sums = np.sort(draw.exponential(1 / math.log(2), size=(40_000, 4)).sum(axis=1))
    for share in (0.5, 0.9, 0.99):
        total = float(sums[int(share * len(sums))])
        assert chance([total / 4] * 4) == pytest.approx(1 - share, rel=0.1)
        assert chance([total, 0.0, 0.0, 0.0]) == chance([total / 4] * 4)
    assert chance([3.0]) == pytest.approx(1 / 8)
    assert chance([]) == chance([0.0, 0.0]) == 1.0
    assert chance([12.0] * 8) < 1e-19


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
def test_the_information_is_that_of_the_whole_text_but_for_what_all_begin_with(
    tmp_path: Path, unit: str
) -> None:
    text = "see you at 12 35 then see you by 7 at the station and see 48 15 16 23 " * 9
    tokenizer = {
        "characters": lambda: characters_tokenizer(dict.fromkeys(text, 9)),
        "words": lambda: words_tokenizer([text], 300),
        "subwords": lambda: subwords_tokenizer([text], 300),
    }[unit]()
    graph = toys.recurrent_graph(np.zeros(tokenizer.size, np.float32))
    model = toys.model(tmp_path / "toy", tokenizer, graph)
    ends = ["48 15 16 23", "4", "", "the station", "12 35", "é"]
    found = information(model, "see you at ", ends)
    whole = np.array([nats(model.exact, text_ids(tokenizer, "see you at " + end)) for end in ends])
    assert found - found[1] == pytest.approx(whole - whole[1], abs=1e-4)


def test_a_batch_in_pieces_is_the_same_batch(counter: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{number:03}" for number in range(200)]
    whole = information(counter, "x", texts)
    monkeypatch.setattr("foreword.assess.exposure.NUMBERS", 5_000)
    assert information(counter, "x", texts) == pytest.approx(whole)
    assert information(counter, "x", ["7"]) == pytest.approx([0.0])  # all of them begin with it
