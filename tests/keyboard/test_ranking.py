"""Which words are shown, and what showing a word saves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.keyboard.suggest import RANKINGS, Ranking, best, letters_saved

WORDS = st.dictionaries(st.text("abc", min_size=1, max_size=5), st.floats(0.01, 1), max_size=12)


@pytest.mark.parametrize(
    ("word", "likelier", "typed", "saved"),
    [
        ("tomorrow", [], "", 1),  # after t, it would be shown
        ("tomorrow", ["the", "to"], "", 2),  # after t, the list is full
        ("tomorrow", ["the", "to"], "t", 1),  # after to, that is complete, and not shown any more
        ("tomorrow", ["tomato", "tomatoes"], "to", 2),
        ("the", ["them", "there"], "th", 1),
        ("them", ["theme", "themes"], "", 4),
        ("a", [], "", 1),
    ],
)
def test_a_word_that_is_not_shown_is_shown_as_soon_as_a_list_has_room_for_it(
    word: str, likelier: list[str], typed: str, saved: int
) -> None:
    assert letters_saved(word, likelier, typed, room=2) == saved


def test_by_letters_a_rarer_word_is_shown_that_would_long_be_hidden() -> None:
    words = {"that": 0.3, "the": 0.2, "thee": 0.15, "is": 0.14}

    assert best(words, "", 2, "probability") == ["that", "the"]
    assert best(words, "", 2, "letters") == ["that", "thee"]


@given(WORDS, st.integers(1, 4), st.sampled_from(RANKINGS))
def test_there_are_as_many_as_fit_likeliest_first(
    words: dict[str, float], room: int, ranking: Ranking
) -> None:
    shown = best(words, "", room, ranking)

    assert len(shown) == min(room, len(words)) == len(set(shown))
    chances = [words[each] for each in shown]
    assert chances == sorted(chances, reverse=True)
