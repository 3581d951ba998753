"""What is shown of suggestions."""

import pytest

from foreword.keyboard.suggest import Suggestion
from foreword.terminal.suggestions import Choice, Offer
from guessing import guess


def test_a_choice_tells_what_is_typed_from_what_it_adds() -> None:
    (choice,) = Offer.of("see you tom", [guess("tomorrow", 3)], confidence=0.5).choices
    assert (choice.typed, choice.rest, choice.replaces) == ("tom", "orrow ", "")


def test_letters_typed_with_their_accents_apart_are_the_same_letters() -> None:
    typed = "cafe\u0301"
    (choice,) = Offer.of(typed, [guess("cafés", len(typed))], confidence=0.5).choices
    assert (choice.typed, choice.rest) == ("café", "s ")


def test_a_correction_says_what_it_replaces_and_is_never_shown_behind_the_cursor() -> None:
    offer = Offer.of("teh", [guess("the", 3, 0.99)], confidence=0.5)
    assert offer.choices[0].replaces == "teh"
    assert offer.inline is None


@pytest.mark.parametrize(("probability", "is_shown"), [(0.29, False), (0.3, True), (1.0, True)])
def test_only_a_likely_word_is_shown_behind_the_cursor(probability: float, is_shown: bool) -> None:
    offer = Offer.of("", [guess("yes", 0, probability), guess("no", 0, 0.9)], confidence=0.3)
    assert (offer.inline is not None) == is_shown
    assert len(offer.choices) == 2


@pytest.mark.parametrize(
    ("insert", "replace", "first"),
    [
        ("tomorrow morning at ", 3, "tomorrow "),
        ("tomorrow ", 3, "tomorrow "),
        (" then go ", 0, " then "),
        ("明天早上", 1, "明天"),
        ("don't know ", 0, "don't "),
    ],
)
def test_the_first_word_of_a_phrase_comes_with_its_blank(insert: str, replace: int, first: str) -> None:
    phrase = Suggestion(text=insert.strip(), replace=replace, insert=insert, probability=0.9)
    word = Choice.of(phrase, insert[:replace]).first_word()
    assert (word.insert, word.replace) == (first, replace)
