"""Round trips for all units, and the same results as plain Hugging Face tokenizers."""

import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st

from foreword.errors import OptionError
from foreword.settings import Unit
from foreword.text import tokenizer as room
from foreword.text.cleaning import clean
from foreword.text.tokenizer import (
    Decoder,
    Tokenizer,
    characters_tokenizer,
    subwords_tokenizer,
    words_tokenizer,
)
from foreword.text.vocabularies import count_characters
from writings import SNIPPETS, any_text, dirty_text

# Half of the snippets, so that the tokenizers encode the other half unseen.
TEXT = clean("\n".join((*SNIPPETS[::2], "see you at the well-known café, don't be late 日")) * 4)
CHARACTERS = characters_tokenizer(each for each, count in count_characters([TEXT]).items() if count > 1)
MADE = (CHARACTERS, words_tokenizer([TEXT], 450), subwords_tokenizer([TEXT], 400))
TOKENIZERS = {made.unit: made for made in MADE}
REFERENCES = {unit: tokenizers.Tokenizer.from_str(made.to_json()) for unit, made in TOKENIZERS.items()}
units = pytest.mark.parametrize("unit", list(TOKENIZERS))


@units
@given(text=dirty_text)
def test_decoding_restores_each_encoded_text(unit: Unit, text: str) -> None:
    cleaned = clean(text)
    assert TOKENIZERS[unit].decode(TOKENIZERS[unit].encode(cleaned)) == cleaned


@units
@given(text=any_text)
def test_plain_hugging_face_tokenizers_give_the_same_ids_and_text(unit: Unit, text: str) -> None:
    ids = TOKENIZERS[unit].encode(text).tolist()
    assert REFERENCES[unit].encode(text).ids == ids
    assert REFERENCES[unit].decode(ids, skip_special_tokens=False) == text == TOKENIZERS[unit].decode(ids)
    assert b"".join(TOKENIZERS[unit].tokens[token] for token in ids) == text.encode()


@units
@given(text=any_text, at=st.integers(0, 60))
def test_a_text_in_chunks_or_after_a_newline_has_the_same_ids(unit: Unit, text: str, at: int) -> None:
    tokenizer = TOKENIZERS[unit]
    ids = tokenizer.encode(text).tolist()
    pieces = tokenizer.encode_pieces([text[:at], "", text[at:]])
    assert [int(token) for piece in pieces for token in piece] == ids
    assert tokenizer.encode("\n" + text).tolist() == [tokenizer.newline, *ids]


@units
@given(ids=st.lists(st.integers(0, 299), max_size=40))
def test_ids_decoded_one_by_one_give_the_same_text(unit: Unit, ids: list[int]) -> None:
    decoder = Decoder(TOKENIZERS[unit])
    assert "".join([*map(decoder.feed, ids), decoder.flush()]) == TOKENIZERS[unit].decode(ids)


@units
def test_a_tokenizer_file_restores_the_tokenizer_even_if_hugging_face_saved_it(unit: Unit) -> None:
    tokenizer = TOKENIZERS[unit]
    for text in (tokenizer.to_json(), REFERENCES[unit].to_str()):
        again = Tokenizer.from_json(text)
        assert (again.unit, again.tokens, again.newline) == (unit, tokenizer.tokens, tokenizer.newline)
        assert again.to_json() == tokenizer.to_json()


@pytest.mark.parametrize("wrong", [-1, 100_000])
def test_an_id_outside_the_vocabulary_is_a_named_error(wrong: int) -> None:
    with pytest.raises(OptionError, match=f"{wrong} is not an id of this vocabulary; its ids go from 0 to"):
        CHARACTERS.decode([10, wrong])


def test_encoding_a_long_text_in_chunks_gives_the_same_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "the ñ 🤯日 fox 🤯"
    monkeypatch.setattr(room, "PIECE", 3)
    assert CHARACTERS.encode(text).tolist() == REFERENCES["characters"].encode(text).ids
