"""Books in FictionBook."""

from datetime import datetime

import pytest

from foreword.errors import SourceNotText
from foreword.sources.formats import format_of
from foreword.sources.report import Report
from foreword.text.documents import Document
from readings import opened

BOOK = """<?xml version="1.0" encoding="%s"?>
<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink">
<description><title-info><genre>prose</genre><book-title>Название</book-title></title-info>
<document-info><date value="2021-04-05">5 April</date></document-info></description>
<body><title><p>Глава 1</p></title><section><p>Жили <emphasis>мы</emphasis> долго<a type="note" l:href="#n1">[1]</a>
и мирно.</p><empty-line/><poem><stanza><v>Первая</v><v>Вторая</v></stanza></poem>%s</section></body>
<binary id="a.jpg" content-type="image/jpeg">AAAA</binary></FictionBook>"""


def read(data: bytes, report: Report | None = None) -> list[Document]:
    it = opened(data, "it.bin")
    found = format_of(it)
    assert found is not None
    assert found.name == "FictionBook"
    return list(found.read(it, report or Report()))


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
def test_paragraphs_headings_and_verses_are_lines_in_whatever_encoding(encoding: str) -> None:
    report = Report()
    (document,) = read((BOOK % (encoding, "")).encode(encoding), report)
    assert document.text == "Глава 1\nЖили мы долго и мирно.\nПервая\nВторая"
    assert document.time == datetime(2021, 4, 5).astimezone()
    assert report.left_out == {"image": 1}


@pytest.mark.parametrize("encoding", ["x-none", "hex", "idna"])
def test_an_encoding_that_nobody_knows_is_no_reason_to_stop(encoding: str) -> None:
    assert read((BOOK % (encoding, "")).encode())[0].text.startswith("Глава 1\nЖили")


def test_damage_and_entities_that_grow_are_named() -> None:
    bomb = (BOOK % ("utf-8", "&a;")).replace("<FictionBook", '<!DOCTYPE x [<!ENTITY a "b">]><FictionBook')
    for text in (BOOK % ("utf-8", "<p>"), bomb):
        with pytest.raises(SourceNotText, match=r"^it\.bin is damaged"):
            read(text.encode())


def test_sections_may_be_nested_deeper_than_python_calls_go() -> None:
    deep = "<section>" * 5_000 + "<p>deep</p>" + "</section>" * 5_000
    assert read((BOOK % ("utf-8", deep)).encode())[0].text.endswith("deep")
