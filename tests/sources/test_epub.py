"""Books: their chapters in order, without what is around them."""

import sys
from datetime import UTC, datetime

import pytest

from foreword.errors import MissingExtra, SourceNotText
from foreword.sources.documents.package import LARGEST_PART
from foreword.sources.formats import format_of
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document
from packed_documents import docx, epub, odt, page, zipped


def read(data: bytes, report: Report | None = None) -> list[Document]:
    opened = opened_bytes("it.bin", data)
    found = format_of(opened)
    assert found is not None
    assert found.name == "EPUB"
    return list(found.read(opened, report if report is not None else Report()))


def test_chapters_follow_one_another_in_reading_order() -> None:
    (document,) = read(epub("<h1>One</h1><p>Café 👋</p>", "<h1>Two</h1>"))
    assert document.text == "One\nCafé 👋\nTwo"
    assert document.author is None
    assert document.time is not None
    assert document.time.date().isoformat() == "2021-04-05"


def test_the_time_of_the_last_change_is_preferred() -> None:
    changed = '</manifest><metadata><meta property="dcterms:modified">2022-01-02T03:04:05Z</meta></metadata><manifest>'
    (document,) = read(epub("<p>x</p>", package=changed))
    assert document.time == datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_navigation_covers_and_pages_out_of_order_stay_out() -> None:
    kind = 'media-type="application/xhtml+xml"'
    items = (
        f'<item id="nav" href="nav.xhtml" {kind} properties="nav"/><item id="notes" href="notes.xhtml" {kind}/>'
        f'<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/><item id="toc" href="toc.xhtml" {kind}/>'
    )
    order = '<itemref idref="nav"/><itemref idref="notes" linear="no"/><itemref idref="ncx"/><itemref idref="toc"/>'
    guide = '</spine><guide><reference type="toc" href="toc.xhtml#top"/></guide><spine>'
    names = ("OEBPS/nav.xhtml", "OEBPS/notes.xhtml", "OEBPS/toc.ncx", "OEBPS/toc.xhtml")
    book = epub(
        "<p>text</p>", package=items, spine=order + guide, **{name: page("<p>no</p>") for name in names}
    )
    assert read(book)[0].text == "text"


def test_marks_of_footnotes_and_pages_go_and_notes_stay() -> None:
    chapter = (
        '<p>It was<span epub:type="pagebreak" id="p7">7</span> so.<a epub:type="noteref" href="#n1">1</a>'
        '<sup><a href="notes.xhtml#n2">[2]</a></sup> See <a href="#c2">chapter two</a>, 10<sup>th</sup>.</p>'
        '<aside epub:type="footnote" id="n1"><p><a href="#r1">1.</a> A note. <a href="#r1">↩</a></p></aside>'
        '<nav epub:type="toc"><ol><li>Contents</li></ol></nav>'
    )
    assert read(epub(chapter))[0].text == "It was so. See chapter two, 10th.\nA note."


def test_a_missing_chapter_costs_only_itself() -> None:
    report = Report()
    missing = '<item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>'
    (document,) = read(epub("<p>one</p>", package=missing, spine='<itemref idref="gone"/>'), report)
    assert document.text == "one"
    assert report.notes[0].startswith("skipped: chapter OEBPS/gone.xhtml of it.bin cannot be read: ")


@pytest.mark.parametrize(("locked", "refused"), [("OEBPS/text/c%200.xhtml", True), ("OEBPS/font.otf", False)])
def test_an_encrypted_chapter_is_named_and_an_encrypted_font_is_not(locked: str, refused: bool) -> None:
    encryption = (
        '<encryption><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData>'
        f'<CipherReference URI="{locked}"/></CipherData></EncryptedData></encryption>'
    )
    book = epub("<p>text</p>", **{"META-INF/encryption.xml": encryption})
    if refused:
        with pytest.raises(SourceNotText, match=r"^it\.bin is encrypted"):
            read(book)
    else:
        assert read(book)[0].text == "text"


def test_damage_is_one_line_wherever_it_is() -> None:
    whole = epub(*(f"<p>A sentence, number {number}.</p>" * 50 for number in range(5)))
    container = {"META-INF/container.xml": "<container/>"}
    for data in (
        whole[:100],
        whole[:-30],
        epub("", **container),
        epub("", **{"OEBPS/book.opf": "<package>"}),
    ):
        with pytest.raises(SourceNotText, match=r"^it\.bin is damaged: [^\n]+; fetch it again[^\n]+$"):
            read(data)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(SourceNotText, match=r"^it\.bin is larger than any text"):
        read(epub(" " * (LARGEST_PART + 1)))


def test_pages_nested_deeper_than_calls_go_are_read() -> None:
    assert read(epub("<div>" * 20_000 + "deep"))[0].text == "deep"


def test_the_missing_library_is_named_with_what_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bs4", None)
    with pytest.raises(MissingExtra, match=r"it\.bin .* pip install 'foreword\[documents\]'"):
        read(epub("<p>x</p>"))


@pytest.mark.parametrize("other", [odt(""), docx(""), zipped({"a.xhtml": page("x")}), b"text"])
def test_other_files_are_none(other: bytes) -> None:
    found = format_of(opened_bytes("it.epub", other))
    assert found is None or found.name != "EPUB"


def test_a_chapter_that_is_refused_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.sources.documents.html.MOST_TAGS", 30)
    report = Report()
    (document,) = read(epub("<p>one</p>", "<p>" * 40, "<p>three</p><![a]>"), report)
    assert document.text == "one\nthree"
    assert "chapter OEBPS/text/c 1.xhtml of it.bin" in report.notes[0]
    assert "it has more than 30 tags" in report.notes[0]


def test_a_book_of_whose_chapters_none_can_be_read_is_an_error() -> None:
    with pytest.raises(
        SourceNotText, match=r"chapter OEBPS/text/c 0\.xhtml of it\.bin cannot be read: it has more"
    ):
        read(epub("<p>" * (1 << 17), "<p>" * (1 << 17)))
