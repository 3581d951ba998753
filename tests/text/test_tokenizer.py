"""Round trips for all units, and nothing that plain Hugging Face tokenizers would read otherwise."""

import time

import numpy as np
import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st

from foreword.errors import OptionError
from foreword.text.cleaning import clean
from foreword.text.forms import Unit
from foreword.text.tokenizer import (
    Decoder,
    Tokenizer,
    characters_tokenizer,
    subwords_tokenizer,
    words_tokenizer,
)
from foreword.text.vocabularies import count_characters
from writings import SNIPPETS, any_text, dirty_text

# Half of the snippets, so that the other half is never seen before it is encoded.
TEXT = clean("\n".join((*SNIPPETS[::2], "see you at the well-known café, don't be late ")) * 4)
TOKENIZERS = {
    made.unit: made
    for made in (
        characters_tokenizer(count_characters([TEXT]), at_least=2),
        words_tokenizer([TEXT], 450),
        subwords_tokenizer([TEXT], 400),
    )
}
REFERENCES = {unit: tokenizers.Tokenizer.from_str(made.to_json()) for unit, made in TOKENIZERS.items()}
units = pytest.mark.parametrize("unit", list(TOKENIZERS))


@units
@given(text=dirty_text)
def test_decoding_what_was_encoded_gives_every_cleaned_text_back(unit: Unit, text: str) -> None:
    tokenizer = TOKENIZERS[unit]
    cleaned = clean(text)
    assert tokenizer.decode(tokenizer.encode(cleaned)) == cleaned


@units
@given(text=any_text)
def test_a_text_that_was_not_cleaned_comes_back_as_it_was(unit: Unit, text: str) -> None:
    tokenizer = TOKENIZERS[unit]
    assert tokenizer.decode(tokenizer.encode(text)) == text


@units
@given(text=any_text)
def test_plain_hugging_face_encodes_and_decodes_the_same(unit: Unit, text: str) -> None:
    ids = TOKENIZERS[unit].encode(text).tolist()
    assert REFERENCES[unit].encode(text).ids == ids
    assert REFERENCES[unit].decode(ids, skip_special_tokens=False) == text


@units
@given(text=any_text)
def test_the_tokens_bytes_make_up_the_texts(unit: Unit, text: str) -> None:
    tokenizer = TOKENIZERS[unit]
    assert b"".join(tokenizer.tokens[token] for token in tokenizer.encode(text)) == text.encode()


@units
@given(text=any_text)
def test_a_newline_before_a_text_is_one_id_and_changes_none_after_it(unit: Unit, text: str) -> None:
    tokenizer = TOKENIZERS[unit]
    assert tokenizer.encode("\n" + text).tolist() == [tokenizer.newline, *tokenizer.encode(text).tolist()]


@units
@given(text=any_text, at=st.integers(0, 60))
def test_a_text_in_pieces_has_the_ids_of_the_whole(unit: Unit, text: str, at: int) -> None:
    tokenizer = TOKENIZERS[unit]
    pieces = tokenizer.encode_pieces([text[:at], "", text[at:]])
    assert [int(token) for ids in pieces for token in ids] == tokenizer.encode(text).tolist()


@units
@given(ids=st.lists(st.integers(0, 299), max_size=40))
def test_ids_decoded_one_by_one_give_the_text_of_all(unit: Unit, ids: list[int]) -> None:
    decoder = Decoder(TOKENIZERS[unit])
    assert "".join([*map(decoder.feed, ids), decoder.flush()]) == TOKENIZERS[unit].decode(ids)


def test_the_decoder_keeps_a_character_until_its_last_byte() -> None:
    decoder = Decoder(TOKENIZERS["characters"])
    assert [decoder.feed(byte) for byte in "🤯".encode()] == ["", "", "", "🤯"]
    assert decoder.feed(0xF0) == ""
    assert decoder.flush() == "\ufffd"


@units
def test_the_file_holds_all_that_the_tokenizer_knows(unit: Unit) -> None:
    tokenizer = TOKENIZERS[unit]
    again = Tokenizer.from_json(tokenizer.to_json())
    assert (again.unit, again.size, again.newline, again.tokens) == (
        unit, tokenizer.size, tokenizer.newline, tokenizer.tokens,
    )  # fmt: skip
    assert again.to_json() == tokenizer.to_json()


@units
def test_a_file_that_hugging_face_saved_again_is_still_ours(unit: Unit) -> None:
    assert Tokenizer.from_json(REFERENCES[unit].to_str()).tokens == TOKENIZERS[unit].tokens


@units
def test_lone_surrogates_and_the_empty_text_do_no_harm(unit: Unit) -> None:
    tokenizer = TOKENIZERS[unit]
    assert tokenizer.decode(tokenizer.encode("a\ud800b")) == "a\ufffdb"
    assert tokenizer.encode("").shape == (0,)
    assert tokenizer.encode("").dtype == np.int64
    assert tokenizer.decode(tokenizer.encode("")) == ""


@units
@pytest.mark.parametrize("wrong", [-1, 100_000])
def test_an_id_outside_the_vocabulary_is_named(unit: Unit, wrong: int) -> None:
    with pytest.raises(OptionError, match=f"{wrong} is no id of this vocabulary; its ids go from 0 to"):
        TOKENIZERS[unit].decode([10, wrong])


@units
def test_common_words_are_one_token_but_for_characters(unit: Unit) -> None:
    lengths = {"characters": 10, "words": 1, "subwords": 1}
    phrase = {"characters": "well-known", "words": " well-known", "subwords": " café"}[unit]
    assert len(TOKENIZERS[unit].encode(phrase)) == lengths[unit]


@units
def test_ten_times_the_text_takes_hugging_face_about_ten_times_as_long(unit: Unit) -> None:
    """Without merges the search for the best merge must not make a long line quadratic."""

    def seconds(text: str) -> float:
        start = time.process_time()
        REFERENCES[unit].encode(text)
        return time.process_time() - start

    line = "see you at the café 🤯 " * 1000
    assert seconds(line * 10) < 50 * max(seconds(line), 0.01)
