"""Copied runs are found exactly, compared with brute force, for any length, script and start position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.errors import OptionError
from foreword.runtime.verbatim import NoCopy
from foreword.text.cleaning import clean

letters = st.text("ab", max_size=40) | st.text("aé中🙂\n", max_size=25)


@given(source=letters, before=letters, text=letters, characters=st.integers(1, 7))
def test_a_run_is_refused_if_and_only_if_it_is_too_long(
    source: str, before: str, text: str, characters: int
) -> None:
    whole = before + text
    ends = range(len(before) + 1, len(whole) + 1)
    runs = [whole[end - characters - 1 : end] for end in ends if end > characters]
    expected = any(run in clean(source) for run in runs)
    assert NoCopy(source, characters=characters).refuses(before, text) == expected


def test_a_source_in_pieces_counts_as_one_text() -> None:
    assert NoCopy(["ab", "cd", "ef"], characters=3).refuses("xbc", "de")
    assert not NoCopy("", characters=3).refuses("abc", "de")
    with pytest.raises(OptionError, match="the characters that may be repeated must be at least 1, not 0"):
        NoCopy("abc", characters=0)
