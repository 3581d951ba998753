"""The one split: contiguous, by time, and never too small to say something where the text allows it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.corpus.cleaned import CleanedText
from foreword.corpus.split import split


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("split")


def parts(folder: Path, text: str, held_out: float = 0.1) -> tuple[str, str, str]:
    first, second = split(CleanedText.write([text], folder / "text"), held_out)
    return text[:first], text[first:second], text[second:]


@pytest.mark.parametrize(
    ("characters", "held_out", "sizes"),
    [
        (100_000, 0.1, (90_000, 5_000, 5_000)),
        (100_000, 0.3, (70_000, 15_000, 15_000)),
        (40_000, 0.1, (36_000, 2_000, 2_000)),
        (20_000, 0.1, (16_000, 2_000, 2_000)),
        (20_000, 0.001, (16_000, 2_000, 2_000)),
        (12_000, 0.1, (8_000, 2_000, 2_000)),
        (6_000, 0.1, (4_000, 1_000, 1_000)),
        (6_000, 0.5, (3_000, 1_500, 1_500)),
        (200, 0.1, (134, 33, 33)),
        (199, 0.1, (199, 0, 0)),
        (1, 0.5, (1, 0, 0)),
        (100_000, 0.0, (100_000, 0, 0)),
    ],
)
def test_a_text_without_lines_is_cut_to_the_character(
    folder: Path, characters: int, held_out: float, sizes: tuple[int, int, int]
) -> None:
    assert tuple(map(len, parts(folder, "x" * characters, held_out))) == sizes


def test_cuts_are_at_the_beginning_of_a_line(folder: Path) -> None:
    text = "".join(f"{at} {'x' * (at % 97)}\n" for at in range(2_000))
    train, validation, test = parts(folder, text)
    assert train.endswith("\n")
    assert validation.endswith("\n")
    assert len(test) - len(text) * 0.05 < 100
    assert len(validation) - len(text) * 0.05 < 100


def test_a_line_that_begins_too_far_back_is_cut(folder: Path) -> None:
    text = "first line\n" + "x" * 99_989
    assert tuple(map(len, parts(folder, text))) == (90_000, 5_000, 5_000)


def test_in_a_short_text_a_cut_moves_by_less_than_half_a_part(folder: Path) -> None:
    text = "x" * 100 + "\n" + "x" * 99 + "\n" + "x" * 199
    assert tuple(map(len, parts(folder, text, 0.5))) == (200, 100, 100)


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=40), st.floats(0, 0.5))
def test_moving_the_cuts_never_makes_a_held_out_part_too_short(
    folder: Path, lines: list[int], held_out: float
) -> None:
    text = "".join("x" * line + "\n" for line in lines)
    train, validation, test = parts(folder, text, held_out)
    assert len(train) >= len(text) // 4
    if held_out and len(text) >= 12_000:
        assert min(len(validation), len(test)) >= 2_000
    if held_out and len(text) >= 200:
        assert min(len(validation), len(test)) >= 30
