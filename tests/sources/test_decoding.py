"""Text from bytes: encodings, line ends, truncated files and binary content."""

import codecs
import os

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foreword.errors import OptionError, SourceNotText, WrongEncoding
from foreword.sources.decoding import lines_of, pieces_of, read_plain
from foreword.sources.encodings import check_encoding, decoded, is_text
from foreword.sources.opening import BLOCK
from opened import opened_bytes

TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1)


def read(content: bytes, encoding: str | None = None, step: int = 7) -> str:
    """The text of a plain file whose bytes come `step` at a time."""
    documents = list(read_plain(opened_bytes("it.txt", content, encoding=encoding, step=step)))
    assert [document.continued for document in documents] == [True] * (len(documents) - 1) + [False]
    return "".join(document.text for document in documents)


UNICODE = ("utf-8", *(f"utf-{size}{end}" for size in (16, 32) for end in ("", "-le", "-be")))


@given(TEXT, st.integers(4, 9))
@pytest.mark.parametrize("encoding", [*UNICODE, "utf-8-sig", "gb18030"])
def test_a_text_is_read_whole_for_any_block_size(encoding: str, text: str, step: int) -> None:
    assume(not text.startswith("\ufeff"))
    assert read(text.encode(encoding), encoding, step) == text
    if encoding in UNICODE:  # a byte order mark gives it
        assert read(f"\ufeff{text}".encode(encoding), None, step) == text


@given(st.lists(TEXT), st.sampled_from(("\n", "\r\n", "\r")), st.integers(1, 9))
def test_all_line_ends_give_the_same_lines(lines: list[str], end: str, step: int) -> None:
    written = ["first", *lines, "last"]
    assert list(lines_of(opened_bytes("it", end.join(written).encode()))) == written
    assert read(end.join(written).encode(), step=step) == "\n".join(written)


@pytest.mark.parametrize("character", ["é", "日", "👍"])
@pytest.mark.parametrize("before", [0, 1, 2, 3, BLOCK - 2, BLOCK - 1, BLOCK])
def test_a_truncated_last_character_is_left_out_with_a_note(character: str, before: int) -> None:
    """This holds for exports: a plain text that ends this way is probably in another encoding."""
    for kept in range(1, len(character.encode())):
        notes: list[str] = []
        opened = opened_bytes("it", b"ab" + b"x" * before + character.encode()[:kept])
        assert "".join(pieces_of(opened, notes)) == "ab" + "x" * before
        assert notes == ["it breaks off within a character: it may have been cut"]
        with pytest.raises(WrongEncoding):
            list(read_plain(opened))


CAFE = "first 日本\nsecond\na caf".encode() + b"\xe9 here"


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (CAFE, None, r"utf-8: byte 0xE9 at offset 25, in line 3 [^\n]+--encoding cp1252[^\n]+cp1251[^\n]+"),
        (b"abc\n" + "日".encode()[:2], None, r"utf-8: byte 0xE6 at offset 4, in line 2 [^\n]+"),
        ("text".encode("utf-16-le"), "utf-16", "utf-16: .*--encoding, such as utf-16-le"),
        ("text".encode("utf-32-le"), "utf-32", "utf-32: .*--encoding, such as utf-32-le"),
    ],
    ids=range(4),
)
def test_a_wrong_byte_is_a_named_error(content: bytes, encoding: str | None, message: str) -> None:
    for step in (4, 11, 1000):
        with pytest.raises(WrongEncoding, match=rf"^it\.txt is not in {message}$"):
            read(content, encoding, step=step)


@pytest.mark.parametrize("name", ["klingon", "hex", "idna", "punycode", "unicode_escape", "", "a\0b"])
def test_an_unknown_encoding_is_refused_and_known_ones_pass(name: str) -> None:
    with pytest.raises(OptionError, match="there is no encoding named"):
        check_encoding(name)
    for known in ("utf-8", "UTF-16", "latin-1", "cp1252", "shift_jis", "ascii"):
        check_encoding(known)


@pytest.mark.parametrize(
    ("claimed", "data", "text"),
    [
        *((claimed, "Größe – 👋".encode(), "Größe – 👋") for claimed in ("utf-8", "us-ascii", "iso-8859-1")),
        *((claimed, b"Gr\xf6\xdfe \x96 x", "Größe – x") for claimed in ("iso-8859-1", "utf-8", "x-unknown")),
        ("utf-16", "Größe – x".encode("utf-16"), "Größe – x"),
        ("iso-2022-jp", "日本語".encode("iso-2022-jp"), "日本語"),
        ("gb2312", "中文囧".encode("gbk"), "中文囧"),
        ("utf-16", codecs.BOM_UTF8 + "Größe".encode(), "Größe"),
        ("hex", b"plain", "plain"),
    ],
)
def test_bytes_are_decoded_even_if_a_claim_is_wrong(claimed: str | None, data: bytes, text: str) -> None:
    assert decoded(data, claimed) == text


@pytest.mark.parametrize(
    "content",
    [
        *(b"\x7fELF\x02\x01\x01\x00\x00", b"PK\x03\x04\x14\x00\x00\x00", b"\x01\x02\x03abc", b"\0"),
        *(b"\xff\xfe\0\0\0\1\0\2" * 40, b"\xfe\xff" + bytes(100), os.urandom(4096)),
    ],
    ids=range(7),
)
def test_binary_content_is_an_error(content: bytes) -> None:
    with pytest.raises((SourceNotText, WrongEncoding), match=r"^it\.txt is not "):
        read(content, step=5000)


@pytest.mark.parametrize("text", [b"\x1b[1mbold\x1b[0m\x0c", b"a bell \x07 in a line", "日本語".encode()])
def test_text_may_contain_escapes_form_feeds_and_a_stray_control_character(text: bytes) -> None:
    assert is_text(text, None)
