"""A running text is cut where no token stands, so that its tokens stay the same."""

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from foreword.text.forms import Unit
from foreword.text.tokenizer import subwords_tokenizer, words_tokenizer
from foreword.text.vocabularies import cut_at_tokens

SIZE = 250  # more than the longest token of the runs below
RUNS = ("a", "ab-", "x's", "日本", "ー", "ที่", "!", "…😀", " ", "\n", "e\u0301\u0323", "a ", ". ", "9.", "'")
TRAINING = ["".join(run * 30 for run in RUNS)]
REFERENCES = {
    made.unit: tokenizers.Tokenizer.from_str(made.to_json())
    for made in (words_tokenizer(TRAINING, 500), subwords_tokenizer(TRAINING, 500))
}
long_runs = st.lists(st.builds(str.__mul__, st.sampled_from(RUNS), st.integers(1, 300)), max_size=4).map(
    "".join
)


@pytest.mark.parametrize("unit", ["words", "subwords"])
@given(text=long_runs, at=st.integers(0, 1000))
@settings(max_examples=60)
def test_the_tokens_of_the_pieces_are_the_tokens_of_the_whole(unit: Unit, text: str, at: int) -> None:
    pieces = cut_at_tokens([text[:at], text[at:]], SIZE)
    reference = REFERENCES[unit]
    assert [token for piece in pieces for token in reference.encode(piece).ids] == reference.encode(text).ids


@given(long_runs, st.integers(1, 40))
def test_nothing_is_lost_and_no_piece_is_empty_or_too_long(text: str, size: int) -> None:
    pieces = list(cut_at_tokens([text], size))
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= size for piece in pieces)


def test_a_lone_surrogate_is_replaced() -> None:
    assert list(cut_at_tokens(["a\ud800", "b"])) == ["a\ufffdb"]
