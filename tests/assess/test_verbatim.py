"""What stands in another text word for word: by brute force, wherever the other text is cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.assess.copies import GRAM, overlap
from foreword.runtime.nocopy import stretch_numbers

letters = st.text("ab", max_size=40) | st.text("aé中🙂\n", max_size=30) | st.text("a", max_size=60)


def brute_force(texts: list[str], source: str) -> tuple[int, int, int]:
    """Grams, those found, and the length of the longest run."""
    grams = [text[at : at + GRAM] for text in texts for at in range(len(text) - GRAM + 1)]
    runs = [
        end - start
        for text in texts
        for start in range(len(text))
        for end in range(start + 1, len(text) + 1)
        if text[start:end] in source
    ]
    return len(grams), sum(gram in source for gram in grams), max(runs, default=0)


@given(texts=st.lists(letters, max_size=3), source=letters, size=st.integers(1, 50))
def test_grams_and_the_longest_run_are_those_of_brute_force(texts: list[str], source: str, size: int) -> None:
    pieces = [source[at : at + size] for at in range(0, len(source), size)]
    found = overlap(texts, pieces)

    assert (found.grams, found.found, found.longest_run) == brute_force(texts, source)
    if found.longest is not None:
        run = found.longest
        assert source[run.offset : run.offset + len(run.text)] == run.text
        assert any(run.text in text for text in texts)


def test_a_long_copy_in_a_long_text_is_found_with_its_place() -> None:
    draw = np.random.default_rng(0)
    source = "".join(draw.choice(list("abcdefghij ß漢🙂"), 60_000))
    copied = source[31_337 : 31_337 + 2_500]
    pieces = [source[at : at + 1_000] for at in range(0, len(source), 1_000)]
    found = overlap(["x" * 500 + copied + "y" * 100, source[:30]], pieces)

    assert found.longest is not None
    assert (found.longest.text, found.longest.offset) == (copied, 31_337)
    assert found.found == 2_500 - 19 + 11
    assert found.share == pytest.approx((2_500 - 19 + 11) / (3_100 - 19 + 11))


@pytest.mark.parametrize("length", [1, 2, 3, 7, 20, 31, 64, 100])
def test_windows_have_the_same_number_if_and_only_if_they_are_alike(length: int) -> None:
    codes = np.random.default_rng(length).integers(0, 2, 400).astype(np.uint64)
    windows = [codes[at : at + length].tobytes() for at in range(400 - length + 1)]
    numbers = stretch_numbers(codes, length).tolist()

    assert len(numbers) == len(windows)
    assert len(set(zip(numbers, windows, strict=True))) == len(set(windows)) == len(set(numbers))
