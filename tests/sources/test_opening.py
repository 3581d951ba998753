"""Files, folders, archives, gzip, pipes and standard input."""

import errno
import gzip
import io
import os
import re
import sys
import zipfile
from pathlib import Path
from threading import Thread
from unittest.mock import Mock

import pytest

from foreword.errors import OptionError, SourceEmpty, SourceError, SourceMissing, SourceNotText
from foreword.sources.opening import BLOCK, DEEPEST, files_of_archive, opened_file
from foreword.sources.reading import documents
from foreword.sources.report import Report
from foreword.text.document import join
from packed_documents import zipped

UMLAUT = "\u00fcber".encode("latin-1")
PNG, JPG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\0"


def text_of(source: object, encoding: str | None = None, report: Report | None = None) -> str:
    return "".join(join(documents(str(source), encoding=encoding, report=report)))


def lay(folder: Path, **files: bytes | str) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def test_a_folder_gives_its_texts_sorted_without_hidden_empty_or_binary_files(tmp_path: Path) -> None:
    lay(tmp_path, **{".git/config": "hidden", ".hidden": "hidden", "empty": ""})
    with pytest.raises(SourceEmpty, match=r"no file in the folder .* holds text"):
        text_of(tmp_path)
    in_order = ["appendix", "chapter 1/page 2.md", "chapter 1/page 11.md", "Chapter 2.txt", "chapter 10.txt"]
    lay(tmp_path, **{name: name for name in in_order[::-1]}, mark=b"\xef\xbb\xbf", **{"a.png": PNG})
    assert text_of(tmp_path).split("\n") == in_order


def test_a_file_with_a_fault_at_its_end_is_skipped_with_a_note(tmp_path: Path) -> None:
    """Its beginning is valid and longer than a block: the reader must not yield text before the fault shows."""
    chat = ['{"type": "message", "ts": "1700000000.0", "user": "U1", "text": "hi"}', *["{}"] * 5]
    mail = "From a@b.org Mon Jan 15 10:00:00 2024\nFrom: Ana <a@b.org>\nDate: Mon, 15 Jan 2024 10:00:00\n"
    said = "".join(f"{mail}\n{os.urandom(500).hex()}\n\n" for _ in range(9 * BLOCK // 1000))
    packed = gzip.compress(said.encode())[:-9]
    lay(tmp_path, a=packed, b=b"a word " * BLOCK + UMLAUT, c="[" + ",\n".join(chat) + "]", it="good")
    report = Report()
    assert text_of(tmp_path, report=report) == "good\nhi"
    assert report.formats == {"text": 1, "Slack": 1}
    reasons = (
        "a is damaged: its compressed data cannot be unpacked",
        f"b is not in utf-8: byte 0xFC at offset {7 * BLOCK}, in line 1",
        "c is mostly unreadable",
    )
    for skipped, reason in zip(report.skipped, reasons, strict=True):
        assert re.search(reason, skipped)


@pytest.mark.parametrize("count", [1, 2])
def test_a_folder_of_unreadable_files_is_an_error(tmp_path: Path, count: int) -> None:
    lay(tmp_path, **{f"{number}.txt": UMLAUT for number in range(count)})
    with pytest.raises(SourceError, match=r"0\.txt is not in utf-8: byte 0xFC at offset 0, in line 1"):
        text_of(tmp_path)
    assert text_of(tmp_path, "latin-1") == "\n".join(["über"] * count)


def test_what_may_not_be_read_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The permission errors are simulated, because an administrator may read everything."""
    lay(tmp_path, **{"a.txt": "bad", "b.txt": "good", "locked/c.txt": "bad"})

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
    unread = [f"{tmp_path / name} may not be read" for name in ("a.txt", "locked")]
    assert [reason.partition(";")[0] for reason in report.skipped] == unread
    with pytest.raises(SourceMissing, match="locked may not be read; allow it, or name another"):
        text_of(tmp_path / "locked")


def test_a_named_pipe_is_read_as_a_source_but_ignored_in_a_folder(tmp_path: Path) -> None:
    os.mkfifo(fifo := tmp_path / "fifo")
    writer = Thread(target=fifo.write_bytes, args=[gzip.compress(b"see you\n")])
    writer.start()
    assert text_of(fifo) == "see you\n"
    writer.join()
    lay(tmp_path, it="ok")
    assert text_of(tmp_path) == "ok"  # a pipe in a folder is ignored


def test_a_link_to_a_file_is_read_and_other_links_are_listed(tmp_path: Path) -> None:
    lay(tmp_path, **{"it/a.txt": "one", "other/b.txt": "two"})
    links = {"b.txt": "../other/b.txt", "folder": "../other", "nothing": "nowhere", "itself": "itself"}
    for name, target in links.items():
        (tmp_path / "it" / name).symlink_to(target)
    report = Report()
    assert text_of(tmp_path / "it", report=report) == "one\ntwo"
    for reason, name in zip(report.skipped, ["folder", "itself", "nothing"], strict=True):
        assert f"{name} cannot be opened: a link to a folder or to nothing is not followed" in reason


def test_gzip_is_recognised_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b"packed ") + gzip.compress(b"twice")
    lay(tmp_path, it=packed)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream := io.BytesIO(packed)))
    assert text_of(tmp_path / "it") == text_of(tmp_path) == text_of("-") == "packed twice"
    assert not stream.closed
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(SourceEmpty, match="standard input is empty"):
        text_of("-")


@pytest.mark.parametrize(("kept", "more"), [(5, b""), (-6, b""), (-5, b"#####")])
def test_truncated_or_changed_gzip_is_reported_as_damaged(tmp_path: Path, kept: int, more: bytes) -> None:
    lay(tmp_path, it=gzip.compress(os.urandom(50).hex().encode())[:kept] + more)
    with pytest.raises(SourceNotText, match="it is damaged: its compressed data cannot be unpacked"):
        text_of(tmp_path / "it")


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("nowhere.txt", SourceMissing, "there is no file or folder nowhere.txt; check the name"),
        ("https://example.org/a", SourceMissing, "Foreword downloads nothing; save the page, and give"),
        ("no\0where", SourceMissing, "null"),
        (os.devnull, SourceEmpty, "is empty"),
        ("/proc/self/mem", SourceMissing, "/proc/self/mem cannot be read: Input/output error; mend that"),
        (" ", OptionError, "a source is empty text"),
    ],
)
def test_an_unreadable_source_is_an_error(source: str, error: type[Exception], message: str) -> None:
    if source.startswith("/") and not Path(source).exists():
        pytest.skip("this system has none")
    with pytest.raises(error, match=message):
        text_of(source)
    with pytest.raises(OptionError, match=r"there is no encoding named 'klingon'|a source is empty text"):
        text_of(source, "klingon")  # before anything is read


def test_an_archive_is_recognised_by_content_and_its_texts_come_naturally_sorted(tmp_path: Path) -> None:
    """Compressed members are unpacked too; members without text are left out and counted."""
    members = {"b 10.txt": "ten", "b 2.txt": "two", "a/1.txt": "one", "__MACOSX/b 2.txt": "x", ".x": "x"}
    packed = {"c.gz": gzip.compress(b"packed"), "d.zip": zipped({"deep.txt": "deep"})}
    lay(tmp_path, it=zipped({**members, **packed, "it.jpg": JPG, "empty": ""}))
    report = Report()
    assert text_of(tmp_path / "it", report=report) == "one\ntwo\nten\npacked\ndeep"
    assert report.formats == {"text": 5}
    assert report.sentences() == ["left out: 1 file without text"]


def locked(data: bytes) -> bytes:
    """The archive, with its first member marked as password-protected."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[data.index(mark) + offset] |= 1
    return bytes(changed)


WHOLE = zipped({"it.txt": "text " * 100})
BROKEN = {
    "it is damaged: .*; fetch it again": WHOLE[:-30],
    "it: it.txt is damaged": WHOLE[:40] + bytes([WHOLE[40] ^ 255]) + WHOLE[41:],
    # the member's name is marked as UTF-8 but is not valid UTF-8
    "it is damaged: .*codec.*; fetch it again": zipped({"\u00fc.txt": "text"}).replace(
        b"\xc3\xbc", b"\xfc\xfc"
    ),
    "it is protected by a password; unpack it, and give the folder": locked(WHOLE),
    "no file in .*it holds text": zipped({"it.jpg": JPG}),
    "it is damaged: .*": zipped({"[Content_Types].xml": "<Types", "word/document.xml": "text"}),
}


@pytest.mark.parametrize("message", BROKEN)
def test_a_broken_archive_is_an_error_alone_and_skipped_in_a_folder(message: str, tmp_path: Path) -> None:
    lay(tmp_path, it=BROKEN[message], other="seen")
    with pytest.raises((SourceEmpty, SourceNotText), match=message):
        text_of(tmp_path / "it")
    report = Report()
    assert text_of(tmp_path, report=report) == "seen"
    assert message.startswith("no file") or re.search(message, report.skipped[0])


def test_a_file_that_cannot_be_read_is_listed_once_however_deep_it_lies(tmp_path: Path) -> None:
    pdf, with_password = zipped({"it.pdf": b"%PDF-1.7\n"}), locked(zipped({"a.txt": "x", "b.txt": "seen"}))
    lay(
        tmp_path,
        **{"a.zip": pdf, "b.zip": zipped({"c.zip": pdf, "d.pdf": b"%PDF-1.7\n"}), "e": with_password},
    )
    report = Report()
    assert text_of(tmp_path, report=report) == "seen"
    *pdfs, protected = report.skipped
    assert len(pdfs) == 3
    assert all(".pdf is a PDF" in reason for reason in pdfs)
    assert "a.txt is protected by a password" in protected


def test_an_archive_is_opened_only_a_few_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, it=zipped({f"{at}.txt": "text" for at in range(50)}))
    opened = Mock(side_effect=zipfile.ZipFile)
    monkeypatch.setattr(zipfile, "ZipFile", opened)
    assert text_of(tmp_path / "it") == "\n".join(["text"] * 50)
    assert opened.call_count < 5  # the readers of zipped formats open it too


def test_nested_zips_are_read_to_a_fixed_depth_and_deeper_ones_are_refused(tmp_path: Path) -> None:
    data = zipped({"it.txt": "deep"})
    for _ in range(DEEPEST - 1):
        data = zipped({"inner.zip": data})
    lay(tmp_path, it=data, deeper=zipped({"inner.zip": data}))
    assert text_of(tmp_path / "it") == "deep"
    with pytest.raises(SourceNotText, match=rf"inner\.zip is inside {DEEPEST} nested archives; unpack it"):
        text_of(tmp_path / "deeper")


BOMB = b"a " * (1 << 17)
INNER = zipped({"it.txt": BOMB})


@pytest.mark.parametrize(
    "data",
    [
        zipped({f"{at}.txt": BOMB for at in range(8)}),
        gzip.compress(BOMB * 8),
        zipped({"it.gz": gzip.compress(BOMB * 8)}),
        zipped({f"{at}.zip": INNER for at in range(8)}),
    ],
    ids=["zip", "gzip", "gzip in zip", "zip in zip"],
)
def test_a_zip_bomb_is_refused(tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.sources.opening.LEAST_UNPACKED", 1 << 20)
    lay(tmp_path, it=data)
    report, message = Report(), "would unpack to more than 1 MB, too much for text; unpack what"
    if b".zip" in data:  # members are read until the budget is spent
        assert text_of(tmp_path / "it", report=report).startswith("a a")
        assert 0 < len(report.skipped) < 8
        assert message in report.skipped[0]
    else:
        with pytest.raises(SourceNotText, match=message):
            text_of(tmp_path / "it")


def test_a_mail_folder_with_a_leading_dot_is_read(tmp_path: Path) -> None:
    mail = "From: Ana <ana@example.org>\nDate: Tue, 2 Jan 2024 10:00:00 +0000\nSubject: hi\n\ngood "
    members = {f"mail/{folder}/1.a": mail + folder for folder in ("cur", ".Sent/cur", ".cache")}
    lay(tmp_path, **members, it=zipped(members))
    assert sorted(text_of(tmp_path / "mail").split("\n")) == ["good .Sent/cur", "good cur"]
    files = files_of_archive(opened_file(tmp_path / "it", None))
    assert list(files) == ["mail/.Sent/cur/1.a", "mail/cur/1.a"]


def test_a_zip_with_an_uncompressed_chat_is_read_as_an_archive(tmp_path: Path) -> None:
    chat = "\n".join(f"[05/01/23, 09:{minute:02}:00] Ana: good morning" for minute in range(30))
    with zipfile.ZipFile(tmp_path / "it", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("_chat.txt", chat)
        archive.writestr("1.jpg", JPG)
    assert text_of(tmp_path / "it").split("\n") == ["good morning"] * 30
