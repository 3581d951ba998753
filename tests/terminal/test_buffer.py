"""Edits of a text, and the undo of each edit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.terminal import buffer as moves
from foreword.terminal.buffer import Draft


def test_undo_removes_one_word_at_a_time() -> None:
    draft, seen = Draft(), []
    for character in "see you soon":
        draft.replace(draft.cursor, draft.cursor, character, kind="typing")
    while draft.undo():
        seen.append(draft.text)
    assert seen == ["see you ", "see ", ""]
    while draft.redo():
        pass
    assert (draft.text, draft.cursor) == ("see you soon", 12)


ACUTE = "e\u0301"
FAMILY = "👩\u200d👧"
FLAG = "🇩🇪"


@pytest.mark.parametrize("letter", ["a", "中", ACUTE, FAMILY, "👍🏽", FLAG, "\n", "नि"])
def test_the_cursor_moves_over_whole_letters(letter: str) -> None:
    text = f"x{letter}y"
    end = 1 + len(letter)
    assert moves.next_letter(text, 1) == end
    assert moves.previous_letter(text, end) == 1


@pytest.mark.parametrize(
    ("text", "left"),
    [("ab", "a"), (f"x{ACUTE}", "xe"), ("नि", "न"), (f"x{FAMILY}", "x"), (f"x{FLAG}", "x"), ("a\n", "a")],
)
def test_backspace_removes_a_single_accent_or_a_whole_emoji(text: str, left: str) -> None:
    assert text[: moves.backspace_start(text, len(text))] == left


@given(st.text("aé\u0301👍🏽\u200d \n中'", max_size=20), st.integers(0, 20))
def test_every_move_advances_and_stays_in_the_text(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    for forward in (moves.next_letter, moves.next_word):
        assert cursor < forward(text, cursor) <= len(text) or cursor == forward(text, cursor) == len(text)
    for back in (moves.previous_letter, moves.previous_word):
        assert 0 <= back(text, cursor) < cursor or cursor == back(text, cursor) == 0


def test_word_moves_stop_at_words_and_line_ends() -> None:
    text = "don't stop\n\nme now"
    assert sorted({moves.next_word(text, at) for at in range(len(text))}) == [5, 10, 11, 12, 14, 18]
    assert sorted({moves.previous_word(text, at) for at in range(len(text) + 1)}) == [0, 6, 10, 11, 12, 15]
