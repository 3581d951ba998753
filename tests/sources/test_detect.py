"""Files, folders, gzip and standard input."""

import errno
import gzip
import io
import os
import re
import sys
import tracemalloc
from pathlib import Path
from threading import Thread

import pytest

from foreword.errors import OptionError, SourceEmpty, SourceError, SourceMissing, SourceNotText
from foreword.sources.detect import read_source
from foreword.sources.opened import BLOCK
from foreword.sources.report import Report
from foreword.text.cleaning import clean_pieces
from foreword.text.documents import Document, join

UMLAUT = "\u00fcber".encode("latin-1")


def text_of(source: object, encoding: str | None = None, report: Report | None = None) -> str:
    return "".join(join(read_source(str(source), encoding=encoding, report=report)))


def type_in(monkeypatch: pytest.MonkeyPatch, content: bytes) -> io.BytesIO:
    stream = io.BytesIO(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    return stream


def test_a_file_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "it.txt").write_text("naïve\n", encoding="utf-8")
    assert list(read_source(str(tmp_path / "it.txt"))) == [Document(text="naïve\n")]


def test_a_folder_is_read_in_the_order_people_count(tmp_path: Path) -> None:
    names = ["chapter 10.txt", "Chapter 2.txt", "chapter 1/page 2.md", "chapter 1/page 11.md", "appendix"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    in_order = ["appendix", "chapter 1/page 2.md", "chapter 1/page 11.md", "Chapter 2.txt", "chapter 10.txt"]
    assert text_of(tmp_path).split("\n") == in_order


def test_hidden_empty_and_binary_files_of_a_folder_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("hidden")
    (tmp_path / ".hidden").write_text("hidden")
    (tmp_path / "empty.txt").touch()
    with pytest.raises(SourceEmpty, match=r"no file in the folder .* holds text"):
        text_of(tmp_path)
    (tmp_path / "mark.txt").write_bytes(b"\xef\xbb\xbf")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "it.txt").write_text("seen")
    assert text_of(tmp_path) == "seen"


def test_of_a_file_with_a_fault_at_its_end_nothing_is_read_and_a_note_says_why(tmp_path: Path) -> None:
    """Its beginning is sound, and longer than a block: none of it may be handed out before the fault shows."""
    chat = ['{"type": "message", "ts": "1700000000.0", "user": "U1", "text": "hi"}', *["{}"] * 5]
    (tmp_path / "a.gz").write_bytes(gzip.compress(os.urandom(BLOCK).hex().encode())[:-9])
    (tmp_path / "b.txt").write_bytes(b"a word " * BLOCK + UMLAUT)
    (tmp_path / "c.json").write_text("[" + ",\n".join(chat) + "]")
    (tmp_path / "it.txt").write_text("good")
    report = Report()
    assert text_of(tmp_path, report=report) == "good\nhi"
    assert report.formats == {"text": 1, "Slack": 1}
    reasons = (
        r"a\.gz is damaged: its compressed data cannot be unpacked",
        rf"b\.txt is not in utf-8: byte 0xFC at offset {7 * BLOCK}, in line 1",
        r"c\.json is mostly unreadable",
    )
    for note, reason in zip(report.notes, reasons, strict=True):
        assert re.match(f"skipped: .*{reason}", note)


@pytest.mark.parametrize("count", [1, 2])
def test_a_folder_of_unreadable_files_is_an_error(tmp_path: Path, count: int) -> None:
    for number in range(count):
        (tmp_path / f"{number}.txt").write_bytes(UMLAUT)
    with pytest.raises(SourceError, match=r"0\.txt is not in utf-8: byte 0xFC at offset 0, in line 1"):
        text_of(tmp_path)
    assert text_of(tmp_path, "latin-1") == "\n".join(["über"] * count)


def test_what_may_not_be_read_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator may read everywhere, so that the system's answers are made up."""
    for name in ("a.txt", "b.txt", "locked/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("good")

    def guard(of: object, name: str) -> None:
        whole = getattr(of, name)

        def guarded(path: Path, *arguments: str) -> object:
            if Path(path).name in {"a.txt", "locked"}:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return whole(path, *arguments)

        monkeypatch.setattr(of, name, guarded)

    guard(os, "scandir")
    guard(Path, "open")
    report = Report()
    assert text_of(tmp_path, report=report) == "good"
    unread = [f"skipped: {tmp_path / name} may not be read" for name in ("a.txt", "locked")]
    assert [note.partition(";")[0] for note in report.notes] == unread
    with pytest.raises(SourceMissing, match="locked may not be read; allow it, or name another"):
        text_of(tmp_path / "locked")


def test_a_pipe_is_read_once_and_may_be_looked_at_twice(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = Thread(target=fifo.write_bytes, args=[gzip.compress(b"see you\n")])
    writer.start()
    assert text_of(fifo) == "see you\n"
    writer.join()
    (tmp_path / "notes.txt").write_text("ok")
    assert text_of(tmp_path) == "ok"  # a pipe in a folder is none of its files


def test_gzip_is_known_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b"packed ") + gzip.compress(b"twice")
    (tmp_path / "it.txt").write_bytes(packed)
    stream = type_in(monkeypatch, packed)
    assert text_of(tmp_path / "it.txt") == text_of(tmp_path) == text_of("-") == "packed twice"
    assert not stream.closed
    type_in(monkeypatch, b"")
    with pytest.raises(SourceEmpty, match="standard input is empty"):
        text_of("-")


@pytest.mark.parametrize(("kept", "more"), [(5, b""), (-6, b""), (-5, b"#####")])
def test_gzip_that_ends_early_or_has_changed_is_damaged(tmp_path: Path, kept: int, more: bytes) -> None:
    path = tmp_path / "it.txt.gz"
    path.write_bytes(gzip.compress(os.urandom(50).hex().encode())[:kept] + more)
    with pytest.raises(
        SourceNotText, match=r"it\.txt\.gz is damaged: its compressed data cannot be unpacked"
    ):
        text_of(path)


@pytest.mark.parametrize(
    ("source", "encoding", "error", "message"),
    [
        ("nowhere.txt", None, SourceMissing, "there is no file or folder nowhere.txt; check the name"),
        ("no\0where", None, SourceMissing, "null"),
        (
            "/dev/zero",
            None,
            SourceMissing,
            "/dev/zero is a device, which may never end; name a file or a folder",
        ),
        (os.devnull, None, SourceEmpty, "is empty"),
        ("/proc/self/mem", None, SourceMissing, "/proc/self/mem cannot be read: Input/output error"),
        (" ", None, OptionError, "a source is empty text"),
        (
            "nowhere.txt",
            "klingon",
            OptionError,
            "there is no encoding named 'klingon'",
        ),  # before anything is read
    ],
)
def test_an_unreadable_source_is_named(
    source: str, encoding: str | None, error: type[Exception], message: str
) -> None:
    if source.startswith("/") and not Path(source).exists():
        pytest.skip("this system has none")
    with pytest.raises(error, match=message):
        text_of(source, encoding)


def test_a_line_far_longer_than_a_block_is_read_and_cleaned_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    path.write_text("naïve 日本 " * BLOCK, encoding="utf-8")  # 60 blocks or so, one line
    tracemalloc.start()
    characters = sum(len(piece) for piece in clean_pieces(join(read_source(str(path)))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert characters == 9 * BLOCK
    assert peak < 12 * BLOCK
