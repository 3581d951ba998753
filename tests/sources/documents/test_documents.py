"""Laws that hold for each format of documents, and a table with a row for each."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import final

import pytest

from foreword.errors import MissingExtra, SourceNotText
from foreword.sources.documents.office import LARGEST_WORD
from foreword.sources.documents.package import LARGEST_PART
from foreword.sources.formats import format_of
from foreword.sources.opened import Opened, opened_bytes
from foreword.sources.report import Report
from packed_documents import (
    DUBLIN,
    ODF,
    WORD,
    docx,
    epub,
    fiction,
    notebook,
    odt,
    page,
    paragraph,
    read,
    zipped,
)

DAMAGED = r"^it\.bin is damaged: [^\n]+; fetch it again[^\n]+$"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@final
@dataclass(frozen=True, kw_only=True)
class Row:
    """A format.

    Attributes:
        of: a file with this body.
        line: a paragraph of a body.
        table: a body with a table of one row of two cells, `a` and `b`.
        row: how that row is read.
        deep: a body with `deep` within that many elements; None where depth is damage.
        bombs: files that would take much memory, and what is said of them.
        needs: the library that it is not read without.
    """

    of: Callable[[str], bytes]
    line: Callable[[str], str]
    table: str
    row: str = "a b"
    deep: Callable[[int], str] | None = None
    bombs: tuple[tuple[Callable[[], bytes], str], ...] = ()
    needs: str = ""


def between(begin: str, end: str) -> Callable[[str], str]:
    return lambda text: begin + text + end


def nested(begin: str, end: str, within: str = "deep") -> Callable[[int], str]:
    return lambda depth: begin * depth + within + end * depth


ROWS = {
    "Word document": Row(
        of=docx,
        line=paragraph,
        table=f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{paragraph('b')}</w:tc></w:tr></w:tbl>",
        row="a\nb",
        bombs=(
            (lambda: docx(" " * (LARGEST_WORD + 1)), r"is larger than any text: word/document\.xml"),
            (lambda: docx("", **{"word/document.xml": f"{ENTITIES}<x>&b;</x>"}), "is damaged: .* entities"),
        ),
        needs="mammoth",
    ),
    "OpenDocument text": Row(
        of=odt,
        line=between("<text:p>", "</text:p>"),
        table="<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>",
        row="a\nb",
        deep=nested("<text:span>", "</text:span>", "<text:p>deep</text:p>"),
        bombs=(
            (lambda: odt(" " * (LARGEST_PART + 1)), r"is larger than any text: content\.xml"),
            (lambda: odt("", **{"content.xml": f"{ENTITIES}<x>&b;</x>"}), "is damaged: .* entities"),
        ),
    ),
    "EPUB": Row(
        of=epub,
        line=between("<p>", "</p>"),
        table="<table><tr><td>a</td><td>b</td></tr></table>",
        deep=nested("<div>", "</div>"),
        bombs=(
            (lambda: epub(" " * (LARGEST_PART + 1)), "is larger than any text"),
            (lambda: epub("<p>" * (1 << 17)), "cannot be read: it has more than 131,072 tags"),
            (lambda: epub("", **{"OEBPS/book.opf": f"{ENTITIES}<x>&b;</x>"}), "is damaged: .* entities"),
        ),
        needs="bs4",
    ),
    "FictionBook": Row(
        of=fiction,
        line=between("<p>", "</p>"),
        table="<table><tr><td>a</td><td>b</td></tr></table>",
        deep=nested("<section>", "</section>", "<p>deep</p>"),
        bombs=(
            (lambda: fiction(" " * LARGEST_PART), "is larger than any page"),
            (lambda: fiction("<p>&b;</p>", begin=ENTITIES), "is damaged: .* entities"),
        ),
    ),
    "HTML": Row(
        of=lambda body: f"<html><body>{body}".encode(),
        line=between("<p>", "</p>"),
        table="<table><tr><td>a<td>b</table>",
        deep=nested("<div><b>", ""),
        bombs=(
            (lambda: b"<html>" + b" " * LARGEST_PART, "is larger than any page"),
            (
                lambda: b"<html>" + b"<b>" * (1 << 17),
                "cannot be read as a page: it has more than 131,072 tags",
            ),
        ),
        needs="bs4",
    ),
    "Jupyter notebook": Row(
        of=notebook,
        line=between("", "\n\n"),
        table="| a | b |\n|---|---|\n",
        bombs=((lambda: notebook(" " * LARGEST_PART), "is larger than any page"),),
    ),
}
ZIPPED = ("Word document", "OpenDocument text", "EPUB")


@pytest.mark.parametrize("name", ROWS)
def test_paragraphs_are_lines_and_nobody_is_their_author(name: str) -> None:
    row = ROWS[name]
    report = Report()
    (document,) = read(
        row.of(row.line("One") + row.line("café 👋 &amp; more") + row.line("Three")), name, report
    )
    assert (document.text, document.author) == ("One\ncafé 👋 & more\nThree", None)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_a_table_stays_in_its_place(name: str) -> None:
    row = ROWS[name]
    (document,) = read(row.of(row.line("One") + row.table + "\n" + row.line("Three")), name)
    assert document.text == f"One\n{row.row}\nThree"


@pytest.mark.parametrize("name", ROWS)
def test_a_document_without_a_word_is_nothing(name: str) -> None:
    assert read(ROWS[name].of(ROWS[name].line("")), name) == []


@pytest.mark.parametrize("name", ROWS)
def test_a_file_is_told_as_its_own_format_alone_whatever_it_is_called(name: str) -> None:
    for path in ("it.docx", "it.odt", "it.epub", "it.txt"):
        assert read(ROWS[name].of(ROWS[name].line("text")), name, path=path)[0].text == "text"


@pytest.mark.parametrize(
    "other",
    [
        zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}),
        zipped({"a.xhtml": page("x")}),
        zipped({"a.txt": "x"}),
        b"PK\x03\x04",
        b"text",
    ],
    ids=["workbook", "page", "text in a zip", "cut", "text"],
)
def test_other_files_are_none(other: bytes) -> None:
    found = format_of(opened_bytes("it.docx", other))
    assert found is None or found.name not in ROWS


@pytest.mark.parametrize("name", ROWS)
def test_a_cut_file_gives_what_there_is_or_one_line(name: str) -> None:
    row = ROWS[name]
    whole = row.of("".join(row.line(f"A sentence, number {number}.") for number in range(300)))
    for cut in (-30, len(whole) // 2, 900):
        if name == "HTML":
            assert read(whole[:cut], name)[0].text.startswith("A sentence, number 0.")
        else:
            with pytest.raises(SourceNotText, match=DAMAGED):
                read(whole[:cut], name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("Word document", docx("<w:p>")),
        ("Word document", docx("", **{"word/document.xml": ""})),
        ("Word document", docx("&no;")),
        ("Word document", docx("<w:smartTag>" * 20_000 + paragraph("deep") + "</w:smartTag>" * 20_000)),
        ("OpenDocument text", odt("<text:p>x")),
        ("OpenDocument text", odt("&no;")),
        ("OpenDocument text", odt("", **{"content.xml": '<?xml version="1.0" encoding="x-none"?><a/>'})),
        ("EPUB", epub("", **{"META-INF/container.xml": "<container/>"})),
        ("EPUB", epub("", **{"OEBPS/book.opf": "<package>"})),
        ("FictionBook", fiction("<p>")),
        ("Jupyter notebook", b'{"cells": [{"cell_type": "markdown", "source": ' + b"[" * 100_000),
    ],
    ids=range(11),
)
def test_damaged_marks_are_one_line(name: str, data: bytes) -> None:
    with pytest.raises(SourceNotText, match=DAMAGED):
        read(data, name)


@pytest.mark.parametrize("name", ["Word document", "OpenDocument text"])
def test_a_wrong_byte_in_a_package_is_one_line(name: str) -> None:
    data = bytearray(ROWS[name].of("".join(ROWS[name].line(f"Sentence {number}.") for number in range(300))))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(SourceNotText, match=DAMAGED):
        read(bytes(data), name)


@pytest.mark.parametrize(
    ("name", "at", "of"),
    [(name, at, of) for name, row in ROWS.items() for at, (of, _) in enumerate(row.bombs)],
)
def test_a_bomb_is_refused_in_one_line(name: str, at: int, of: Callable[[], bytes]) -> None:
    with pytest.raises(SourceNotText, match=rf"it\.bin {ROWS[name].bombs[at][1]}") as refusal:
        read(of(), name)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.deep])
def test_what_is_nested_deeper_than_calls_go_is_read(name: str) -> None:
    deep = ROWS[name].deep
    assert deep is not None
    assert read(ROWS[name].of(deep(10_000)), name)[0].text == "deep"


LOCKED = (
    '<encryption><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData>'
    '<CipherReference URI="%s"/></CipherData></EncryptedData></encryption>'
)


def with_a_password(data: bytes) -> bytes:
    """A zip file whose parts say that they are encrypted."""
    changed = bytearray(data)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := changed.find(mark, at + 1)) >= 0:
            changed[at + flags] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *((name, with_a_password(ROWS[name].of(ROWS[name].line("x")))) for name in ZIPPED),
        ("OpenDocument text", odt("", **{"META-INF/manifest.xml": "<manifest:encryption-data/>"})),
        ("EPUB", epub("<p>x</p>", **{"META-INF/encryption.xml": LOCKED % "OEBPS/text/c%200.xhtml"})),
    ],
    ids=range(5),
)
def test_an_encrypted_document_is_named(name: str, data: bytes) -> None:
    with pytest.raises(SourceNotText, match=r"^it\.bin is encrypted; save it without a password"):
        read(data, name)


def test_an_encrypted_font_does_not_matter() -> None:
    book = epub("<p>text</p>", **{"META-INF/encryption.xml": LOCKED % "OEBPS/font.otf"})
    assert read(book, "EPUB")[0].text == "text"


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.needs])
def test_the_missing_library_is_named_with_what_gets_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, ROWS[name].needs, None)
    with pytest.raises(MissingExtra, match=r"it\.bin .* pip install 'foreword\[documents\]'"):
        read(ROWS[name].of(ROWS[name].line("x")), name)


@pytest.mark.parametrize("name", ZIPPED)
def test_one_that_can_be_read_once_forwards_is_read(name: str) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    data = ROWS[name].of(ROWS[name].line("x"))
    opened = Opened(name="it", opening=lambda: Pipe(data))
    found = format_of(opened)
    assert found is not None
    assert [document.text for document in found.read(opened, Report())] == ["x"]


NOTES = f'<w:footnotes {WORD}><w:footnote w:id="1">{paragraph("a note")}</w:footnote></w:footnotes>'
STYLE = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
LINKS = "".join(
    f'<Relationship Id="{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>'
    for name in ("styles", "footnotes")
)
KIND = 'media-type="application/xhtml+xml"'
CELLS = [
    {"cell_type": "code", "source": ["print(1)"], "outputs": [{"text": ["1"]}]},
    {"cell_type": "markdown", "source": ["# Soup\n", "\n", "I like **it**.\n"]},
]
UNREAD = {
    "headers, contents and deleted text of Word": (
        "Word document",
        docx(
            paragraph("Chapter 1 ... 3", "TOC1")
            + "<w:p><w:r><w:t>Before</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r><w:del><w:r>"
            "<w:delText>no</w:delText></w:r></w:del><w:ins><w:r><w:t>, added</w:t><w:br/><w:t>x</w:t></w:r></w:ins>"
            "</w:p>",
            **{
                "word/styles.xml": f"<w:styles {WORD}>{STYLE}</w:styles>",
                "word/footnotes.xml": NOTES,
                "word/header1.xml": f"<w:hdr {WORD}>{paragraph('head of the page')}</w:hdr>",
                "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}">{LINKS}</Relationships>',
            },
        ),
        "Before, added\nx\na note",
        {},
    ),
    "contents, comments, changes and numbers of OpenDocument": (
        "OpenDocument text",
        odt(
            "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:table-of-content><text:p>"
            "Chapter 1 ... 3</text:p></text:table-of-content><text:p>Before<text:note><text:note-citation>1"
            "</text:note-citation><text:note-body><text:p>a note</text:p></text:note-body></text:note> and\n after"
            "<office:annotation><text:p>a comment</text:p></office:annotation>.<text:page-number>7</text:page-number>"
            "</text:p><text:p><draw:frame><draw:image/></draw:frame>a<text:tab/>b<text:s text:c='3'/>c"
            "<text:line-break/>d</text:p>"
        ),
        "Before and after.\na note\na b   c\nd",
        {"image": 1},
    ),
    "navigation, covers and pages out of order of EPUB": (
        "EPUB",
        epub(
            "<p>text</p>",
            package=f'<item id="nav" href="nav.xhtml" {KIND} properties="nav"/><item id="toc" href="toc.xhtml" {KIND}/>'
            f'<item id="notes" href="notes.xhtml" {KIND}/><item id="ncx" href="toc.ncx" media-type="a/b"/>',
            spine='<itemref idref="nav"/><itemref idref="notes" linear="no"/><itemref idref="ncx"/>'
            '<itemref idref="toc"/></spine><guide><reference type="toc" href="toc.xhtml#top"/></guide><spine>',
            **{
                f"OEBPS/{name}": page("<p>no</p>")
                for name in ("nav.xhtml", "notes.xhtml", "toc.ncx", "toc.xhtml")
            },
        ),
        "text",
        {},
    ),
    "marks of footnotes and pages of EPUB": (
        "EPUB",
        epub(
            '<p>It was<span epub:type="pagebreak" id="p7">7</span> so.<a epub:type="noteref" href="#n1">1</a>'
            '<sup><a href="notes.xhtml#n2">[2]</a></sup> See <a href="#c2">chapter two</a>, 10<sup>th</sup>.</p>'
            '<aside epub:type="footnote" id="n1"><p><a href="#r1">1.</a> A note. <a href="#r1">↩</a></p></aside>'
            '<nav epub:type="toc"><ol><li>Contents</li></ol></nav>'
        ),
        "It was so. See chapter two, 10th.\nA note.",
        {},
    ),
    "description, pictures and marks of footnotes of FictionBook": (
        "FictionBook",
        fiction(
            '<p>We <emphasis>lived</emphasis> long<a type="note" l:href="#n1">[1]</a>\nand well.</p><empty-line/>'
            "<poem><stanza><v>First</v><v>Second</v></stanza></poem>"
        ),
        "We lived long and well.\nFirst\nSecond",
        {"image": 1},
    ),
    "code of a notebook": (
        "Jupyter notebook",
        json.dumps({"cells": [1, None, *CELLS, {"cell_type": "markdown"}]}).encode(),
        "Soup\nI like it.",
        {"code block": 1},
    ),
    "code of an old notebook": (
        "Jupyter notebook",
        json.dumps({"worksheets": [{"cells": CELLS}]}).encode(),
        "Soup\nI like it.",
        {"code block": 1},
    ),
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_nobody_typed_stays_out(case: str) -> None:
    name, data, text, left_out = UNREAD[case]
    report = Report()
    assert [document.text for document in read(data, name, report)] == [text]
    assert report.left_out == left_out


TIME = datetime(2021, 4, 5, 10, 22, 33, tzinfo=UTC)
STAMP = "2021-04-05T10:22:33Z"
LINE = "<text:p>x</text:p>"


def meta(tag: str, said: str) -> dict[str, str]:
    return {"meta.xml": f"<office:document-meta {ODF} {DUBLIN}><{tag}>{said}</{tag}></office:document-meta>"}


CORE = (
    f"<c {DUBLIN}><dcterms:created>2020-01-01T00:00:00Z</dcterms:created>"
    f"<dcterms:modified>{STAMP}</dcterms:modified></c>"
)
CHANGED = f'</manifest><metadata><meta property="dcterms:modified">{STAMP}</meta></metadata><manifest>'


@pytest.mark.parametrize(
    ("name", "data", "time"),
    [
        ("Word document", docx(paragraph("x"), **{"docProps/core.xml": CORE}), TIME),
        ("Word document", docx(paragraph("x"), **{"docProps/core.xml": "<broken"}), None),
        (
            "Word document",
            docx(paragraph("x"), **{"docProps/core.xml": '<?xml encoding="x-none"?><a/>'}),
            None,
        ),
        ("OpenDocument text", odt(LINE, **meta("dc:date", f"{STAMP[:-1]}.123456789Z")), TIME),
        ("OpenDocument text", odt(LINE, **meta("meta:creation-date", STAMP)), TIME),
        ("OpenDocument text", odt(LINE, **meta("dc:date", "spring")), None),
        ("OpenDocument text", odt(LINE, **{"meta.xml": f"{ENTITIES}<a/>"}), None),
        ("EPUB", epub("<p>x</p>", package=CHANGED), TIME),
        ("EPUB", epub("<p>x</p>"), datetime(2021, 4, 5).astimezone()),
        ("FictionBook", fiction("<p>x</p>"), datetime(2021, 4, 5).astimezone()),
        ("HTML", f"<html><meta property='article:published_time' content='{STAMP}'><p>x".encode(), TIME),
        ("HTML", b"<html><meta name='DATE' content='Mon, 05 Apr 2021 10:22:33 GMT'><p>x", TIME),
        ("HTML", b"<html><meta name='date' content='spring'><p>x", None),
    ],
    ids=range(13),
)
def test_its_time_is_that_of_its_last_change_where_its_metadata_are_sound(
    name: str, data: bytes, time: datetime | None
) -> None:
    (document,) = read(data, name)
    assert document.text == "x"
    assert (document.time.replace(microsecond=0) if document.time else None) == time


@pytest.mark.parametrize(
    ("name", "encoding"), [("FictionBook", each) for each in ("windows-1251", "koi8-r", "utf-16")]
)
def test_an_encoding_that_is_declared_is_used(name: str, encoding: str) -> None:
    assert read(fiction("<p>Жили мы</p>", encoding=encoding), name)[0].text == "Жили мы"


@pytest.mark.parametrize("encoding", ["x-none", "hex", "idna"])
def test_an_encoding_that_nobody_knows_is_no_reason_to_stop(encoding: str) -> None:
    book = fiction("<p>Жили мы</p>").replace(b"utf-8", encoding.encode())
    assert read(book, "FictionBook")[0].text == "Жили мы"


def test_an_opendocument_text_whose_type_is_packed_is_known_by_its_manifest() -> None:
    parts = {
        "a.xml": "",
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<m/>",
    }
    content = f"<o {ODF}><text:p>text</text:p></o>"
    assert read(zipped({**parts, "content.xml": content}), "OpenDocument text")[0].text == "text"


@pytest.mark.parametrize("bad", ["gone", "refused"])
def test_a_chapter_that_cannot_be_read_costs_only_itself(bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.sources.documents.html.MOST_TAGS", 30)
    report = Report()
    item = f'<item id="gone" href="gone.xhtml" {KIND}/>'
    book = (
        epub("<p>one</p>", "<p>" * 40)
        if bad == "refused"
        else epub("<p>one</p>", package=item, spine='<itemref idref="gone"/>')
    )
    assert [document.text for document in read(book, "EPUB", report)] == ["one"]
    assert report.skipped == 1
    assert " of it.bin cannot be read: " in report.notes[0]
