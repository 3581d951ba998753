"""Archives and what lies in them."""

import gzip
import io
import re
import zipfile
from pathlib import Path
from unittest.mock import Mock

import pytest

from foreword.errors import SourceEmpty, SourceNotText
from foreword.sources.detect import read_source
from foreword.sources.files import DEEPEST, files_of_archive, opened_file
from foreword.sources.report import Report
from foreword.text.documents import join


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def text_of(path: Path, report: Report | None = None) -> str:
    return "".join(join(read_source(str(path), report=report)))


def test_the_texts_in_an_archive_are_read_in_reading_order_whatever_it_is_called(tmp_path: Path) -> None:
    """What is compressed inside is unpacked, too; what is no text is left out and counted."""
    inner = zipped(tmp_path / "inner.zip", {"deep.txt": b"deep"}).read_bytes()
    members = {"b 10.txt": b"ten", "b 2.txt": b"two", "a/1.txt": b"one", "__MACOSX/b 2.txt": b"x", ".x": b"x"}
    others = {"c.gz": gzip.compress(b"packed"), "d.zip": inner, "it.jpg": b"\xff\xd8\xff\0\0\0", "empty": b""}
    report = Report()
    path = zipped(tmp_path / "it.dat", members | others)
    assert text_of(path, report) == "one\ntwo\nten\npacked\ndeep"
    assert report.formats == {"text": 5}
    assert report.sentences() == ["left out: 1 file without text"]


def broken(case: str, folder: Path) -> Path:
    """An archive, or a document, that cannot be read."""
    path = folder / ("it.docx" if case == "a document" else "it.zip")
    members = {
        "a document": {"[Content_Types].xml": b"<Types", "word/document.xml": b"text"},
        "no text": {"it.jpg": b"\xff\xd8\xff\0"},
    }
    data = bytearray(zipped(path, members.get(case, {"it.txt": b"text " * 100})).read_bytes())
    if case == "cut":
        del data[-30:]
    elif case == "a wrong byte":
        data[40] ^= 255
    elif case == "a password":
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(mark) + offset] |= 1
    elif case == "a wrong name":  # it claims to be in UTF-8
        data = bytearray(zipped(path, {"\u00fc.txt": b"text"}).read_bytes().replace(b"\xc3\xbc", b"\xfc\xfc"))
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("cut", r"it\.zip is damaged: .*; fetch it again"),
        ("a wrong byte", r"it\.zip: it\.txt is damaged"),
        ("a wrong name", r"it\.zip is damaged: .*; fetch it again"),
        ("a password", r"it\.zip is protected by a password; unpack it, and hand in the folder"),
        ("no text", r"no file in .*it\.zip holds text"),
        ("a document", r"it\.docx is damaged"),
    ],
)
def test_a_broken_archive_is_an_error_or_skipped(case: str, message: str, tmp_path: Path) -> None:
    path = broken(case, tmp_path)
    with pytest.raises((SourceEmpty, SourceNotText), match=message):
        text_of(path)
    (tmp_path / "it.txt").write_text("seen")
    report = Report()
    assert text_of(tmp_path, report) == "seen"
    if case != "no text":
        assert re.match(f"skipped: .*{message}", report.notes[0])


def test_the_contents_of_an_archive_are_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "it.zip", {f"{at}.txt": b"text" for at in range(50)})
    opened = Mock(side_effect=zipfile.ZipFile)
    monkeypatch.setattr(zipfile, "ZipFile", opened)
    assert text_of(path) == "\n".join(["text"] * 50)
    assert opened.call_count < 5  # formats of zip files look into it, too


def test_a_member_that_cannot_be_read_is_skipped_and_listed(tmp_path: Path) -> None:
    """One is damaged, one has a password, one is in another encoding."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        names = ["damaged.txt", "good.txt", "locked.txt", "old.txt"]
        for name in names:
            archive.writestr(name, b"\xfc" if name == "old.txt" else f"text of {name[0]}".encode() * 9)
    whole = bytearray(data.getvalue().replace(b"text of dtext", b"text of xtext", 1))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        for name in names:
            at = whole.index(mark, at + 1)
            whole[at + offset] |= 1 if name == "locked.txt" else 0
    (tmp_path / "it.zip").write_bytes(whole)
    report = Report()
    assert text_of(tmp_path / "it.zip", report) == "text of g" * 9
    assert report.skipped == len(report.notes) == 3
    for name, reason in (("damaged", "is damaged"), ("locked", "by a password"), ("old", "not in utf-8")):
        assert any(f"it.zip: {name}.txt" in note and reason in note for note in report.notes), name


def test_zips_within_zips_are_read_to_a_depth_and_beyond_it_named(tmp_path: Path) -> None:
    data = zipped(tmp_path / "it.zip", {"it.txt": b"deep"})
    for _ in range(DEEPEST - 1):
        data = zipped(tmp_path / "it.zip", {"inner.zip": data.read_bytes()})
    assert text_of(data) == "deep"
    data = zipped(tmp_path / "it.zip", {"inner.zip": data.read_bytes()})
    with pytest.raises(SourceNotText, match=rf"inner\.zip lies in {DEEPEST} archives, .*; unpack it"):
        text_of(data)


@pytest.mark.parametrize("kind", ["zip", "gzip", "gzip in zip", "zip in zip"])
def test_a_bomb_is_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.sources.opened.LEAST_UNPACKED", 1 << 20)
    bomb = b"a " * (1 << 20)
    path = tmp_path / "it"
    if kind == "zip":
        zipped(path, {f"{at}.txt": bomb[: 1 << 18] for at in range(8)})
    elif kind == "zip in zip":
        inner = zipped(path, {"it.txt": bomb[: 1 << 18]}).read_bytes()
        zipped(path, {f"{at}.zip": inner for at in range(8)})
    else:
        path.write_bytes(gzip.compress(bomb))
    if kind == "gzip in zip":
        zipped(path, {"it.gz": path.read_bytes()})
    report, message = Report(), "would unpack to more than 1 MB, as no text does; unpack what"
    if kind == "zip in zip":  # as far as the budget reaches
        assert text_of(path, report).startswith("a a")
        assert 0 < report.skipped < 8
        assert message in report.notes[0]
    else:
        with pytest.raises(SourceNotText, match=message):
            text_of(path)


def test_a_folder_of_mail_is_no_hidden_one(tmp_path: Path) -> None:
    mail = b"From: Ana <ana@example.org>\nDate: Tue, 2 Jan 2024 10:00:00 +0000\nSubject: hi\n\ngood morning\n"
    for folder in ("cur", ".Sent/cur", ".cache"):
        (tmp_path / "mail" / folder).mkdir(parents=True)
        (tmp_path / "mail" / folder / "1.a:2,S").write_bytes(mail.replace(b"morning", folder.encode()))
    found = [each.text for each in read_source(str(tmp_path / "mail"))]
    assert sorted(found) == ["good .Sent/cur", "good cur"]
    members = {f"mail/{folder}/1.a": mail for folder in ("cur", ".Sent/cur", ".cache")}
    files = files_of_archive(opened_file(zipped(tmp_path / "it.zip", members), None))
    assert list(files) == ["mail/.Sent/cur/1.a", "mail/cur/1.a"]


def test_a_chat_that_lies_in_an_archive_as_it_is_is_no_chat_with_a_strange_beginning(tmp_path: Path) -> None:
    lines = [f"[05/01/23, 09:{minute:02}:00] Ana: good morning" for minute in range(30)]
    with zipfile.ZipFile(tmp_path / "chat.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("_chat.txt", "\n".join(lines))
        archive.writestr("1.jpg", b"\xff\xd8\xff\0")
    assert text_of(tmp_path / "chat.zip").split("\n") == ["good morning"] * 30
