"""Whole benchmark programs on small networks and texts, and the arithmetic of their figures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import fresh_texts, generation, precision, prose
from benchmarks.precision import Look
from messages import write_messages

SMALL = ["--hidden", "16", "--layers", "1"]


def test_the_test_text_follows_the_training_text() -> None:
    text = "".join(chr(97 + at % 26) for at in range(400_000))
    assert fresh_texts.cut(text, 300_000) == (text[:300_000], text[300_000:330_000])
    assert len(fresh_texts.cut(text, 30_000)[1]) == 20_000


def test_ppmd_knows_its_training_text_and_learns_from_the_test_text() -> None:
    train, unlike = "the cat sat on the mat\n" * 60, "seven dogs ran after a fox, and none came home\n" * 40
    known, order = fresh_texts.ppmd(train, "the cat sat on the mat\n" * 20)
    assert known < 0.2
    going_on, _ = fresh_texts.ppmd(train, unlike)
    assert fresh_texts.ppmd_fixed(train, unlike, order) > 2 * going_on


def test_lines_or_whole_sentences_after_the_learned_lines_are_typed(printed: Any, tmp_path: Path) -> None:
    (source := tmp_path / "book.txt").write_text(
        "Learned.\n\nThis line wraps\nonce. And here is more!\n\nThe end is near.\n"
    )
    for options, typed in (
        ([], "This line wraps\nonce. And here is more!\nThe end is near.\n"),
        (["--sentences"], "This line wraps once.\nAnd here is more!\nThe end is near.\n"),
    ):
        printed(prose, source, tmp_path, "--learn", 4, *options)
        assert (tmp_path / "train.txt").read_text() == "Learned.\n"
        assert (tmp_path / "typed.txt").read_text() == typed


@pytest.mark.slow
def test_the_untuned_lstm_trains_for_its_time_and_scores_the_test_text(tmp_path: Path) -> None:
    train, test = write_messages(tmp_path, lines=400), tmp_path / "test.txt"
    test.write_text(train.read_text("utf-8")[:2000] + "§", encoding="utf-8")
    command = [sys.executable, str(fresh_texts.UNTUNED), str(train), str(test), "0.03"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert 0 < found["bits_per_character"] < 6  # a uniform guess has 5.3


@pytest.mark.slow
def test_every_generation_method_is_measured(printed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ROUNDS": 1, "TEXT": 4_000, "TOGETHER": (2, 32)}.items():
        monkeypatch.setattr(generation, name, value)
    found = json.loads(printed(generation, *SMALL, "--seconds", "0.01"))
    assert len(found["ways"]) == 6
    assert all(way["characters_per_second"] > 0 for way in found["ways"].values())
    assert found["ways"]["one passage"]["one_passage_is"] == 1


def test_the_standard_error_of_two_precisions_is_that_of_pairs_with_one_seed() -> None:
    look = Look(step=1, float32=[1.0, 1.2], bfloat16=[1.1, 1.5])
    assert look.difference == pytest.approx(0.2)
    assert look.error == pytest.approx(0.1)
    assert look.as_json()["within_spread"]
    assert not Look(step=1, float32=[1.1, 1.11], bfloat16=[1.0, 1.01]).as_json()["within_spread"]


@pytest.mark.slow
def test_bfloat16_learns_an_easy_text_from_every_seed(printed: Any, tmp_path: Path) -> None:
    """The text is very easy, so either precision is enough."""
    (tmp_path / "text.txt").write_text("abcdefg\n" * 4_000, encoding="utf-8")
    lines = printed(precision, str(tmp_path / "text.txt"), *SMALL, "--steps", "40", "--seeds", "2")
    looks = [json.loads(line) for line in lines.splitlines()]
    assert looks[-1]["step"] == 40
    assert len(looks[-1]["float32"]) == len(looks[-1]["bfloat16"]) == 2
    assert max(looks[-1]["bfloat16"]) < looks[0]["bfloat16"][0]
