"""Exposure: ranks of a known distribution, the information of whole texts, and secrets that are drawn out."""

import math
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.assess.bits import nats, text_ids
from foreword.assess.exposure import CHARACTERS, chance, exposure_of, information, is_drawn, others_like
from foreword.runtime.model import Model
from foreword.text.tokenizer import words_tokenizer

DIGITS = "0123456789"
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def counter(tmp_path: Path) -> Model:
    """A model for which 0 is always likelier than 1, 1 likelier than 2, and so on."""
    row = {digit: 2.0 ** -int(digit) for digit in DIGITS}
    return toys.of_letters(tmp_path / "counter", dict.fromkeys(DIGITS + "x \n", row))


@pytest.mark.parametrize(
    ("secret", "rank"), [("0", 1), ("1", 2), ("7", 8), ("9", 10), ("00", 1), ("99", 100), ("10", 3)]
)
def test_exposure_follows_from_the_rank_among_all_secrets_of_this_shape(
    counter: Model, secret: str, rank: int
) -> None:
    """01 and 10 are equally likely, and a tie ranks before the secret."""
    assert exposure_of(counter, "x", secret) == pytest.approx(math.log2(10 ** len(secret) / rank))


def test_the_rank_among_very_many_secrets_is_estimated(counter: Model) -> None:
    """Two fifths of the 10,000 secrets are sampled."""
    for secret in ("3142", "5042", "9999"):
        exact = exposure_of(counter, "x", secret, most=10**4)
        assert exposure_of(counter, "x", secret) == pytest.approx(exact, abs=0.3)
    assert exposure_of(counter, "x", "0000") == 12.0


def test_chance_is_the_probability_that_unknown_secrets_reach_these_exposures() -> None:
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
def test_information_differs_from_the_whole_texts_only_by_their_common_beginning(
    tmp_path: Path, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "see you at 12 35 then see you by 7 at the station and see 48 15 16 23 " * 9
    tokenizer = toys.tokenizer_of(unit, text)
    model = toys.babbler(tmp_path / "toy", tokenizer)
    ends = ["48 15 16 23", "4", "", "the station", "12 35", "é"]
    found = information(model, "see you at ", ends)
    whole = np.array([nats(model.exact, text_ids(tokenizer, "see you at " + end)) for end in ends])
    assert found - found[1] == pytest.approx(whole - whole[1], abs=1e-4)
    monkeypatch.setattr("foreword.assess.exposure.NUMBERS", 2 * tokenizer.size)  # two texts at a time
    assert information(model, "see you at ", ends) == pytest.approx(found, abs=1e-4)
    assert information(model, "see you at ", ["7"]) == pytest.approx(
        [0.0]
    )  # the common beginning is the whole text


def test_other_secrets_have_the_same_shape_and_never_equal_the_secret() -> None:
    few = others_like("b-7", 259, seed=0)
    assert len(set(few)) == len(few) == 259
    assert "b-7" not in few
    many = others_like("Ab 12é", 3_000, seed=1)
    assert len(many) == 3_000
    assert "Ab 12é" not in many
    for place, kind in enumerate((ALPHABET.upper(), ALPHABET, " ", DIGITS, DIGITS, "é")):
        assert {text[place] for text in many} == set(kind)
    assert many == others_like("Ab 12é", 3_000, seed=1) != others_like("Ab 12é", 3_000, seed=2)


@pytest.mark.parametrize(
    ("before", "secret", "drawn"),
    [
        ("my word:", " abcdef", True),
        ("my word: ", "abcdef", True),
        ("my word: ", "abdcfe", False),
        ("my word: ", "bcdefg", False),
        ("my word: ", ALPHABET[:CHARACTERS] + "0" * 50, True),  # the beginning of a long secret is enough
        ("my word: ", ALPHABET[: CHARACTERS - 1] + "0" * 50, False),
    ],
)
def test_only_memorised_secrets_are_drawn_out(tmp_path: Path, before: str, secret: str, drawn: bool) -> None:
    chances = {one: {other: 1.0} for one, other in zip(": " + ALPHABET, " " + ALPHABET, strict=False)}
    parrot = toys.of_letters(tmp_path / "parrot", chances, others=DIGITS)
    assert is_drawn(parrot, before, secret) == drawn
    assert not is_drawn(toys.babbler(tmp_path / "babbler", parrot.tokenizer), before, secret)


def test_a_memorised_word_is_drawn_out_of_a_word_model(tmp_path: Path) -> None:
    """In a word model, a token includes the space before its word."""
    tokenizer = words_tokenizer(["the gate is swordfish and the gate is open " * 20], 300)
    table = toys.transitions(tokenizer, {" is": {" swordfish": 1.0}})
    model = toys.model(tmp_path / "words", tokenizer, toys.table_graph(table))
    assert is_drawn(model, "the gate is ", "swordfish")
    assert not is_drawn(model, "the gate is ", "open and the gate")
