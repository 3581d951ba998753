"""The cleaning policy: the characters that go and stay, and the same result wherever a text is cut."""

import unicodedata

import pytest
from hypothesis import example, given

from foreword.text.cleaning import clean, clean_pieces
from writings import cut_text, dirty_text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\r\r\nb", "a\n\nb"),
        ("tab\there", "tab\there"),
        ("line\x0bline\x0cpage", "line\nline\npage"),
        ("bell\x07 and \x1b[1mescape\x85\x7f", "bell and [1mescape"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("\ufeff\ufefftext\ufeff", "text\ufeff"),
        ("\x00\ufefftext", "text"),
        ("\u212b", "Å"),
        ("x" + "\u0301\u0323" * 1000, "x" + "\u0323" * 16 + "\u0301" * 16),
    ],
)
def test_cleaning_gives_the_expected_text_for_each_example(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(cut_text())
@example(["a\r", "\nb"])
@example(["e", "\u0301"])
@example(["\u1100", "\u1161", "\u11a8"])
@example(["", "\ufeff", "\ufeff", "a", "\ufeff"])
@example(["a" + "\u093e" * 20, "\u093e" * 20])
@example(["\r", "", "\x00", "\n"])
def test_cleaning_in_chunks_gives_the_same_text_wherever_it_is_cut(pieces: list[str]) -> None:
    assert "".join(clean_pieces(pieces)) == clean("".join(pieces))


@given(dirty_text)
def test_a_cleaned_text_is_normalised_encodable_and_stable_under_a_second_cleaning(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned.encode().decode() == unicodedata.normalize("NFC", cleaned) == cleaned
    assert {character for character in cleaned if unicodedata.category(character) == "Cc"} <= {"\n", "\t"}


def test_cleaning_composes_each_character_as_unicode_nfc_does() -> None:
    """The code normalises only where NFC can change the text; this test would reveal an overlooked character."""
    every = [chr(code) for code in range(0x20000) if unicodedata.category(chr(code)) not in ("Cc", "Cs")]
    for before in (" e", " \u1100", " \u09c7"):
        text = "".join(before + character for character in every)
        assert clean(text) == unicodedata.normalize("NFC", text)


def test_cleaning_yields_a_chunk_once_the_next_one_cannot_change_it() -> None:
    pieces = clean_pieces(iter(["one ", "two ", "three"]))
    assert "".join([next(pieces), next(pieces), next(pieces)]).startswith("one two")


def test_a_million_combining_marks_on_one_letter_are_cleaned_quickly() -> None:
    """Sorting them would take hours, and the test would not finish."""
    assert len(clean("a" + "\u0301\u0323" * 500_000)) == 32
