"""A file is always complete: either the old one or the new one."""

import os
import shlex
import stat
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from foreword.files import check_place, quoted, write_whole

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes and links")


def test_a_failed_write_keeps_the_old_file_and_leaves_no_other(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OSError, match="No space") as raised:
        write_whole(tmp_path / "file", failing(), private=False)
    assert str(raised.value) == f"[Errno 28] No space left on device: '{tmp_path / 'file'}'"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"old"}


def test_a_write_deletes_the_draft_of_a_killed_one_but_not_of_a_living_one(tmp_path: Path) -> None:
    for name, age in ((".file.0a1b2c3d.draft", 3700), (".other.4e5f6a7b.draft", 0), (".a.draft", 3700)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now := time.time() - age, now))
    write_whole(tmp_path / "file", b"new", private=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.draft", ".other.4e5f6a7b.draft", "file"]


@posix
@pytest.mark.parametrize(
    ("before", "private", "after"),
    [(None, True, 0o600), (None, False, 0o644), (0o640, False, 0o640), (0o644, True, 0o600)],
)
def test_a_file_keeps_its_mode_unless_it_is_private(
    tmp_path: Path, before: int | None, private: bool, after: int
) -> None:
    path = tmp_path / "file"
    if before is not None:
        path.touch()
        path.chmod(before)
    umask = os.umask(0o022)
    write_whole(path, b"new", private=private)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == after


@posix
def test_a_write_through_a_link_replaces_the_target_file(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there" / "file")
    write_whole(tmp_path / "link", b"new", private=False)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "file").read_bytes() == b"new"


@posix
def test_a_pipe_is_written_into_and_stays(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    with ThreadPoolExecutor() as threads:
        reading = threads.submit(pipe.read_bytes)
        check_place(pipe, "FILE")
        write_whole(pipe, b"new", private=True)
        assert reading.result() == b"new"
    assert pipe.is_fifo()


def test_a_name_of_84_chinese_signs_can_be_written(tmp_path: Path) -> None:
    write_whole(tmp_path / ("字" * 84), b"new", private=True)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


def test_a_printed_command_suits_the_shells_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("train", r"C:\my texts\chat.zip", r".\notes.txt", "don't")
    said = {}
    for system in ("posix", "nt"):
        with monkeypatch.context() as there:
            there.setattr(os, "name", system)
            said[system] = quoted(*words)
    assert shlex.split(said["posix"]) == [*words]
    assert said["nt"] == 'train "C:\\my texts\\chat.zip" .\\notes.txt "don\'t"'  # cmd and PowerShell
