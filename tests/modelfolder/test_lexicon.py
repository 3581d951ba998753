"""The word list of a model: what is a word by it, and what it finds."""

from collections import Counter

import pytest

from foreword.errors import ModelTruncated
from foreword.modelfolder.lexicon import WordList, counted, text_of

TEXT = (
    "Anna met John-Paul in Zürich. She met Anna's dog, John's and the well-known dog; well, well known. "
    "It's Zürich, l'eau, l'eau. John? Anna, John, Paul it's! Paul: Anna's. Once misstyped, once."
)


LISTED = WordList(text_of(counted(TEXT)))


@pytest.mark.parametrize(
    "word", ["once", "ANNA", "zurich", "dog's", "dog’s", "john-anna", "l'anna", "Zürich's"]
)
def test_case_accents_and_parts_do_not_matter(word: str) -> None:
    assert LISTED.holds(word)
    assert all(LISTED.begins(word[:length]) for length in range(1, len(word) + 1))


@pytest.mark.parametrize(
    "word", ["misstyped", "dogs", "annas", "dog'x", "dog'anna", "john-misstyped", "-", "x"]
)
def test_what_has_other_parts_or_occurs_once_is_no_word(word: str) -> None:
    assert not LISTED.holds(word)


def test_a_beginning_finds_all_words_if_they_are_few() -> None:
    found = {begin: LISTED.beginning(begin, most=3) for begin in ("zu", "AN", "q", "")}
    assert found == {"zu": ["Zürich"], "AN": ["Anna", "Anna's"], "q": [], "": None}
    assert list(LISTED.spellings("J")) == ["John"]


def test_of_spellings_in_other_case_the_most_frequent_is_listed() -> None:
    assert text_of(Counter({"Tom": 2, "tom": 1, "TOM": 1, "schon": 2, "schön": 3})) == "schon\nschön\nTom\n"


@pytest.mark.parametrize("text", ["b\na\n", "a\nb"])
def test_a_list_that_is_damaged_is_refused(text: str) -> None:
    with pytest.raises(ModelTruncated, match="is damaged"):
        WordList(text)
