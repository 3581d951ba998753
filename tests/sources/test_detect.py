"""Files, folders, gzip and standard input."""

import errno
import gzip
import io
import os
import re
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from foreword.errors import OptionError, SourceEmpty, SourceError, SourceMissing, SourceNotText
from foreword.sources.detect import read_source
from foreword.sources.opened import BLOCK
from foreword.sources.report import SKIPPED_SHOWN, Report
from foreword.text.cleaning import clean_pieces
from foreword.text.documents import join


def text_of(source: object, encoding: str | None = None) -> str:
    return "".join(join(read_source(str(source), encoding=encoding)))


def text_of_report(source: object, report: Report) -> str:
    return "".join(join(read_source(str(source), report=report)))


def type_in(monkeypatch: pytest.MonkeyPatch, content: bytes) -> io.BytesIO:
    stream = io.BytesIO(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    return stream


def test_a_file_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "it.txt").write_text("naïve\n", encoding="utf-8")
    (document,) = read_source(str(tmp_path / "it.txt"))
    assert (document.text, document.author, document.time, document.continued) == (
        "naïve\n",
        None,
        None,
        False,
    )


def test_a_folder_is_read_in_the_order_people_count(tmp_path: Path) -> None:
    names = ["chapter 10.txt", "Chapter 2.txt", "chapter 1/page 2.md", "chapter 1/page 11.md", "appendix"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert text_of(tmp_path).split("\n") == [
        "appendix", "chapter 1/page 2.md", "chapter 1/page 11.md", "Chapter 2.txt", "chapter 10.txt",
    ]  # fmt: skip


def test_hidden_empty_and_binary_files_of_a_folder_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("hidden")
    (tmp_path / ".hidden").write_text("hidden")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "mark.txt").write_bytes(b"\xef\xbb\xbf")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "it.txt").write_text("seen")
    assert text_of(tmp_path) == "seen"


def test_a_damaged_archive_in_a_folder_is_left_out_wholly_and_noted(tmp_path: Path) -> None:
    """Its beginning is sound, and longer than a block: none of it may be handed out before the damage shows."""
    packed = gzip.compress(os.urandom(BLOCK).hex().encode())
    (tmp_path / "cut.gz").write_bytes(packed[:-9])
    (tmp_path / "it.txt").write_text("seen")
    report = Report()
    found = "".join(join(read_source(str(tmp_path), report=report)))
    notes = report.notes
    assert found == text_of(tmp_path) == "seen"
    assert len(notes) == 1
    assert notes[0].startswith(
        f"skipped: {tmp_path / 'cut.gz'} is damaged: its compressed data cannot be unpacked"
    )


def test_a_folder_without_text_is_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(SourceEmpty, match=r"no file in the folder .* holds text"):
        text_of(tmp_path)


def test_a_file_in_another_encoding_is_skipped_wholly_and_listed_with_its_reason(tmp_path: Path) -> None:
    """It is longer than a block, and only its end is wrong: nothing of it may be handed out, nor joined to the next."""
    (tmp_path / "a.txt").write_bytes(b"a word " * BLOCK + "\u00fcber".encode("latin-1"))
    (tmp_path / "b.txt").write_bytes("\u00fcber".encode("latin-1"))
    (tmp_path / "good.txt").write_text("good")
    report = Report()
    assert "".join(join(read_source(str(tmp_path), report=report))) == "good"
    assert report.formats == {"text": 1}
    assert [note.partition(":")[0] for note in report.notes] == ["skipped", "skipped"]
    assert re.search(r"b\.txt is not in utf-8: byte 0xFC at offset 0, in line 1", report.notes[1])
    (tmp_path / "a.txt").unlink()
    assert text_of(tmp_path, "latin-1") == "über\ngood"


@pytest.mark.parametrize("count", [1, 2])
def test_a_folder_of_which_no_file_can_be_read_is_an_error_with_the_reason(
    tmp_path: Path, count: int
) -> None:
    for number in range(count):
        (tmp_path / f"{number}.txt").write_bytes("\u00fcber".encode("latin-1"))
    with pytest.raises(SourceError, match=r"0\.txt is not in utf-8: byte 0xFC at offset 0, in line 1"):
        text_of(tmp_path)


def test_a_chat_of_which_most_is_unreadable_is_listed_and_ends_no_folder(tmp_path: Path) -> None:
    lines = ['{"type": "message", "ts": "1700000000.0", "user": "U1", "text": "hi"}', *["{}"] * 5]
    (tmp_path / "a.json").write_text("[" + ",\n".join(lines) + "]")
    (tmp_path / "b.txt").write_text("good")
    report = Report()
    assert text_of_report(tmp_path, report) == "good\nhi"
    assert "a.json is mostly unreadable" in report.notes[0]


def test_what_may_not_be_read_in_a_folder_is_skipped_and_a_locked_folder_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator may read everywhere, so that the system's answers are made up."""
    for name in ("a.txt", "b.txt", "locked/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("good")
    scandir, opened = os.scandir, Path.open

    def refuse(path: object) -> None:
        if Path(str(path)).name in {"a.txt", "locked"}:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

    def guarded(path: Path) -> object:
        refuse(path)
        return scandir(path)

    def guarded_open(path: Path, mode: str) -> object:
        refuse(path)
        return opened(path, mode)

    monkeypatch.setattr(os, "scandir", guarded)
    monkeypatch.setattr(Path, "open", guarded_open)
    report = Report()
    assert text_of_report(tmp_path, report) == "good"
    assert [note.partition(";")[0] for note in report.notes] == [
        f"skipped: {tmp_path / name} may not be read" for name in ("a.txt", "locked")
    ]
    with pytest.raises(SourceMissing, match="locked may not be read; allow it, or name another"):
        text_of(tmp_path / "locked")


def test_a_pipe_is_read_once_and_may_be_looked_at_twice(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    packed = gzip.compress(b"see you\n")
    writer = Thread(target=fifo.write_bytes, args=[packed])
    writer.start()
    assert text_of(fifo) == "see you\n"
    writer.join()
    (tmp_path / "notes.txt").write_text("ok")
    assert text_of(tmp_path) == "ok"  # a pipe in a folder is none of its files


def test_a_device_that_never_ends_is_refused_and_an_empty_one_is_empty() -> None:
    with pytest.raises(
        SourceMissing, match="/dev/zero is a device, which may never end; name a file or a folder"
    ):
        text_of("/dev/zero")
    with pytest.raises(SourceEmpty):
        text_of(os.devnull)


def test_of_many_files_that_are_skipped_the_first_are_listed_and_all_counted(tmp_path: Path) -> None:
    for number in range(SKIPPED_SHOWN + 5):
        (tmp_path / f"{number}.txt").write_bytes(b"\xfc")
    (tmp_path / "good.txt").write_text("good")
    report = Report()
    assert text_of_report(tmp_path, report) == "good"
    assert report.skipped == SKIPPED_SHOWN + 5
    assert len(report.notes) == SKIPPED_SHOWN
    assert (
        report.sentences()[0] == f"skipped: {SKIPPED_SHOWN + 5} files; the first {SKIPPED_SHOWN} are listed"
    )


def test_gzip_is_known_by_its_content_in_files_folders_and_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(b"packed ") + gzip.compress(b"twice")
    (tmp_path / "it.txt").write_bytes(packed)
    type_in(monkeypatch, packed)
    assert text_of(tmp_path / "it.txt") == text_of(tmp_path) == text_of("-") == "packed twice"


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:5], lambda data: data[:-6], lambda data: data[:-5] + b"#####"]
)
def test_gzip_that_ends_early_or_has_changed_is_damaged(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "it.txt.gz"
    path.write_bytes(spoil(gzip.compress(os.urandom(50).hex().encode())))
    with pytest.raises(
        SourceNotText, match=r"it\.txt\.gz is damaged: its compressed data cannot be unpacked"
    ):
        text_of(path)


def test_standard_input_is_read_and_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = type_in(monkeypatch, "typed é".encode())
    assert text_of("-") == "typed é"
    assert not stream.closed
    type_in(monkeypatch, b"")
    with pytest.raises(SourceEmpty, match="standard input is empty"):
        text_of("-")


@pytest.mark.parametrize("source", ["nowhere.txt", "no\0where"])
def test_a_source_that_is_not_there_is_named(source: str) -> None:
    with pytest.raises(SourceMissing, match=r"nowhere|null"):
        text_of(source)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens and cannot be read")
def test_a_file_that_cannot_be_read_is_named_with_the_reason() -> None:
    with pytest.raises(SourceMissing, match="/proc/self/mem cannot be read: Input/output error"):
        text_of("/proc/self/mem")


def test_an_unknown_encoding_is_told_before_anything_is_read() -> None:
    with pytest.raises(OptionError, match="there is no encoding named 'klingon'"):
        text_of("nowhere.txt", "klingon")


def test_a_line_far_longer_than_a_block_is_read_and_cleaned_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    path.write_text("naïve 日本 " * BLOCK, encoding="utf-8")  # 60 blocks or so, one line
    tracemalloc.start()
    characters = sum(len(piece) for piece in clean_pieces(join(read_source(str(path)))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert characters == 9 * BLOCK
    assert peak < 12 * BLOCK


def test_a_chat_of_which_most_is_unreadable_is_an_error_with_the_first_line(tmp_path: Path) -> None:
    chat = "15/01/20, 10:15 - Ana: hi\n15/01/20, 10:16 - Ben: ho\n"
    (tmp_path / "it.txt").write_text(f"one\ntwo\nthree\n{chat}", encoding="utf-8")
    with pytest.raises(
        SourceNotText, match=r"3 places were not understood, and 2 messages were; .* line 1: 'one'"
    ):
        list(read_source(str(tmp_path / "it.txt"), me="Ana"))
