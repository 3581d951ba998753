"""Documents that are told, and not read: each is named with the way to convert it.

Read as plain text, they would be learned with their marks.
"""

import re
from collections.abc import Iterator
from typing import Final

from foreword.errors import SourceNotText
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: Final = {  # names within a compound file, which are in UTF-16
    "EncryptedPackage": "is encrypted; save it without a password, and hand in that",
    "WordDocument": "is in Word's format of before 2007; save it as .docx, and hand in that",
    "Workbook": "is a workbook of Excel; save its text as .csv, and hand in that",
    "PowerPoint Document": "is a presentation of PowerPoint; save its text as .docx, and hand in that",
    "__substg1.0": "is a message of Outlook; save it as .eml, and hand in that",
}
_PARTS: Final = {  # how names within a zip file begin
    "xl/": "is a workbook of Excel; save its text as .csv, and hand in that",
    "ppt/": "is a presentation of PowerPoint; save its text as .docx, and hand in that",
    "Index/": "is a document of Apple's; export it as .docx, and hand in that",
    "Index.zip": "is a document of Apple's; export it as .docx, and hand in that",
    "index.apxl": "is a document of Apple's; export it as .docx, and hand in that",
}
_OTHER_ODF: Final = b"mimetypeapplication/vnd.oasis.opendocument."
_BEGINNINGS: Final = (
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\\rtf"),
        "is in Rich Text Format; save it as .docx or as plain text, and hand in that",
    ),
    (
        re.compile(rb"\s{0,1024}%PDF-"),
        "is a PDF; save its text, as most viewers and pdftotext do, and hand in that",
    ),
    (re.compile(rb"!BDN"), "is a data file of Outlook; export its mail as mbox, and hand in that"),
    (
        re.compile(rb"(?s:.{60})(?:BOOKMOBI|TEXtREAd)"),
        "is a book for Kindle; convert it to .epub, and hand in that",
    ),
    (
        re.compile(
            rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?(?:snapshot-content-location:|from: <saved by)",
            re.IGNORECASE,
        ),
        "is a saved web page in one file; save it as .html, and hand in that",
    ),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b|\s*<en-export\b"),
        "is XML, not text; export it as text or HTML, and hand in that",
    ),
)


def fits(opened: Opened) -> bool:
    """Whether it is one of these."""
    return _advice(opened) is not None


def read(opened: Opened, report: Report) -> Iterator[Document]:  # noqa: ARG001 - as all formats
    """Nothing.

    Raises:
        SourceNotText: always; the message says what it is, and what to do.
    """
    raise SourceNotText(f"{opened.name} {_advice(opened)}")


def _advice(opened: Opened) -> str | None:
    if opened.head.startswith(_OLE):
        return _of_compound(opened)
    if opened.head.startswith(b"PK"):
        if _OTHER_ODF in opened.head[:200]:
            return "is an OpenDocument file other than a text; save its text as .odt, and hand in that"
        parts = opened.parts
        return next(
            (advice for sign, advice in _PARTS.items() if any(part.startswith(sign) for part in parts)), None
        )
    return next((advice for sign, advice in _BEGINNINGS if sign.match(opened.head)), None)


def _of_compound(opened: Opened) -> str | None:
    """By which stream it holds, wherever that is in the file."""
    before, found = b"", set[str]()
    for block in opened.blocks():
        found.update(name for name in _STREAMS if name.encode("utf-16-le") in before + block)
        before = block[-64:]
    return next((advice for name, advice in _STREAMS.items() if name in found), None)
