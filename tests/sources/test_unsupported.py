"""Documents whose text is not read: each is named, with the way to convert it."""

from pathlib import Path

import pytest

from foreword.errors import SourceNotText
from foreword.sources.detect import read_source
from foreword.sources.report import Report
from packed_documents import zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 300_000
DOCUMENTS = {
    r"in Rich Text Format; save it as \.docx": b"{\\rtf1\\ansi\\deff0 {\\b Hello} world\\par}",
    "a PDF; save its text": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n",
    "a book for Kindle; convert it to": b"A book".ljust(60, b"\0") + b"BOOKMOBI" + b"\0" * 99,
    "a data file of Outlook; export its mail as mbox": b"!BDN" + b"\0" * 99,
    "a saved web page in one file": b"From: <Saved by Blink>\nSubject: x\nMIME-Version: 1.0\n\n<html>",
    "XML, not text; export it": b'<?xml version="1.0"?>\n<opml><body><outline text="Hello"/></body></opml>',
    "a workbook of Excel": zipped(
        {"[Content_Types].xml": "<Types/>", "xl/sharedStrings.xml": "<sst>Hello</sst>"}
    ),
    "a presentation of PowerPoint": zipped(
        {"[Content_Types].xml": "<Types/>", "ppt/slides/slide1.xml": "<a/>"}
    ),
    "a document of Apple's": zipped({"Index/Document.iwa": b"\0\1", "Metadata/Properties.plist": "x"}),
    "an OpenDocument file other than a text": zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<office:document/>"}
    ),
    "encrypted; save it without a password": OLE + "EncryptedPackage".encode("utf-16-le"),
    r"in Word's format of before 2007; save it as \.docx": OLE + "WordDocument".encode("utf-16-le"),
    "a workbook of Excel;": OLE + "Workbook".encode("utf-16-le"),
    r"a message of Outlook; save it as \.eml": OLE + "__substg1.0_001A001F".encode("utf-16-le"),
}


@pytest.mark.parametrize("advice", DOCUMENTS)
def test_a_document_that_is_not_read_is_named_with_the_way_to_convert_it(advice: str, tmp_path: Path) -> None:
    path = tmp_path / "it.bin"
    path.write_bytes(DOCUMENTS[advice])
    with pytest.raises(SourceNotText, match=rf"it\.bin is {advice}"):
        list(read_source(str(path)))
    (tmp_path / "notes.txt").write_text("seen")
    report = Report()
    assert [document.text for document in read_source(str(tmp_path), report=report)] == ["seen"]
    assert report.skipped == 1
