"""The end of a passage: exact in characters, and before a stop however the text is cut."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.errors import OptionError
from foreword.runtime.generate import Ending


def given_of(pieces: Iterable[str], characters: int, stops: Sequence[str] = ()) -> list[str]:
    """What is given at each piece, and at the end."""
    ending, told = Ending(characters, stops), []
    for piece in pieces:
        if ending.reached:
            break
        told.append(ending.feed(piece))
    if not ending.reached:
        told.append(ending.close())
    assert ending.reached
    assert ending.given == len("".join(told))
    return told


@given(
    pieces=st.lists(st.text("ab", max_size=3), max_size=8),
    stops=st.lists(st.text("ab", min_size=1), max_size=3),
    characters=st.integers(0, 20),
)
def test_a_stop_is_found_wherever_the_pieces_are_cut(
    pieces: list[str], stops: list[str], characters: int
) -> None:
    whole = "".join(pieces)
    complete = [(whole.find(stop) + len(stop), whole.find(stop)) for stop in stops if stop in whole]
    _, end = min(complete, default=(0, len(whole)))

    assert "".join(given_of(pieces, characters, stops)) == whole[: min(end, characters)]


def test_what_cannot_become_a_stop_is_given_at_once() -> None:
    assert given_of(["ab", "xa", "b"], 100, ["abc"]) == ["", "abx", "", "ab"]


def test_no_further_piece_is_wanted_once_the_length_is_reached() -> None:
    assert given_of(["abc", "def"], 3) == ["abc"]
    assert given_of(["abc", "", "def"], 4) == ["abc", "", "d"]
    assert given_of(["abc"], 0) == []


@pytest.mark.parametrize(
    ("characters", "stops", "message"),
    [
        (-1, (), "characters must be at least 0, not -1"),
        (5, [""], "stop must be a list of texts, none of them empty"),
        (5, "abc", "stop must be a list of texts"),
    ],
)
def test_an_end_that_makes_no_sense_is_refused(characters: int, stops: Sequence[str], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Ending(characters, stops)
