"""Plain text from bytes: encodings, where they are wrong, and what is not text."""

import codecs
import contextlib
import os
from encodings.aliases import aliases
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foreword.errors import OptionError, SourceEmpty, SourceNotText, WrongEncoding
from foreword.sources.detect import read_source
from foreword.sources.encodings import check_encoding, is_text, read_plain


def read(content: bytes, encoding: str | None = None, size: int = 7) -> str:
    """The text of `content`, handed in as blocks of `size` bytes."""
    blocks = [content[at : at + size] for at in range(0, len(content), size)]
    documents = list(read_plain(blocks, "it.txt", encoding))
    assert [document.continued for document in documents] == [True] * (len(documents) - 1) + [False]
    return "".join(document.text for document in documents)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1), st.integers(1, 9))
def test_a_text_is_read_whole_wherever_its_blocks_end(text: str, size: int) -> None:
    assume(text != "\ufeff")  # which is empty
    assert read(text.encode(), size=size) == text.removeprefix("\ufeff")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("size", [4, 5, 100])
def test_an_encoding_given_is_used_with_or_without_its_mark(encoding: str, size: int) -> None:
    text = "naïve 日本語 👍\nand more"
    assert read(text.encode(encoding), encoding, size) == text
    marked = codecs.BOM_UTF8 if encoding == "utf-8" else b""
    assert read(marked + text.encode(encoding), encoding, size) == text


def test_bytes_of_old_encodings_are_read_when_they_are_named() -> None:
    assert read("Übermaß".encode("latin-1"), "latin-1") == "Übermaß"
    assert read("日本語のテキスト".encode("shift_jis"), "shift_jis", size=3) == "日本語のテキスト"


def test_utf_8_needs_no_name_and_its_mark_is_left_out() -> None:
    assert read(codecs.BOM_UTF8 + "é".encode(), size=1) == "é"


@pytest.mark.parametrize("size", [3, 11, 1000])
def test_a_wrong_byte_is_named_with_its_place_and_what_to_do(size: int) -> None:
    content = "first 日本\nsecond\n".encode() + "a caf\u00e9 here".encode("latin-1")
    place = content.index(0xE9)
    with pytest.raises(WrongEncoding) as refusal:
        read(content, size=size)
    message = str(refusal.value)
    assert f"it.txt is not in utf-8: byte 0xE9 at offset {place}, in line 3" in message
    assert "--encoding cp1252" in message
    assert "\n" not in message


def test_a_text_cut_within_a_character_is_wrong_at_that_character() -> None:
    with pytest.raises(WrongEncoding, match="byte 0xE6 at offset 4, in line 2"):
        read(b"abc\n" + "日".encode()[:2], size=5)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1), st.integers(4, 9))
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["le", "be"])
def test_a_byte_order_mark_says_the_encoding(encoding: str, end: str, text: str, size: int) -> None:
    assume(not text.startswith("\ufeff"))
    assert read(f"\ufeff{text}".encode(f"{encoding}-{end}"), size=size) == text


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\0\0\0\1\0\2" * 40, b"\xfe\xff" + bytes(100), b"\xff\xfe\1\0\2\0"]
)
def test_a_mark_before_what_is_no_text_makes_no_text_of_it(content: bytes) -> None:
    with pytest.raises((SourceNotText, WrongEncoding)):
        read(content, size=1000)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_an_encoding_that_needs_a_mark_says_which_does_not(encoding: str) -> None:
    with pytest.raises(
        WrongEncoding, match=f"it.txt is not in {encoding}: .*--encoding, such as {encoding}-le"
    ):
        read("text".encode(f"{encoding}-le"), encoding, size=100)


@pytest.mark.parametrize(
    "encoding", sorted({*aliases.values(), "utf-8-sig", "idna", "punycode", "undefined", "palmos"})
)
def test_every_codec_of_python_reads_or_is_refused_in_our_words(encoding: str, tmp_path: Path) -> None:
    for at, content in enumerate(
        (b"a caf\xe9 \\d\n", "naïve 日本\n".encode(), "né\n".encode("utf-16"), bytes(range(32, 256)))
    ):
        (tmp_path / f"{at}.txt").write_bytes(content)
        with contextlib.suppress(OptionError, SourceNotText, WrongEncoding):
            assert list(read_source(str(tmp_path / f"{at}.txt"), encoding=encoding))


@pytest.mark.parametrize("content", [b"", codecs.BOM_UTF8])
def test_a_text_without_a_character_is_empty(content: bytes) -> None:
    with pytest.raises(SourceEmpty, match=r"it\.txt is empty"):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01\x00\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"PK\x03\x04\x14\x00\x00\x00",
        b"\x01\x02\x03abc",
    ],
)
def test_a_program_a_picture_and_an_archive_are_not_text(content: bytes) -> None:
    with pytest.raises(SourceNotText, match=r"it\.txt is not text"):
        read(content, size=100)
    assert not is_text(content, None)
    assert not is_text(content, "latin-1")


def test_escapes_form_feeds_and_a_stray_control_are_still_text() -> None:
    assert is_text(b"\x1b[1mbold\x1b[0m\x0c", None)
    assert is_text(b"a bell \x07 in a long line", None)
    assert is_text("日本語 naïve".encode(), None)


def test_random_bytes_never_pass_for_text() -> None:
    with pytest.raises((SourceNotText, WrongEncoding)):
        read(os.urandom(4096), size=4096)


@pytest.mark.parametrize(
    "name", ["klingon", "hex", "rot13", "base64", "idna", "punycode", "unicode_escape", "", "a\0b"]
)
def test_an_unknown_encoding_is_named(name: str) -> None:
    with pytest.raises(OptionError, match="there is no encoding named"):
        check_encoding(name)


def test_known_encodings_pass() -> None:
    for name in ("utf-8", "UTF-16", "latin-1", "cp1252", "shift_jis", "ascii"):
        check_encoding(name)
