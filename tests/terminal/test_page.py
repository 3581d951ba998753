"""A text in rows: no text is lost, no row is too wide, and each place has a row and a column."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.keyboard.offers import Offer
from foreword.terminal.page import Page, Rows, columns, letters, shown
from foreword.terminal.text_entry import TextEntry
from guessing import guess

TEXTS = st.text("ab, \n\t中文é\u0301👍🏽🇩🇪\u200d\x1b", max_size=60)
WIDTHS = st.integers(5, 20)


@given(TEXTS, WIDTHS)
def test_the_rows_hold_the_whole_text_and_fit_the_screen(text: str, width: int) -> None:
    rows = Rows(text, width)
    assert rows.starts.tolist() == sorted(set(rows.starts.tolist()))
    pieces = [text[slice(*rows.span(row))] for row in range(len(rows))]
    assert "".join(pieces) == text.replace("\n", "")
    for piece in pieces:
        assert "\n" not in piece
        widest = max([columns(letter) for letter in letters(piece)], default=0)
        assert sum(map(columns, letters(piece))) <= max(width, widest)


@given(TEXTS, WIDTHS, st.integers(0, 60))
def test_the_row_and_column_of_a_place_lead_back_to_it(text: str, width: int, at: int) -> None:
    index = len("".join(list(letters(text))[:at]))
    rows = Rows(text, width)
    if all(map(columns, letters(text))):
        assert rows.index(rows.row(index), rows.column(index)) == index


@given(TEXTS, TEXTS, TEXTS, TEXTS, WIDTHS)
def test_an_update_equals_a_full_layout(head: str, old: str, new: str, tail: str, width: int) -> None:
    """Only the rows that the change can move are laid out again."""
    before = Rows(head + old + tail, width)
    after = Rows(head + new + tail, width, before)
    assert after.starts.tolist() == Rows(head + new + tail, width).starts.tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("one two three", ["one two ", "three"]),
        ("one  two", ["one  two"]),
        ("incomprehensible", ["incompre", "hensible"]),
        ("see incomprehensible", ["see ", "incompre", "hensible"]),
        ("a\n\nb\n", ["a", "", "b", ""]),
        ("我们明天再见", ["我们明天", "再见"]),
        ("no 我们明天再见", ["no 我们", "明天再见"]),
        ("one two\t", ["one ", "two\t"]),
        ("a longer\t", ["a ", "longer", "\t"]),
        ("", [""]),
    ],
)
def test_rows_break_at_word_boundaries(text: str, rows: list[str]) -> None:
    assert (shown("\x1b"), shown("\x9b"), columns("\x1b")) == ("^[", "<9b>", 2)
    found = Rows(text, 9)
    assert [text[slice(*found.span(row))] for row in range(len(found))] == rows


@pytest.mark.parametrize(
    "text", [("a word and another one " * 8 + "\n") * 2_000, "a word and another one é " * 20_000]
)
def test_typing_at_the_end_is_much_faster_than_a_full_layout(text: str) -> None:
    begun = time.process_time()
    before = Rows(text, 80)
    broken = time.process_time()
    for at in range(5):
        before = Rows(text + "x" * (at + 1), 80, before)
    assert time.process_time() - broken < (broken - begun) / 2


def test_a_long_line_of_flags_has_its_rows_at_once() -> None:
    begun = time.process_time()
    assert len(Rows("🇩🇪" * 30_000, 80)) > 1
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "selected", "width", "drawn"),
    [
        ("one two", 4, 80, "one [t][w][o] "),
        ("one tom", 0, 12, "one tom<o><r><r><o><w> "),
        ("one tom", 0, 11, "one tom<o><r><r><…> "),  # cut, so that no row moves
    ],
)
def test_a_row_shows_selection_and_suggestion(text: str, selected: int, width: int, drawn: str) -> None:
    writing = TextEntry()
    writing.paste(text)
    writing.give(Offer.of(text, [guess("tomorrow", 3, 0.9)], confidence=0.3))
    if selected:
        writing.move(selected, selecting=True)
    row = Page(lambda: writing).create_content(width, 5).get_line(0)
    marks = {"class:selected": "[{}]", "class:inline": "<{}>"}
    assert "".join(marks.get(style, "{}").format(letter) for style, letter, *_ in row) == drawn
