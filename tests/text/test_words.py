"""The single definition of a word, for all scripts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.text.cleaning import clean
from foreword.text.words import (
    LONGEST,
    begins,
    first_word,
    folded,
    is_full,
    is_inside_word,
    lines_and_keys,
    matching,
    takes_space,
    word_start,
    words,
)
from writings import any_text

WORDS = {
    "see you, tomorrow!": "see you tomorrow",
    "don't can’t 'tis rock-'n'-roll": "don't can’t tis rock n roll",
    "well-known re‑use a -- b": "well-known re‑use a b",
    "3 apples, 10th, v2": "3 apples 10th v2",
    "e\u0301te\u0301 q\u0323a": "e\u0301te\u0301 q\u0323a",
    "नमस्ते दुनिया": "नमस्ते दुनिया",
    "می\u200cخواهم": "می\u200cخواهم",
    "пока, ¿qué? col·lecció": "пока qué col·lecció",
    "ג׳ירפה צה״ל בן־גוריון וכו׳": "ג׳ירפה צה״ל בן־גוריון וכו",
    "日本語です": "日本 語 です",
    "スーパーマーケット": "スーパー マーケッ ト",
    "สวัสดีครับ": "สวัสดี ครับ",
    "❤️ 👍🏽 😀 \u0301 …": "",
    "snake_case a\u00ada": "snake case a\u00ada",
}


@pytest.mark.parametrize("text", WORDS)
def test_words_are_found_in_many_scripts(text: str) -> None:
    assert " ".join(word.group() for word in words(text)) == WORDS[text]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("see you tom", "tom"), ("see you ", ""), ("", ""), ("don'", "don'"), ("well-", "well-"), ("well--", ""),
        ("(", ""), ("'", ""), ("\n'twa", "twa"), ("नमस्", "नमस्"), ("cafe\u0301", "cafe\u0301"), ("❤️", ""),
        ("צה״", "צה״"),
        ("日", ""), ("日本", ""), ("日本語", ""), ("スー", "スー"), ("日本-", ""), ("ok日", ""), ("日ス", "ス"),
    ],
)  # fmt: skip
def test_a_word_is_half_typed_if_a_letter_extends_it_but_none_in_han(text: str, typed: str) -> None:
    assert text[word_start(text) :] == typed


@given(any_text, st.sampled_from(["tom", "don't", "well-known", "naïve"]))
def test_a_word_typed_after_a_space_begins_there_after_any_text(before: str, word: str) -> None:
    text = f"{before} {word}"
    assert word_start(text) == len(before) + 1


@given(any_text)
def test_words_contain_only_word_characters(text: str) -> None:
    assert all(is_inside_word(character) for word in words(text) for character in word.group())
    assert all(is_inside_word(character) for character in "aÉß9ञि\u0301\u200d'’-‐日ー")
    assert not any(is_inside_word(character) for character in " \n.,!?_/@—“😀\ufffd")


def test_an_overlong_word_is_split_without_loss() -> None:
    lengths = [len(word.group()) for word in words("x" * (3 * LONGEST + 1))]
    assert lengths == [LONGEST, LONGEST, LONGEST, 1]
    assert word_start("x" * LONGEST) == LONGEST


def test_words_without_spaces_can_be_complete_and_take_no_space() -> None:
    assert list(filter(is_full, ("", "a", "tomorrow", "今", "今天", "привет", "한국어"))) == ["今天"]
    spaced = ["tomorrow", "привет", "한국어"]
    assert list(filter(takes_space, (*spaced, "今", "ที่"))) == spaced


def test_the_first_word_stands_at_the_very_beginning_of_a_text() -> None:
    beginnings = {"tomorrow, then": "tomorrow", "don't": "don't", " a": "", "": "", "今天日": "今天"}
    assert {text: first_word(text) for text in beginnings} == beginnings


ODD = st.sampled_from("iIİıßẞSsſKKÅåΣσςΐᾳͅǅǆǄŉǰﬀﬁﬅꭰᎠᏸაᲐϴθµμ\u0307\u0301'-")


def case_forms(text: str) -> list[str]:
    forms = (str.upper, str.lower, str.title, str.casefold, str.swapcase)
    return [text, text.upper().lower(), *(form(text) for form in forms)]


@given(st.text(ODD | st.characters(categories=["L", "M"]), max_size=8))
def test_all_case_forms_of_a_word_fold_to_the_same_text(text: str) -> None:
    for form in ("NFC", "NFD"):
        written = [unicodedata.normalize(form, each) for each in case_forms(text)]
        assert {folded(each) for each in written} == {folded(text)}
    assert folded(folded(text)) == folded(text)


def test_folding_keeps_different_letters_different() -> None:
    assert folded("İSTANBUL") == folded("ıstanbul") == "istanbul"
    assert folded("Zürich") == "zürich" != folded("zurich")
    assert folded("STRASSE") == folded("Straße") != folded("Strase")


@pytest.mark.parametrize(
    ("does", "pairs"),
    [
        (True, "wol Wolfgang, zur Zürich, zür ZÜRICH, Zur Zürich, stras Straße, lodz Łódź, nguye Nguyễn"),
        (True, "nguyê Nguyễn, αθηνα Αθήνα, елк Ёлка, isp ısparta, ist İstanbul, احمد أحمد, شكرا شُكْرًا, שלום שָׁלוֹם"),
        (True, "ışı Işıl"),
        (False, "zür Zurich, Zur zürich, nguyé Nguyễn, straß Strasse, ёлк елка"),
        (False, "иод йод, कल कि, कि क, か がく, ısp isparta, ıst İstanbul"),
    ],
)  # fmt: skip
def test_plain_small_letters_match_capitals_and_accents_not_the_reverse(does: bool, pairs: str) -> None:
    found = {pair: begins(*pair.split()) for pair in pairs.split(", ")}
    assert set(found.values()) == {does}, found


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_second_matching_changes_nothing_and_lines_do_not_affect_each_other(one: str, other: str) -> None:
    one, other = clean(one), clean(other)
    assert matching(matching(one)) == matching(one)
    assert matching(one + "\n" + other) == matching(one) + "\n" + matching(other)
    assert lines_and_keys(one) == (one.split("\n"), matching(one).split("\n"))
    assert begins(one, one + "\n" + other)
