"""A vocabulary asked by its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.runtime.beam import Spelling, split

TOKENS = (
    b"a",
    b"to",
    b"tom",
    b"tomorrow",
    b" to",
    b"\xc3",
    b"\xa9",
    "é".encode(),
    b"\xf0\x9f",
    b"a",
    b"\xff",
)


@given(owed=st.sampled_from([b"", b"t", b"to", b"tom", b"tomo", b" tom", b"a", b"\xc3", b"x", b"\xff"]))
def test_the_tokens_that_fit_are_those_found_by_trying_all(owed: bytes) -> None:
    spelling = Spelling(TOKENS)
    covering = [at for at, token in enumerate(TOKENS) if token.startswith(owed)]
    parts = [at for at, token in enumerate(TOKENS) if owed.startswith(token) and token != owed]

    assert sorted(spelling.beginning_with(owed)) == covering
    assert sorted(spelling.fitting(owed)) == sorted(covering + parts)


@pytest.mark.parametrize("pending", [b"", b"\xc3", b"\xf0", b"\xf0\x9f\x98"])
def test_a_mask_allows_the_tokens_that_go_on_in_utf8(pending: bytes) -> None:
    tokens = (*TOKENS, b"\x9f", b"\x98\x80")
    allowed = Spelling(tokens).valid_after(pending)

    for token, good in zip(tokens, allowed, strict=True):
        assert good == (split(pending + token) is not None)


@given(text=st.text(max_size=5), cut=st.integers(1, 3))
def test_bytes_are_split_into_whole_characters_and_the_beginning_of_one(text: str, cut: int) -> None:
    spelled = text.encode()
    whole, pending = split(spelled[:-cut]) or ("?", b"?")

    assert text.startswith(whole)
    assert whole.encode() + pending == spelled[:-cut]
    assert len(pending) < 4


@pytest.mark.parametrize(
    "text", [b"\x80", b"\xff", b"\xc3a", b"\xed\xa0\x80", b"\xc0\xaf", b"\xed\xa0", b"\xf4\x90"]
)
def test_what_is_no_utf8_is_none(text: bytes) -> None:
    assert split(text) is None


def test_every_unfinished_character_can_be_finished() -> None:
    """Or a passage would come to a place where nothing may follow."""
    pending = [bytes([first]) for first in range(256) if split(bytes([first])) == ("", bytes([first]))]
    for _ in range(3):
        longer = [(text, text + bytes([byte])) for text in pending for byte in b"\x80\x8f\x90\x9f\xa0\xbf"]
        assert {text for text, grown in longer if split(grown) is not None} == set(pending)
        pending = [grown for _, grown in longer if split(grown) == ("", grown)]

    assert pending == []
