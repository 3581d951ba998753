"""The NumPy path of the characters is the tokenizer of Hugging Face, and may spell the rare ones."""

import numpy as np
import pytest
import tokenizers
from hypothesis import given

from foreword.text import tokenizer
from foreword.text.tokenizer import CharacterTable, Tokenizer, characters_tokenizer
from foreword.text.vocabularies import count_characters, rare_characters
from writings import any_text, dirty_text

TOKENIZER: Tokenizer = characters_tokenizer(dict.fromkeys("the quick\tbrown fox é日👍\u0301\ufffd", 1))
REFERENCE = tokenizers.Tokenizer.from_str(TOKENIZER.to_json())


@given(any_text)
def test_the_table_encodes_as_hugging_face_does(text: str) -> None:
    assert CharacterTable(TOKENIZER.tokens).encode(text).tolist() == REFERENCE.encode(text).ids


def test_a_character_of_each_script_and_size_has_the_ids_that_hugging_face_gives() -> None:
    codes = [*range(0x1000), 0xFFFF, 0x10000, *range(0x1000, 0x110000, 97), 0x10FFFF]
    every = "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000)
    assert CharacterTable(TOKENIZER.tokens).encode(every).tolist() == REFERENCE.encode(every).ids


def test_a_text_longer_than_a_piece_is_encoded_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "PIECE", 3)
    text = "the ñ 🤯日 fox 🤯"
    assert CharacterTable(TOKENIZER.tokens).encode(text).tolist() == REFERENCE.encode(text).ids
    assert count_characters([text]) == {character: text.count(character) for character in set(text)}


@given(dirty_text)
def test_characters_are_counted_over_all_pieces(text: str) -> None:
    sound = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    counted = count_characters([text[:3], text[3:]])
    assert counted == {character: sound.count(character) for character in set(sound)}


def test_only_rare_characters_are_spelled_and_only_in_their_share() -> None:
    table = CharacterTable(TOKENIZER.tokens, rare="日é")
    text = "e日é" * 4000
    ids = table.encode(text, spell=np.random.default_rng(0), share=0.25)
    assert TOKENIZER.decode(ids) == text
    spelled = np.count_nonzero(ids < 256) / 5  # three bytes and two for a pair
    assert spelled == pytest.approx(1000, rel=0.1)
    common = TOKENIZER.encode("e")[0]
    assert np.count_nonzero(ids == common) == 4000


def test_without_a_generator_nothing_is_spelled_and_with_all_of_the_share_everything_rare() -> None:
    table = CharacterTable(TOKENIZER.tokens, rare="日")
    assert table.encode("e日", share=1.0).tolist() == TOKENIZER.encode("e日").tolist()
    spelled = table.encode("e日", spell=np.random.default_rng(0), share=1.0)
    assert spelled.tolist() == [TOKENIZER.encode("e")[0], *"日".encode()]


def test_the_rare_characters_are_the_rarest_that_make_up_the_share() -> None:
    counts = {"e": 900, "x": 60, "q": 30, "日": 9, "👍": 1}
    assert rare_characters(counts, 0.01) == {"日", "👍"}
    assert rare_characters(counts, 0.0099) == {"👍"}
    assert rare_characters(counts, 0.0) == frozenset()
    assert rare_characters({}, 0.5) == frozenset()
