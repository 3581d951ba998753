"""Where the blank of a word just taken stays, and where it gives way."""

import pytest

from foreword.terminal.suggestions import Offer
from foreword.terminal.writing import Writing
from guessing import guess


def after_taking(word: str, keys: str, *, before: str = "") -> str:
    """The text after `word` was taken and then some keys pressed."""
    writing = Writing(before)
    writing.give(Offer.of(before, [guess(word, 0, 1.0)], confidence=0.5))
    assert writing.take()
    for key in keys:
        writing.type(key)
    return writing.draft.text


@pytest.mark.parametrize(
    ("word", "keys", "text"),
    [
        ("tomorrow", "", "tomorrow "),
        ("tomorrow", "x", "tomorrow x"),
        ("tomorrow", ",", "tomorrow,"),
        ("tomorrow", ", then", "tomorrow, then"),
        ("tomorrow", "?!", "tomorrow?!"),
        ("tomorrow", "...", "tomorrow..."),
        ("tomorrow", "…", "tomorrow…"),
        ("tomorrow", ")", "tomorrow)"),
        ("tomorrow", "(", "tomorrow ("),
        ("tomorrow", '"', 'tomorrow "'),
        ("tomorrow", "-", "tomorrow -"),
        ("Anna", "'s", "Anna's"),
        ("Anna", "’s", "Anna’s"),
        ("dogs", "' x", "dogs' x"),
        ("said", "'hello", "said 'hello"),
        ("कल", "।", "कल।"),
        ("tomorrow", "\n", "tomorrow\n"),
        ("tomorrow", " ", "tomorrow "),
        ("tomorrow", "  ", "tomorrow  "),
        ("demain", " !", "demain !"),
        # numbers and addresses stay in one piece
        ("10", ":30", "10:30"),
        ("3", ".5", "3.5"),
        ("1", ",000", "1,000"),
        ("50", "%", "50%"),
        ("2026", "-11", "2026-11"),
        ("10", "/12", "10/12"),
        ("www", ".example", "www.example"),
        ("www.example", ".org/a", "www.example.org/a"),
        ("https", "://x", "https://x"),
        ("ana@mail", ".org", "ana@mail.org"),
        # a sign that began something gets its blank back
        ("costs", ".5", "costs .5"),
        ("tomorrow", ":)", "tomorrow :)"),
        ("tomorrow", ":-)", "tomorrow :-)"),
        ("tomorrow", ";)", "tomorrow ;)"),
        ("2026", "- we", "2026 - we"),
    ],
)
def test_the_blank_behind_a_word_taken(word: str, keys: str, text: str) -> None:
    assert after_taking(word, keys) == text


def test_a_blank_that_was_typed_is_never_touched() -> None:
    writing = Writing()
    for key in "tomorrow , and":
        writing.type(key)
    assert writing.draft.text == "tomorrow , and"


def test_after_a_move_the_blank_is_like_any_other() -> None:
    writing = Writing()
    writing.give(Offer.of("", [guess("tomorrow", 0)], confidence=0.5))
    writing.take()
    writing.move(0)
    writing.move(len("tomorrow "))
    writing.type(",")
    assert writing.draft.text == "tomorrow ,"


@pytest.mark.parametrize(("after", "text"), [(" at", "soon at"), (", at", "soon, at"), ("\nat", "soon \nat")])
def test_no_blank_is_put_before_one_or_before_a_comma(after: str, text: str) -> None:
    writing = Writing(f"so{after}")
    writing.move(1)
    writing.type("o")
    writing.backspace()
    writing.move(2)
    writing.type("o")
    writing.give(Offer.of("soo", [guess("soon", 3)], confidence=0.5))
    assert writing.take()
    assert writing.draft.text == text
