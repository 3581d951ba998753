"""The tokens of a vocabulary, and the places where a text is cut for counting."""

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from foreword.settings import Unit
from foreword.text.tokenizer import characters_tokenizer, subwords_tokenizer, words_tokenizer
from foreword.text.tokenizer_file import BYTES
from foreword.text.vocabularies import (
    count_characters,
    cut_at_tokens,
    frequent_words,
    merged_subwords,
    rare_characters,
)
from writings import dirty_text

RUNS = ("a", "ab-", "x's", "日本", "ー", "ที่", "!", "…😀", " ", "\n", "e\u0301\u0323", "a ", ". ", "9.", "'")
TRAINING = ["".join(run * 30 for run in RUNS)]
REFERENCES = {
    made.unit: tokenizers.Tokenizer.from_str(made.to_json())
    for made in (words_tokenizer(TRAINING, 500), subwords_tokenizer(TRAINING, 500))
}
runs = st.builds(str.__mul__, st.sampled_from(RUNS), st.integers(1, 300))


@pytest.mark.parametrize("unit", ["words", "subwords"])
@given(text=st.lists(runs, max_size=4).map("".join), at=st.integers(0, 1000))
@settings(max_examples=40)
def test_the_chunks_of_a_text_have_the_tokens_of_the_whole_text(unit: Unit, text: str, at: int) -> None:
    pieces = list(cut_at_tokens([text[:at], text[at:]], 250))  # longer than any token of these runs
    reference = REFERENCES[unit]
    assert all(0 < len(piece) <= 250 for piece in pieces)
    assert [token for piece in pieces for token in reference.encode(piece).ids] == reference.encode(text).ids


@given(dirty_text)
def test_characters_are_counted_over_all_chunks(text: str) -> None:
    sound = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    counted = count_characters([text[:3], text[3:]])
    assert counted == {character: sound.count(character) for character in set(sound)}
    assert "".join(cut_at_tokens([text])) == sound


@pytest.mark.parametrize(("most", "rare"), [(10, "日👍"), (9.9, "👍"), (0, "")])
def test_rare_characters_are_the_rarest_within_the_limit(most: float, rare: str) -> None:
    assert rare_characters({"e": 900, "x": 60, "q": 30, "日": 9, "👍": 1}, most) == set(rare)


def test_characters_are_sorted_by_code_point_after_the_bytes_and_the_newline() -> None:
    assert characters_tokenizer("za日\nz").tokens[256:] == (b"\n", b"a", b"z", "日".encode())


def test_the_most_frequent_words_follow_their_characters_within_the_limit() -> None:
    tokens = frequent_words(["ab ab ab ab cd"], 256 + 1 + 4)
    assert tokens == (*BYTES, "\n", " ", "a", "b", " ab")


def test_a_vocabulary_is_the_same_wherever_the_text_was_cut() -> None:
    text = "the cat sat on the mat, the cat's well-known mat\n" * 3
    pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
    assert frequent_words(pieces, 400) == frequent_words([text], 400)
    assert merged_subwords(pieces, 300) == merged_subwords([text], 300)


def test_merges_stay_within_a_word_and_never_include_a_newline() -> None:
    tokens, merges = merged_subwords(["no no\nno no\n\n" * 50], 1000)
    assert len(tokens) == 256 + len(merges) < 1000
    assert "Ġno" in tokens
    assert not [token for token in tokens if len(token) > 1 and ("Ċ" in token or "Ġ" in token[1:])]
