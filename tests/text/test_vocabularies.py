"""What gets into a vocabulary."""

import pytest

from foreword.errors import OptionError
from foreword.text import vocabularies
from foreword.text.forms import BYTES
from foreword.text.vocabularies import frequent_characters, frequent_words, merged_subwords


def test_characters_follow_the_bytes_and_the_newline_in_order_of_code_point() -> None:
    tokens = frequent_characters({"z": 9, "a": 2, "日": 2, "é": 1, "\n": 50}, at_least=2)
    assert tokens == (*BYTES, "\n", "a", "z", "日")


def test_the_newline_is_always_there() -> None:
    assert frequent_characters({}, at_least=1) == (*BYTES, "\n")


def test_words_take_their_space_along_and_what_was_seen_once_stays_out() -> None:
    tokens = frequent_words(["the cat or the hat or the end\nthe dog"], 400)
    assert " the" in tokens
    assert "the" in tokens
    assert " cat" not in tokens
    assert not {"<0x41>", ""} & set(tokens[256:])


def test_the_most_frequent_fit_the_limit_and_the_characters_that_spell_them_come_first() -> None:
    tokens = frequent_words(["ab ab ab ab cd"], 256 + 1 + 4)
    assert tokens == (*BYTES, "\n", " ", "a", "b", " ab")


def test_words_seen_seldom_are_let_go_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabularies, "_MOST_WORDS", 50)
    text = " ".join(f"word{number} same" for number in range(20_000))
    tokens = frequent_words([text], 400)
    assert " same" in tokens
    assert not [token for token in tokens if token.startswith(" word")]


def test_a_vocabulary_is_the_same_wherever_the_text_was_cut() -> None:
    text = "the cat sat on the mat, the cat's well-known mat\n" * 3
    pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
    assert frequent_words(pieces, 400) == frequent_words([text], 400)
    assert merged_subwords(pieces, 300) == merged_subwords([text], 300)


def test_merges_stay_within_a_word_and_never_take_a_newline() -> None:
    tokens, merges = merged_subwords(["no no\nno no\n\n" * 50], 1000)
    assert len(tokens) == 256 + len(merges) < 1000
    assert "Ġno" in tokens
    assert not [token for token in tokens if len(token) > 1 and ("Ċ" in token or "Ġ" in token[1:])]


@pytest.mark.parametrize("limit", [0, 257])
def test_a_limit_without_room_for_a_word_is_refused_by_its_number(limit: int) -> None:
    with pytest.raises(OptionError, match=f"a vocabulary of {limit} has no room"):
        frequent_words(["text"], limit)
    with pytest.raises(OptionError, match=f"a vocabulary of {limit} has no room"):
        merged_subwords(["text"], limit)
