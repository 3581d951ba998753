"""Rules for each document format, and a table with one row per format."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import packed_documents as packed
from foreword.errors import MissingExtra, SourceNotText
from foreword.sources.documents.html import LARGEST_PART
from foreword.sources.documents.office import LARGEST_WORD
from foreword.sources.reading import documents
from foreword.sources.report import Report
from opened import counted, read, texts_of
from packed_documents import docx, odt, paragraph

DOCX, ODT, HTML = "Word document", "OpenDocument text", "HTML"
DAMAGED = r"^it\.bin is damaged: [^\n]+; fetch it again[^\n]+$"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


class Row(NamedTuple):
    """A format: a file with a body, a line of a body, a table with cells `a` and `b`, and the text of that table."""

    of: Callable[[str], bytes]
    line: str
    table: str
    row: str

    def file(self, *lines: str) -> bytes:
        """A file with these lines; a line may also be markup."""
        return self.of("".join(line if line.startswith(("<", "|")) else self.line % line for line in lines))


TABLE = "<table><tr><td>a</td><td>b</td></tr></table>"
WORD_CELLS = "".join(f"<w:tc>{paragraph(each)}</w:tc>" for each in "ab")
ODT_CELLS = "".join(f"<table:table-cell><text:p>{each}</text:p></table:table-cell>" for each in "ab")
ROWS = {
    DOCX: Row(docx, paragraph("%s"), f"<w:tbl><w:tr>{WORD_CELLS}</w:tr></w:tbl>", "a\nb"),
    ODT: Row(odt, "<text:p>%s</text:p>", f"<table:table-row>{ODT_CELLS}</table:table-row>", "a\nb"),
    HTML: Row(lambda body: f"<html><body>{body}".encode(), "<p>%s</p>", TABLE, "a b"),
}
ZIPPED = (DOCX, ODT)
every_format = pytest.mark.parametrize("name", ROWS)


@every_format
def test_paragraphs_and_tables_become_lines_without_an_author(name: str) -> None:
    row = ROWS[name]
    for path in ("it.docx", "it.odt", "it.txt"):  # the content decides the format
        (document,) = read(row.file("One", "café 👋 &amp; more", row.table, "Three"), name, path=path)
        assert (document.text, document.author) == (f"One\ncafé 👋 & more\n{row.row}\nThree", None)
    assert read(row.file(""), name) == []


@pytest.mark.parametrize("name", ZIPPED)
def test_a_chat_in_a_document_is_read_as_a_chat(name: str) -> None:
    row = ROWS[name]
    lines = ["Ana: how do you do today?", "Ben: fine, thanks, and you?"] * 3
    assert [(each.author, each.text) for each in read(row.file(*lines), name)] == [
        (line[:3], line[5:]) for line in lines
    ]
    with pytest.raises(SourceNotText, match=r"^it\.bin is a log of IRC, which is not read"):
        read(row.file("10:15 &lt;ana&gt; hello", "10:16 &lt;ben&gt; hi"), name)


@every_format
def test_a_cut_file_gives_its_text_or_a_one_line_error(name: str, tmp_path: Path) -> None:
    whole = ROWS[name].file(*(f"A sentence, number {number}." for number in range(300)))
    for cut in (-30, len(whole) // 2, 900):
        (tmp_path / "it.bin").write_bytes(whole[:cut])
        if name == HTML:
            assert next(documents(str(tmp_path / "it.bin"))).text.startswith("A sentence, number 0.")
        else:
            with pytest.raises(SourceNotText, match=r"it\.bin is damaged: [^\n]+; fetch it again[^\n]*$"):
                list(documents(str(tmp_path / "it.bin")))


def with_a_wrong_byte(name: str) -> bytes:
    changed = bytearray(ROWS[name].file(*(f"Line {at}." for at in range(300))))
    changed[len(changed) // 2] ^= 0xFF
    return bytes(changed)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (DOCX, with_a_wrong_byte(DOCX)),
        (ODT, with_a_wrong_byte(ODT)),
        (DOCX, docx("<w:p>")),
        (DOCX, docx("<w:rt>" * 100_000)),
        (DOCX, docx("<w:smartTag>" * 20_000 + paragraph("deep") + "</w:smartTag>" * 20_000)),
        (DOCX, docx("", **{"word/document.xml": f"{ENTITIES}<x>&b;</x>"})),
        (ODT, odt("<text:p>x")),
        (ODT, odt("", **{"content.xml": '<?xml version="1.0" encoding="x-none"?><a/>'})),
        (ODT, odt("", **{"content.xml": f"{ENTITIES}<x>&b;</x>"})),
    ],
    ids=range(9),
)
def test_damage_or_expanding_entities_are_a_one_line_error(name: str, data: bytes) -> None:
    with pytest.raises(SourceNotText, match=DAMAGED):
        read(data, name)


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        (DOCX, LARGEST_WORD, r"is larger than any text: word/document\.xml"),
        (ODT, LARGEST_PART, r"is larger than any text: content\.xml"),
        (HTML, LARGEST_PART, "is larger than any page"),
        (HTML, 0, "cannot be read as a page: it has more than 131,072 tags"),
    ],
)
def test_an_oversized_document_is_refused_with_a_one_line_error(name: str, size: int, message: str) -> None:
    with pytest.raises(SourceNotText, match=rf"it\.bin {message}[^\n]*$"):
        read(ROWS[name].of(" " * (size + 1) if size else "<b>" * (1 << 17)), name)


@pytest.mark.parametrize(
    ("name", "begin", "end"),
    [
        (ODT, "<text:span>", "</text:span>"),
        (HTML, "<div><b>", ""),
    ],
)
def test_text_nested_deeper_than_the_recursion_limit_is_read(name: str, begin: str, end: str) -> None:
    assert texts_of(ROWS[name].file(begin * 10_000, "deep", end * 10_000), name) == ["deep"]


def with_a_password(data: bytes) -> bytes:
    """A zip file with its parts marked as encrypted."""
    flags = re.compile(rb"(PK\x03\x04..|PK\x01\x02....)(.)", re.DOTALL)
    return flags.sub(lambda found: found[1] + bytes([found[2][0] | 1]), data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *((name, with_a_password(ROWS[name].file("x"))) for name in ZIPPED),
        (ODT, odt("", **{"META-INF/manifest.xml": "<manifest:encryption-data/>"})),
    ],
    ids=range(3),
)
def test_an_encrypted_document_is_a_named_error(name: str, data: bytes) -> None:
    with pytest.raises(SourceNotText, match=r"^it\.bin is encrypted; save it without a password"):
        read(data, name)


@pytest.mark.parametrize(("name", "library"), [(DOCX, "mammoth"), (HTML, "bs4")])
def test_a_missing_library_is_an_error_with_the_install_command(
    name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=r'it\.bin .* pip install "foreword\[documents\]"'):
        read(ROWS[name].file("x"), name)


DELETED = """<w:p><w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:ins><w:r><w:t>text</w:t><w:br/>
<w:t>and more</w:t></w:r></w:ins><w:r><w:footnoteReference w:id="2"/></w:r></w:p>"""
NOTES = {
    "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="footnotes.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>',
    "word/footnotes.xml": f"<w:footnotes {packed.WORD}><w:footnote w:id='2'>{paragraph('a note')}</w:footnote>"
    "</w:footnotes>",
}
OPEN = """<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>
<text:table-of-content><text:p>Chapter 1 ... 3</text:p></text:table-of-content>
<text:p>Before<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a note</text:p>
</text:note-body></text:note> and
 after<office:annotation><text:p>a comment</text:p></office:annotation>.<text:page-number>7</text:page-number></text:p>
<text:p><draw:frame><svg:desc>no</svg:desc><draw:image/></draw:frame>a<text:tab/>b<text:s text:c='3'/>c
<text:line-break/>d</text:p>"""
FIELDS = """<w:p><w:r><w:ruby><w:rt><w:r><w:t>x</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase>
</w:ruby></w:r><w:fldSimple w:instr=" REF "><w:r><w:t> and field</w:t></w:r></w:fldSimple></w:p>"""
CONTENTS = """<w:p><w:hyperlink w:anchor="_Toc1"><w:r><w:t>Chapter 1</w:t></w:r><w:r><w:tab/><w:t>3</w:t></w:r>
</w:hyperlink></w:p>
<w:p><w:hyperlink w:anchor="_Toc1"><w:r><w:t>Chapter 1</w:t></w:r></w:hyperlink><w:r><w:t> is long.</w:t></w:r></w:p>"""
UNREAD = {
    "contents of Word": (DOCX, docx(CONTENTS + paragraph("text")), "Chapter 1 is long.\ntext", {}),
    "readings above words of Word": (DOCX, docx(FIELDS), "base and field", {}),
    "changes and marks of notes of Word": (DOCX, docx(DELETED, **NOTES), "text\nand more\na note", {}),
    "contents, comments, changes and numbers of OpenDocument": (
        *(ODT, odt(OPEN), "Before and after.\na note\na b   c \nd", {"image": 1}),
    ),
}


@pytest.mark.parametrize("case", UNREAD)
def test_contents_comments_changes_and_page_numbers_are_left_out(case: str) -> None:
    name, data, text, left_out = UNREAD[case]
    assert counted(data, name) == ([text], left_out)


def test_of_a_book_the_pages_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    chapter = "<?xml version='1.0'?><html><head><title>x</title></head><body><nav>no</nav><p>%s</p></html>"
    pages = {f"OEBPS/c{at}.xhtml": chapter % at for at in (10, 2, 1)}
    others = ("mimetype", "META-INF/container.xml", "OEBPS/book.opf", "OEBPS/toc.ncx", "OEBPS/style.css")
    (tmp_path / "it.epub").write_bytes(packed.zipped(dict.fromkeys(others, "<package/>") | pages))
    report = Report()
    assert [each.text for each in documents(str(tmp_path / "it.epub"), report=report)] == ["1", "2", "10"]
    assert (report.formats, report.skipped) == ({HTML: 3}, [])
