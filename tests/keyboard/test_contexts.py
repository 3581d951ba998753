"""By what a word is counted: what stands before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.keyboard.ngram_model import PAUSE, START, TAIL, context_of, occurrences, suffixes
from foreword.text.cleaning import clean
from writings import any_text, dirty_text


@pytest.mark.parametrize(
    ("before", "context"),
    [
        ("", (START,)),
        ("See ", (START, "see")),
        ("See YOU ", ("see", "you")),
        ("we will see you ", ("see", "you")),
        ("Straße ", (START, "strasse")),
        ("see you. ", (START,)),
        ("see you! So ", (START, "so")),
        ("see you… ", (START,)),
        ("see you\n", (START,)),
        ("see you\r\n", (START,)),
        ("see you, ", ("you", PAUSE)),
        ("see you (", ("you", PAUSE)),
        ("see you - ", ("you", PAUSE)),
        ("see you 🙂 ", ("see", "you")),
        ('"see ', (START, "see")),
        ("don't ", (START, "don't")),
        ("क्या तुम। ", (START,)),
        ("今天", (START, "今天")),
    ],
)
def test_a_context_is_the_last_two_symbols_of_the_sentence(before: str, context: tuple[str, ...]) -> None:
    assert context_of(before) == context


@given(any_text)
def test_a_word_is_suggested_after_what_it_was_counted_after(text: str) -> None:
    """Else what was learned would be looked for in another place."""
    message = clean(text).replace("\n", " ")
    at = 0
    for word, context in occurrences(message):
        at = message.index(word, at)
        if len(message) <= TAIL:
            assert context_of(message[:at]) == context
        at += len(word)


@given(dirty_text, st.text(max_size=20))
def test_what_stands_further_back_than_the_line_does_not_matter(text: str, before: str) -> None:
    assert context_of(before + "\n" + text) == context_of(text)


def test_a_text_of_any_length_is_read_from_near_its_end() -> None:
    assert context_of("word " * 100_000 + "see you ") == ("see", "you")
    assert len(context_of("x" * 100_000)) == 2


def test_the_oldest_symbols_go_first() -> None:
    assert suffixes(("see", "you")) == [("see", "you"), ("you",), ()]
