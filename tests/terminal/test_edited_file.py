"""Saved files keep their format. The next editor finds an unsaved draft; no other editor sees it before."""

import json
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foreword.errors import ForewordError
from foreword.terminal.edited_file import LARGEST_BYTES, UNSAVED, EditedFile, TextFile, left_behind
from terminal_screen import keep


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
def test_a_draft_is_private_and_a_drop_deletes_it(tmp_path: Path) -> None:
    edited, folder = EditedFile(tmp_path, None), tmp_path / UNSAVED
    for text in ("private", "more"):
        edited.keep(text)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600, 0o600]
        edited.drop()
        assert list(folder.iterdir()) == []


def test_the_draft_of_a_running_editor_is_not_offered(tmp_path: Path) -> None:
    edited = EditedFile(tmp_path, None)
    edited.keep("of another")
    assert left_behind(tmp_path / UNSAVED) == []
    edited.leave()
    assert [each.text for each in left_behind(tmp_path / UNSAVED)] == ["of another"]


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"format": "x"}, {"time": 3}, {"text": None}, {"path": 3}]
)
def test_an_invalid_draft_is_ignored_and_not_deleted(tmp_path: Path, change: dict[str, object]) -> None:
    keep(tmp_path, "text")
    (place,) = (tmp_path / UNSAVED).glob("*.json")
    for text in (json.dumps({**json.loads(place.read_text()), **change}), "{"):
        place.write_text(text)
        assert left_behind(tmp_path / UNSAVED) == []
    assert place.exists()


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("ab é中\r\n\ufeff\x1b", max_size=30).map(str.encode))
def test_an_unchanged_text_is_saved_with_the_same_bytes(tmp_path: Path, data: bytes) -> None:
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
        (b"one\r\ntwo\n", "one\r\ntwo\nthree", b"one\r\ntwo\nthree\n"),
        (b"\xef\xbb\xbfone\n", "three", b"\xef\xbb\xbfthree\n"),
        (b"", "three", b"three\n"),
        (b"one\n", "", b""),
        (None, "hello", b"hello\n"),
        (None, "", b""),
    ],
)
def test_a_save_keeps_ends_and_marks(tmp_path: Path, before: bytes | None, text: str, after: bytes) -> None:
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
        (b"", "a/b", "cannot be opened: Not a directory; mend that, or name another file"),
    ],
)
def test_an_unusable_file_is_one_error_line(tmp_path: Path, data: bytes, name: str, words: str) -> None:
    written(tmp_path / "a", data)
    with pytest.raises(ForewordError) as refused:
        TextFile.open(tmp_path / name)
    assert str(tmp_path) in str(refused.value)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_text_that_could_not_be_opened_again_is_not_saved(tmp_path: Path) -> None:
    file = TextFile(path=tmp_path / "a.txt").write("x" * (LARGEST_BYTES - 1))  # and a newline
    why = "the text has 2,000,001 bytes; the editor opens at most 2,000,000; cut"
    with pytest.raises(OSError, match=why):
        file.write("x" * LARGEST_BYTES)
    assert not file.has_changed()
    for folder in "gone", "x" * 300:  # the latter gives another error, like a server that is gone
        gone = replace(file, path=tmp_path / folder / "a.txt")
        assert not gone.has_changed()  # else the editor asks first, and then cannot save


def test_code_and_quotations_in_markdown_are_not_learned(tmp_path: Path) -> None:
    text = "Run it:\n```sh\nfrobnicate --all\n```\n> It never worked.\n\nThen wait."
    for name, learned in (("a.md", ["Run it:", "Then wait."]), ("a.txt", [*filter(None, text.split("\n"))])):
        edited = EditedFile(tmp_path, tmp_path / name)
        assert edited.file is not None
        assert edited.save(edited.file, text, text) == learned


def test_a_draft_is_found_by_any_path_of_its_file(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    paths = folder / "a.txt", folder / ".." / "folder" / "a.txt", tmp_path / "link" / "a.txt"
    for path in paths:
        keep(home, "text", path)
        assert [EditedFile(home, each).left_behind()[0].text for each in paths] == ["text"] * 3
        assert EditedFile(home, paths[0]).left_elsewhere() == []
        EditedFile(home, path).left_behind()[0].discard()
