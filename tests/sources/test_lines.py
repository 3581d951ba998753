"""Lines of exports: ends all alike, and files that break off."""

import gzip
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.errors import SourceEmpty, SourceNotText, WrongEncoding
from foreword.sources.lines import lines_of, pieces_of
from foreword.sources.opened import BLOCK, Opened, opened_bytes


@given(
    st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs")))), st.sampled_from(("\n", "\r\n", "\r"))
)
def test_lines_are_the_same_with_all_ends(lines: list[str], end: str) -> None:
    text = end.join([*lines, "last"])
    assert list(lines_of(opened_bytes("it", text.encode()))) == [
        line.removeprefix("\ufeff") if number == 0 else line for number, line in enumerate([*lines, "last"])
    ]


@pytest.mark.parametrize("shift", range(-4, 3))
def test_ends_and_characters_across_blocks_stay_whole(shift: int) -> None:
    text = "x" * (BLOCK + shift) + "\r\n👍é\r\n"
    assert list(lines_of(opened_bytes("it", text.encode()))) == ["x" * (BLOCK + shift), "👍é"]


@pytest.mark.parametrize("character", ["é", "日", "👍"])
@pytest.mark.parametrize("before", [0, 1, 2, 3, BLOCK - 2, BLOCK - 1, BLOCK])
def test_a_character_in_which_a_file_breaks_off_is_left_out_and_noted(character: str, before: int) -> None:
    for kept in range(1, len(character.encode())):
        notes: list[str] = []
        opened = opened_bytes("it", b"ab" + b"x" * before + character.encode()[:kept])
        assert "".join(pieces_of(opened, notes)) == "ab" + "x" * before
        assert notes == ["it breaks off within a character: it may have been cut"]
        opened = opened_bytes("it", b"ab" + b"x" * before + character.encode())
        assert "".join(pieces_of(opened, notes)) == "ab" + "x" * before + character
        assert len(notes) == 1


def test_a_wrong_byte_elsewhere_is_an_error() -> None:
    with pytest.raises(WrongEncoding, match="byte 0xE9 at offset 3, in line 1"):
        list(lines_of(opened_bytes("it", b"caf\xe9 here\n")))
    assert list(lines_of(opened_bytes("it", b"caf\xe9", encoding="latin-1"))) == ["café"]


@pytest.mark.parametrize("size", [1, 3, 4, 5000])
def test_what_is_no_text_is_an_error(size: int) -> None:
    with pytest.raises(SourceNotText):
        list(lines_of(opened_bytes("it", b"\0" * size)))
    with pytest.raises(SourceEmpty):
        list(lines_of(opened_bytes("it", b"")))


def test_damage_in_a_compressed_file_is_named() -> None:
    packed = gzip.compress(os.urandom(BLOCK).hex().encode())[:-9]
    opened = Opened(name="it", opening=lambda: gzip.GzipFile(fileobj=io.BytesIO(packed)))
    with pytest.raises(SourceNotText, match="it is damaged"):
        list(lines_of(opened))
