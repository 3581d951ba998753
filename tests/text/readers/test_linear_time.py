"""No file takes long: whoever sends a mail or a document decides what is in it, and how often.

Each reader is fed one of the characters that formats treat specially, over and over, alone and with a letter.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

import pytest

from foreword.errors import ForewordError
from foreword.text.readers.formats import format_of
from foreword.text.readers.opened import opened_bytes
from foreword.text.readers.plain import read_plain
from foreword.text.readers.report import Report
from packed_documents import docx, epub, odt

SPECIAL = [
    *" \t\n\r\f\v\x1f!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~0",
    "\u00a0",
    "\u200e",
    "\u2028",
    "é",
    "：",
    "—",
]

FIELDS = "\nDate: Mon, 5 Apr 2021 10:00:00 +0000\nMessage-ID: <1@x>\n"
MAIL = "From: Ana <ana@example.org>\nSubject: x" + FIELDS
FICTION = '<?xml version="1.0"?><FictionBook><body><section><p>%s</p></section></body></FictionBook>'


def in_fields(text: str) -> str:
    """A mail with it in each field that is read."""
    names = (
        "Subject",
        "To",
        "Sender",
        "Date",
        "MIME-Version",
        "Content-Disposition",
        "Content-Transfer-Encoding",
    )
    line = " ".join(text.split("\n"))
    return "".join(f"{name}: {line}\n" for name in names) + f"From: {line}{FIELDS}\n--b\nA: {line}\n\ntext\n"


def in_parameters(text: str) -> str:
    line = " ".join(text.split("\n"))
    kinds = [
        f"multipart/mixed; boundary={line}",
        f'text/plain; charset="{line}',
        f"text/plain; name*0*={line}",
    ]
    parts = "".join(f"--b\nContent-Type: {kind}\n\ntext\n" for kind in kinds)
    return f"{MAIL}Content-Type: multipart/mixed; boundary=b; x={line}\n\n{parts}--b--\n"


READERS: dict[str, Callable[[str], str | bytes]] = {
    "it.txt": lambda text: "text " + text,
    "mail.eml": lambda text: f"{MAIL}\nYes.\n\nOn 5 Apr 2021 {text}\n> x\n{text}",
    "flowed.eml": lambda text: f"{MAIL}Content-Type: text/plain; format=flowed\n\n{text}",
    "html.eml": lambda text: f"{MAIL}Content-Type: text/html\n\n<p>{text}>",
    "parts.eml": lambda text: (
        f"{MAIL}Content-Type: multipart/mixed; boundary=b\n\n--b\n{text}\n--b\n\n{text}\n--b--"
    ),
    "fields.eml": in_fields,
    "parameters.eml": in_parameters,
    "it.mbox": lambda text: f"From a@b Mon Apr  5 10:22:01 2021\n{MAIL}\nFrom {text}\n{MAIL}\n{text}",
    "page.html": lambda text: f"<html><p>{text}</p><p {text}>x<!{text}>x<!--{text}>",
    "script.html": lambda text: f"<!--{text}--><html><script>{text}<title>{text}",
    "it.md": lambda text: f"{text}\n\n- {text}\n\n[^a]: {text}",
    "it.ipynb": lambda text: json.dumps({"cells": [{"cell_type": "markdown", "source": "text " + text}]}),
    "it.fb2": lambda text: FICTION % escape(text.replace("\x1f", "").replace("\f", "").replace("\v", "")),
    "it.docx": lambda text: docx(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"),
    "it.odt": lambda text: odt(f"<text:p>{escape(text)}</text:p>"),
    "it.epub": lambda text: epub(f"<p>{text}</p>"),
}


def runs(length: int, characters: list[str]) -> Iterator[str]:
    """Texts of so many bytes."""
    for character in characters:
        for unit in (character, character + "a"):
            yield unit * (length // len(unit.encode()))


def seconds(name: str, text: str) -> float:
    """The time of this process in which the reader reads a file of this name, or refuses it."""
    made = READERS[name](text)
    opened = opened_bytes(name, made.encode() if isinstance(made, str) else made)
    began = time.process_time()
    with contextlib.suppress(ForewordError):
        found = format_of(opened)
        documents = found.read(opened, Report()) if found else read_plain(opened.blocks(), name, None)
        assert sum(len(document.text) for document in documents) <= 10 * len(text)
    return time.process_time() - began


@pytest.mark.parametrize("name", READERS)
def test_no_run_of_a_character_takes_a_reader_long(name: str) -> None:
    """What took 18 seconds for 40 KB took 3 for 16 KB; what is read in linear time takes some milliseconds."""
    slowest = max((seconds(name, text), text[:2]) for text in runs(1 << 14, [*" -/<[=*:;", "\u00a0"]))
    assert slowest < (1.5, "")


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_no_megabyte_of_a_character_takes_a_reader_long(name: str) -> None:
    """Two seconds are promised; the bound is wider, for machines are slower and busy, and types are checked here."""
    slowest = max((seconds(name, text), text[:2]) for text in runs(1 << 20, SPECIAL))
    assert slowest < (15, "")
