"""The cursor stands between letters, never inside one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.terminal import draft as moves

ACUTE = "e\u0301"
FAMILY = "👩\u200d👧"
FLAG = "🇩🇪"


@pytest.mark.parametrize("letter", ["a", "中", ACUTE, FAMILY, "👍🏽", FLAG, "\n", "नि"])
def test_a_letter_is_passed_as_a_whole(letter: str) -> None:
    text = f"x{letter}y"
    end = 1 + len(letter)
    assert moves.next_letter(text, 1) == end
    assert moves.previous_letter(text, end) == 1


@pytest.mark.parametrize(
    ("text", "left"),
    [("ab", "a"), (f"x{ACUTE}", "xe"), ("नि", "न"), (f"x{FAMILY}", "x"), (f"x{FLAG}", "x"), ("a\n", "a")],
)
def test_backspace_takes_the_mark_of_a_letter_alone_and_an_emoji_whole(text: str, left: str) -> None:
    assert text[: moves.backspace_start(text, len(text))] == left


@given(st.text("aé\u0301👍🏽\u200d \n中'", max_size=20), st.integers(0, 20))
def test_every_move_stays_in_the_text_and_gets_on(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    for forward in (moves.next_letter, moves.next_word):
        assert cursor < forward(text, cursor) <= len(text) or cursor == forward(text, cursor) == len(text)
    for back in (moves.previous_letter, moves.previous_word):
        assert 0 <= back(text, cursor) < cursor or cursor == back(text, cursor) == 0


def test_words_are_those_of_the_keyboard_line_by_line() -> None:
    text = "don't stop\n\nme now"
    stops, at = [], 0
    while at < len(text):
        at = moves.next_word(text, at)
        stops.append(at)
    assert stops == [5, 10, 11, 12, 14, 18]
    stops = []
    while at:
        at = moves.previous_word(text, at)
        stops.append(at)
    assert stops == [15, 12, 11, 10, 6, 0]


def test_the_ends_of_a_line() -> None:
    assert [moves.line_start("ab\ncd", at) for at in range(6)] == [0, 0, 0, 3, 3, 3]
    assert [moves.line_end("ab\ncd", at) for at in range(6)] == [2, 2, 2, 5, 5, 5]
