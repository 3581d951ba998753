"""The effect of each key on the text, on the suggestions and on the count of saved keys."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.assess.keystrokes import type_message
from foreword.keyboard.offers import Offer, offer_after
from foreword.terminal import status_lines
from foreword.terminal.text_entry import Tally, TextEntry
from foreword.text.words import word_start
from guessing import Guessing, guess

WORDS = {"tomorrow": 0.9, "tomato": 0.05, "today": 0.4, "you": 0.5, "the": 0.2, "then": 0.3}


def answer(writing: TextEntry, keyboard: Guessing | None = None, confidence: float = 0.3) -> None:
    wanted = writing.wants()
    if wanted is not None:
        writing.give(offer_after(keyboard or Guessing(WORDS), wanted, limit=3, confidence=confidence))


def press(writing: TextEntry, keys: str, keyboard: Guessing | None = None) -> None:
    for key in keys:
        writing.type(key)
        answer(writing, keyboard)


def typed(keys: str, keyboard: Guessing | None = None) -> TextEntry:
    writing = TextEntry()
    press(writing, keys, keyboard)
    return writing


def inline(writing: TextEntry) -> str | None:
    shown = writing.offer.inline
    return shown.rest if shown else None


def offered(writing: TextEntry) -> list[str]:
    return [each.suggestion.text for each in writing.offer.choices]


def test_old_suggestions_stay_while_they_continue_the_typed_letters() -> None:
    writing = typed("t")
    late = offer_after(Guessing(WORDS), "t", limit=3, confidence=0.3)
    writing.type("o")
    writing.give(late)
    assert (offered(writing), inline(writing)) == (["tomorrow", "today"], "morrow ")
    writing.type("d")
    assert (offered(writing), inline(writing)) == (["today"], None)
    assert writing.take()
    assert writing.draft.text == "today "
    writing = typed("toda")
    writing.type("y")
    assert offered(writing) == []


def test_the_list_does_not_change_while_the_user_walks_through_it() -> None:
    writing = typed("t")
    writing.type("o")
    assert writing.into_list()
    writing.walk(1)
    drawn = status_lines.choices(writing, 80)
    assert "".join(text for style, text, *_ in drawn if "class:chosen" in style) == "2 today"
    answer(writing, Guessing({"total": 0.9, "toad": 0.8, "torn": 0.7}))
    writing.take()
    assert writing.draft.text == "today "


def test_suggestions_for_another_text_are_never_shown_or_taken() -> None:
    writing = TextEntry()
    writing.type("t")
    assert writing.wants() == "t"
    writing.type("h")
    writing.give(Offer.of("t", [guess("tomorrow", 1, 0.9)], confidence=0.3))
    assert (offered(writing), writing.take()) == ([], False)
    writing.give(Offer.of("th", [guess("then", 2, 0.9)], confidence=0.3))
    assert inline(writing) == "en "
    writing.move(1)
    assert (offered(writing), writing.take(), writing.draft.text) == ([], False, "th")


def test_the_editor_asks_for_no_words_inside_a_word_or_after_a_move() -> None:
    writing, quoted = typed("to you"), typed("don't")
    writing.move(2)
    wanted = [writing.wants()]
    writing.type("m")
    wanted.append(writing.wants())
    writing.move(1)
    writing.type("x")
    quoted.move(3)
    quoted.backspace()
    wanted += [writing.wants(), quoted.wants()]
    writing.move(6, selecting=True)
    assert [*wanted, writing.wants()] == [None, "tom", None, None, None]


def test_esc_hides_suggestions_until_the_next_word() -> None:
    writing = typed("t")
    writing.escape()
    seen = [inline(writing) is not None]
    for keys in ("om", " ", "tom", ", t"):
        if keys == "tom":
            writing.escape()
        press(writing, keys)
        seen.append(offered(writing) != [])
    assert seen == [False, False, True, False, True]


def test_a_correction_replaces_the_typed_word() -> None:
    writing = typed("teh")
    writing.give(Offer.of("teh", [guess("the", 3, 0.9)], confidence=0.3))
    assert inline(writing) is None
    assert writing.take()
    assert writing.draft.text == "the "
    # "t", "e", "h" and one more key: four keys, as without suggestions
    assert writing.tally == Tally(written=4, saved=0)


@pytest.mark.parametrize(
    ("pasted", "text"), [("a\r\nb\rc", "a\nb\nc"), ("\x1b[31mred\x07\tx", "[31mred\tx"), ("\udcff", "\ufffd")]
)
def test_a_paste_loses_its_control_characters(pasted: str, text: str) -> None:
    writing = TextEntry()
    writing.paste(pasted)
    assert writing.draft.text == text
    assert writing.tally == Tally(written=0, saved=0)


def test_each_letter_that_a_taken_word_adds_is_saved_but_for_one_key() -> None:
    writing = typed("tom")
    assert writing.tally == Tally(written=3, saved=0)
    writing.into_list()
    writing.take()
    assert writing.tally == Tally(written=9, saved=5)  # "orrow " for one key
    writing.type(",")
    assert writing.tally == Tally(written=9, saved=4)  # the space is gone
    writing.undo()
    writing.backspace()
    writing.paste("tomorrow")
    # what was written counts, deleted or not; a paste does not
    assert writing.tally == Tally(written=9, saved=4)
    writing.move(0, selecting=True)
    writing.type("x")
    assert writing.tally == Tally(written=10, saved=4)


MESSAGES = st.lists(st.sampled_from([*WORDS, "so", "x", "today's", "5", "tomatoes", "you!", "(today)"]))


@given(MESSAGES.map(" ".join))
def test_the_editor_counts_the_same_saved_keys_as_the_replay(message: str) -> None:
    """The protocol is that of the replay: a word is taken as soon as it is in the list, and Enter ends the text."""
    keyboard, writing, at = Guessing(WORDS), TextEntry(), 0
    while at < len(message):
        answer(writing, keyboard)
        start = len(writing.draft.text.rstrip("abcdefghijklmnopqrstuvwxyz"))
        fitting = [_is_next(message, start, word) for word in offered(writing)]
        if any(fitting):
            writing.take(fitting.index(True))
            at = len(writing.draft.text)
            if not message.startswith(writing.draft.text):
                at -= 1  # the space, which the next key removes
        else:
            writing.type(message[at])
            at += 1
    writing.type("\n")
    replayed = type_message(keyboard, message, 3)
    assert writing.draft.text == message + "\n"
    assert writing.tally == Tally(written=replayed.characters, saved=replayed.characters - replayed.keys)


def _is_next(message: str, start: int, word: str) -> bool:
    following = message[start + len(word) :][:1]
    return message.startswith(word, start) and not (following.isalpha() or following == "'")


OFFERS = ["take", "take_inline", "into_list", "escape"]
EDITS = ["undo", "redo", "backspace", "cut"]


KEYS = st.sampled_from([*"to y,.:\n5é", *OFFERS, *EDITS]) | st.integers(0, 30)


@given(st.lists(KEYS, max_size=30))
def test_undo_restores_the_original_text_after_any_keys(keys: list[str | int]) -> None:
    writing = TextEntry("see ")
    for key in keys:
        if isinstance(key, int):
            writing.move(key, selecting=key % 2 == 1)
        elif len(key) == 1:
            writing.type(key)
        else:
            getattr(writing, key)()
        answer(writing)
        assert 0 <= writing.draft.cursor <= len(writing.draft.text)
        assert writing.offer.before == writing.draft.before
        assert writing.tally.saved <= writing.tally.written
    while writing.redo():
        pass
    last = writing.draft.text
    while writing.undo():
        pass
    assert writing.draft.text == "see "
    while writing.redo():
        pass
    assert writing.draft.text == last


SPACES = (
    "tomorrow||tomorrow ", "tomorrow|x|tomorrow x", "tomorrow|,|tomorrow,",
    "tomorrow|, then|tomorrow, then", "tomorrow|?!|tomorrow?!", "tomorrow|…)|tomorrow…)",
    "tomorrow|(|tomorrow (", 'tomorrow|"|tomorrow "', "tomorrow|-|tomorrow -", "Anna|'s|Anna's", "they|'re|they're",
    "said|'the|said 'the", "can|'t|can't", "I|'m|I'm", "for|'me|for 'me",
    "Anna|’s|Anna’s", "dogs|' x|dogs' x", "said|'hello|said 'hello", "कल|।|कल।", "tomorrow|\n|tomorrow\n",
    "tomorrow| |tomorrow ", "tomorrow|  |tomorrow  ", "demain| !|demain !", "10|:30|10:30", "3|.5|3.5",
    "1|,000|1,000", "50|%|50%", "2026|-11|2026-11", "www|.example|www.example", "https|://x|https://x", "Git|://x|Git://x",
    "ana@mail|.org|ana@mail.org", "costs|.5|costs .5", "tomorrow|:)|tomorrow :)",
    "know|:/|know :/", "lol|:p|lol :p", "the file|:)|the file :)", "profile|:/|profile :/", "file|:/|file:/",
    "„Quatsch|“|„Quatsch“", "«problema|»|«problema»", "»Quatsch|«|»Quatsch«", '"tomorrow|"|"tomorrow"',
    "« oui|»|« oui »", "«ja», dann|«|«ja», dann «", '"a" and|"|"a" and "',
    "tomorrow|:-)|tomorrow :-)", "tomorrow|;)|tomorrow ;)", "2026|- we|2026 - we", "oui|\u202f!|oui\u202f!",
    "It was **very|** good|It was **very** good", "and _really|_ good|and _really_ good", "a * b|*c|a * b *c",
    "**Note**, see this|**|**Note**, see this **", "**_really|_**|**_really_**",
    "door|—and|door—and", "door|— and|door — and", "door|—\n|door—\n", "door|– and|door – and",
    "—Vamos|—dijo|—Vamos —dijo",
)  # fmt: skip
"""The taken word, the keys after it, and the text: punctuation, numbers, addresses, signs that open something."""


@pytest.mark.parametrize("row", SPACES)
def test_the_next_keys_decide_if_the_space_after_a_taken_word_stays(row: str) -> None:
    word, keys, text = row.split("|")
    before = word[: word_start(word)]
    writing = TextEntry(before)
    writing.give(Offer.of(before, [guess(word[len(before) :], 0, 1.0)], confidence=0.5))
    assert writing.take()
    assert writing.draft.text == f"{word} "
    for key in keys:
        writing.type(key)
    assert writing.draft.text == text


def test_a_typed_space_or_a_space_that_the_cursor_left_is_kept() -> None:
    assert typed("tomorrow , and").draft.text == "tomorrow , and"
    writing = typed("tom")
    writing.take()
    writing.move(0)
    writing.move(len("tomorrow "))
    writing.type(",")
    assert writing.draft.text == "tomorrow ,"
    writing = typed("tom")
    writing.take()
    assert not writing.redo()
    writing.type(",")
    assert writing.draft.text == "tomorrow,"
    writing = typed("tom")
    writing.take()
    writing.undo()
    writing.type(",")
    assert writing.draft.text == "tom,"


@pytest.mark.parametrize(
    "row",
    [" at|soon at", ", at|soon, at", "—at|soon—at", "\nat|soon \nat", '" at|"soon" at', "** at|**soon** at"],
)
def test_no_space_is_added_before_a_space_or_a_sign(row: str) -> None:
    after, text = row.split("|")
    before = text.partition("soon")[0]
    writing = TextEntry(f"{before}so{after}")
    writing.move(len(before) + 2)
    writing.type("o")
    writing.give(Offer.of(f"{before}soo", [guess("soon", 3)], confidence=0.5))
    assert writing.take()
    assert writing.draft.text == text


def test_a_selection_is_replaced_cut_or_deleted() -> None:
    writing, texts = TextEntry("one two"), []
    acts: list[tuple[int, Callable[[], object]]] = [
        (3, lambda: writing.paste(writing.cut()[:1])),
        (1, lambda: writing.type("x")),
        (2, lambda: writing.paste("abc")),
        (6, writing.backspace),
    ]
    for end, act in acts:
        writing.move(0)
        writing.move(end, selecting=True)
        act()
        texts.append(writing.draft.text)
    assert texts == ["o two", "x two", "abctwo", ""]


def test_a_key_without_effect_keeps_the_suggestions() -> None:
    writing = TextEntry()
    assert not writing.into_list()
    answer(writing)
    writing.backspace()
    writing.move(0)
    writing.move(0, selecting=True)
    assert not writing.undo()
    assert not writing.redo()
    assert offered(writing)
    writing = typed("to you")
    writing.move(4)
    writing.move(6, selecting=True)
    writing.move(6)
    assert writing.draft.selection is None
