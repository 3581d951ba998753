"""Files are written back as they were found, whole or not at all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foreword.errors import ForewordError
from foreword.terminal.files import LARGEST_BYTES, TextFile


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("ab é中\r\n\ufeff\x1b", max_size=30).map(str.encode))
def test_what_was_not_changed_is_written_byte_by_byte(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path / "a.txt", data)
    file, text = TextFile.open(path)
    file.write(text)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"one\ntwo\n", "one\nthree", b"one\nthree\n"),
        (b"one\ntwo", "one\nthree", b"one\nthree"),
        (b"one\r\ntwo\r\n", "one\nthree", b"one\r\nthree\r\n"),
        (b"one\rtwo", "one\nthree", b"one\rthree"),
        (b"one\r\ntwo\n", "one\r\ntwo\nthree", b"one\r\ntwo\nthree\n"),
        (b"\xef\xbb\xbfone\n", "three", b"\xef\xbb\xbfthree\n"),
        (b"", "three", b"three\n"),
        (b"one\n", "", b""),
        (None, "hello", b"hello\n"),
        (None, "", b""),
    ],
)
def test_line_ends_marks_and_the_last_newline_stay_as_they_were(
    tmp_path: Path, before: bytes | None, text: str, after: bytes
) -> None:
    path = tmp_path / "a.txt"
    if before is not None:
        path.write_bytes(before)
    file, _ = TextFile.open(path)
    assert (file.digest is None) == (before is None)
    file.write(text)
    assert path.read_bytes() == after


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"caf\xe9\nb", "a", "is not UTF-8 text: byte 0xE9 in line 1; convert it to UTF-8"),
        (b"a\nb\0c", "a", "is not text: it holds NUL characters; name a text file"),
        ("ä".encode("utf-16"), "a", "is not"),
        (b"x" * (LARGEST_BYTES + 1), "a", "opens at most 2,000,000; cut it"),
        (b"", "", "is not a file"),
        (b"", "nowhere/a.txt", "there is no folder"),
        (b"", "a/b", "cannot be opened"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(tmp_path: Path, data: bytes, name: str, words: str) -> None:
    written(tmp_path / "a", data)
    with pytest.raises(ForewordError) as refused:
        TextFile.open(tmp_path / name)
    assert str(tmp_path) in str(refused.value)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_another_programs_change_is_seen(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", b"one\n")
    file, text = TextFile.open(path)
    assert not file.has_changed()
    file = file.write(text + "!")
    assert not file.has_changed()
    path.write_bytes(b"two\n")
    assert file.has_changed()
    path.unlink()
    assert not file.has_changed()  # nothing would be lost
