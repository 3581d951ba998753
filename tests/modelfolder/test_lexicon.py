"""The word list of a model: the words it holds and the words it finds."""

from collections import Counter

import pytest

from foreword.errors import ModelTruncated
from foreword.modelfolder.lexicon import WordList, count_words, text_of

TEXT = (
    "Anna met John-Paul in Zürich. She met Anna's dog, John's and the well-known dog; well, well known. "
    "It's Zürich, l'eau, l'eau. John? Anna, John, Paul it's! Paul: Anna's. Once misstyped, once."
)


LISTED = WordList(text_of(count_words(TEXT)))


@pytest.mark.parametrize("word", ["ANNA", "zurich", "dog's", "dog’s", "john-anna", "l'anna", "Zürich's"])
def test_the_list_ignores_case_and_accents_and_accepts_compounds(word: str) -> None:
    assert LISTED.holds(word)
    assert all(LISTED.begins(word[:length]) for length in range(1, len(word) + 1))


@pytest.mark.parametrize("word", ["misstyped", "dogs", "annas", "dog'x", "dog'anna", "john-misstyped", "-"])
def test_the_list_omits_rare_words_and_compounds_with_unlisted_parts(word: str) -> None:
    assert not LISTED.holds(word)


def test_only_a_long_word_may_have_accents_that_the_list_lacks() -> None:
    listed = WordList("eau\nété\nresume\n")
    found = {word: listed.holds(word) for word in ("eaü", "Éau", "ete", "Été", "ètè", "résumé", "RÉSUME")}
    short = {"eaü": False, "Éau": False, "ete": True, "Été": True, "ètè": False}
    assert found == {**short, "résumé": True, "RÉSUME": True}


def test_a_prefix_finds_all_its_words_if_they_are_few() -> None:
    found = {begin: LISTED.beginning(begin, most=3) for begin in ("zu", "AN", "q", "")}
    assert found == {"zu": ["Zürich"], "AN": ["Anna", "Anna's"], "q": [], "": None}
    assert list(LISTED.spellings("J")) == ["John"]


def test_the_list_has_a_compound_only_if_a_part_of_it_is_not_listed() -> None:
    counts = Counter({"well-known": 2, "e-mail": 2, "well": 2, "known": 3, "mail": 2})
    assert text_of(counts) == "e-mail\nknown\nmail\nwell\n"


def test_the_list_holds_the_most_frequent_case_of_a_word() -> None:
    assert text_of(Counter({"Tom": 2, "tom": 1, "TOM": 1, "schon": 2, "schön": 3})) == "schon\nschön\nTom\n"


@pytest.mark.parametrize("text", ["b\na\n", "a\nb"])
def test_a_damaged_word_list_is_refused(text: str) -> None:
    with pytest.raises(ModelTruncated, match="is damaged"):
        WordList(text)
