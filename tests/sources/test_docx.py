"""Word documents: what was typed in them, and clear words about those that cannot be read."""

import sys
from datetime import UTC, datetime

import pytest

from foreword.errors import MissingExtra, SourceNotText
from foreword.sources.documents.office import LARGEST_WORD
from foreword.sources.formats import format_of
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document
from packed_documents import DUBLIN, WORD, docx, odt, zipped

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def read(data: bytes, report: Report | None = None) -> list[Document]:
    opened = opened_bytes("it.bin", data)
    found = format_of(opened)
    assert found is not None
    assert found.name == "Word document"
    return list(found.read(opened, report if report is not None else Report()))


def test_paragraphs_rows_and_breaks_are_lines() -> None:
    body = (
        paragraph("Title")
        + "<w:p><w:r><w:t>A </w:t></w:r><w:r><w:t xml:space='preserve'> word &amp; </w:t><w:br/>"
        "<w:t>more 👋</w:t></w:r></w:p>"
        + f"<w:tbl><w:tr><w:tc>{paragraph('one')}</w:tc><w:tc>{paragraph('two')}</w:tc></w:tr></w:tbl>"
    )
    (document,) = read(docx(body))
    assert document.text == "Title\nA word &\nmore 👋\none\ntwo"
    assert (document.author, document.time) == (None, None)


def test_what_nobody_typed_stays_out() -> None:
    style = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    styles = f"<w:styles {WORD}>{style}</w:styles>"
    notes = f'<w:footnotes {WORD}><w:footnote w:id="1">{paragraph("a note")}</w:footnote></w:footnotes>'
    links = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>'
        for name in ("styles", "footnotes")
    )
    body = (
        paragraph("Chapter 1 ... 3", "TOC1")
        + "<w:p><w:r><w:t>Before</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:ins><w:r><w:t>, added</w:t></w:r></w:ins></w:p>"
        "<w:sectPr/>"
    )
    more = {
        "word/styles.xml": styles,
        "word/footnotes.xml": notes,
        "word/header1.xml": f"<w:hdr {WORD}>{paragraph('head of the page')}</w:hdr>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
    }
    (document,) = read(docx(body, **more))
    assert document.text == "Before, added\na note"


def test_its_time_is_that_of_its_last_change() -> None:
    created = "<dcterms:created>2020-01-01T00:00:00Z</dcterms:created>"
    modified = "<dcterms:modified>2021-04-05T10:22:33Z</dcterms:modified>"
    (document,) = read(docx(paragraph("x"), **{"docProps/core.xml": f"<c {DUBLIN}>{created}{modified}</c>"}))
    assert document.time == datetime(2021, 4, 5, 10, 22, 33, tzinfo=UTC)


def test_damage_is_one_line_wherever_it_is() -> None:
    whole = docx("".join(paragraph(f"A sentence, number {number}.") for number in range(300)))
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    broken = (docx("<w:p>"), docx("", **{"word/document.xml": ""}), docx("&no;"))
    for data in (whole[:-30], whole[:900], bytes(flipped), *broken):
        with pytest.raises(SourceNotText, match=r"^it\.bin is damaged: [^\n]+; fetch it again[^\n]+$"):
            read(data)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(SourceNotText, match=r"^it\.bin is larger than any text: word/document\.xml"):
        read(docx(" " * (LARGEST_WORD + 1)))


def test_marks_nested_deeper_than_any_document_are_damage() -> None:
    with pytest.raises(SourceNotText, match="is damaged"):
        read(docx("<w:smartTag>" * 20_000 + paragraph("deep") + "</w:smartTag>" * 20_000))


def test_the_missing_library_is_named_with_what_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mammoth", None)
    with pytest.raises(MissingExtra, match=r"it\.bin .* pip install 'foreword\[documents\]'"):
        read(docx(paragraph("x")))


@pytest.mark.parametrize(
    "other", [odt(""), zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}), b"text"]
)
def test_other_files_are_none(other: bytes) -> None:
    found = format_of(opened_bytes("it.docx", other))
    assert found is None or found.name != "Word document"


@pytest.mark.parametrize("core", ["<broken", '<?xml version="1.0" encoding="x-none"?><a/>'])
def test_damaged_metadata_cost_only_the_time(core: str) -> None:
    (document,) = read(docx(paragraph("text"), **{"docProps/core.xml": core}))
    assert (document.text, document.time) == ("text", None)
