"""Files that end within a character or a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.errors import SourceEmpty, WrongEncoding
from foreword.text.readers.cut_files import lines_before_the_cut, pieces_before_the_cut
from foreword.text.readers.opened import BLOCK, opened_bytes


def text_of(content: bytes, encoding: str | None = None) -> str:
    return "".join(pieces_before_the_cut(opened_bytes("it", content, encoding=encoding)))


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1), st.integers(0, 3))
def test_what_stands_before_the_cut_is_read_and_half_a_character_is_not(text: str, cut: int) -> None:
    content = text.encode()
    content = content[: max(len(content) - cut, len(text[0].encode()))]
    whole = content.decode("utf-8", "ignore").removeprefix("\ufeff")
    assert not whole or text_of(content) == whole


def test_a_character_across_blocks_is_whole() -> None:
    text = "a" * (BLOCK - 1) + "日本" + "b" * BLOCK + "👍"
    assert text_of(text.encode()) == text


def test_a_wrong_byte_within_is_an_error_as_ever() -> None:
    with pytest.raises(WrongEncoding, match="byte 0xE9"):
        text_of("a café here".encode("latin-1"))
    with pytest.raises(WrongEncoding, match="byte 0xE9"):
        text_of(b"caf\xe9\xe9\xe9\xe9")


def test_half_a_character_alone_is_nothing() -> None:
    with pytest.raises(SourceEmpty):
        text_of("日".encode()[:2])


def test_other_encodings_are_left_alone() -> None:
    assert text_of("café".encode("latin-1"), "latin-1") == "café"


def test_lines_come_without_their_ends() -> None:
    content = "one\r\ntwo\n\nthree 日".encode()[:-1]
    assert list(lines_before_the_cut(opened_bytes("it", content))) == ["one", "two", "", "three "]
