"""OpenDocument texts: what was typed in them, and clear words about those that cannot be read."""

import io
from datetime import UTC, datetime

import pytest

from foreword.errors import SourceNotText
from foreword.sources.documents.package import LARGEST_PART
from foreword.sources.formats import format_of
from foreword.sources.opened import Opened, opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document
from packed_documents import ODF, docx, epub, odt, zipped


def read(data: bytes, report: Report | None = None) -> list[Document]:
    opened = opened_bytes("it.bin", data)
    found = format_of(opened)
    assert found is not None
    assert found.name == "OpenDocument text"
    return list(found.read(opened, report if report is not None else Report()))


def test_headings_paragraphs_and_items_are_lines() -> None:
    body = (
        "<text:h>Title</text:h><text:p>A <text:span>bold</text:span>\n word.</text:p><text:p/>"
        "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>"
        "<text:p>a<text:tab/>b<text:s text:c='3'/>c<text:line-break/>d 👋</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>cell</text:p></table:table-cell></table:table-row></table:table>"
    )
    (document,) = read(odt(body))
    assert document.text == "Title\nA bold word.\none\na b   c\nd 👋\ncell"
    assert document.author is None


def test_what_nobody_typed_stays_out() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        "<text:table-of-content><text:p>Chapter 1 ... 3</text:p></text:table-of-content>"
        "<text:p>Before<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a note</text:p>"
        "</text:note-body></text:note> and after<office:annotation><text:p>a comment</text:p></office:annotation>."
        "<text:page-number>7</text:page-number></text:p>"
        "<text:p><draw:frame><draw:image/></draw:frame>picture</text:p>"
    )
    report = Report()
    (document,) = read(odt(body), report)
    assert document.text == "Before and after.\na note\npicture"
    assert report.left_out == {"image": 1}


@pytest.mark.parametrize(
    ("meta", "time"),
    [
        (
            "<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2021-04-05T10:22:33.123456789Z</dc:date>",
            True,
        ),
        ("<meta:creation-date>2021-04-05T10:22:33Z</meta:creation-date>", True),
        ("<meta:creation-date>yesterday</meta:creation-date>", False),
        ("", False),
    ],
)
def test_its_time_is_that_of_its_metadata(meta: str, time: bool) -> None:
    (document,) = read(
        odt(
            "<text:p>x</text:p>", **{"meta.xml": f"<office:document-meta {ODF}>{meta}</office:document-meta>"}
        )
    )
    expected = datetime(2021, 4, 5, 10, 22, 33, tzinfo=UTC) if time else None
    assert (document.time.replace(microsecond=0) if document.time else None) == expected


class Pipe(io.BytesIO):
    """Bytes that come once, in order."""

    def seekable(self) -> bool:
        return False


def test_one_that_comes_through_a_pipe_is_read() -> None:
    opened = Opened(name="it", opening=lambda: Pipe(odt("<text:p>x</text:p>")))
    found = format_of(opened)
    assert found is not None
    assert [document.text for document in found.read(opened, Report())] == ["x"]


def test_an_empty_one_gives_nothing() -> None:
    assert read(odt("<text:p/>")) == []


def test_one_whose_type_is_packed_is_known_by_its_manifest() -> None:
    parts = {
        "a.xml": "",
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<m/>",
    }
    content = f"<o {ODF}><text:p>text</text:p></o>"
    assert read(zipped({**parts, "content.xml": content}))[0].text == "text"


@pytest.mark.parametrize(
    "manifest", ["<manifest:encryption-data/>", "<x><manifest:file-entry><manifest:encryption-data>…"]
)
def test_one_with_a_password_is_named(manifest: str) -> None:
    with pytest.raises(SourceNotText, match=r"^it\.bin is encrypted; save it without a password"):
        read(odt("", **{"META-INF/manifest.xml": manifest}))


def test_damage_is_one_line_wherever_it_is() -> None:
    whole = odt("".join(f"<text:p>A sentence, number {number}.</text:p>" for number in range(300)))
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    for data in (
        whole[:200],
        whole[:-30],
        whole[: len(whole) // 2],
        bytes(flipped),
        odt("<text:p>x"),
        odt("&no;"),
    ):
        with pytest.raises(SourceNotText, match=r"^it\.bin is damaged: [^\n]+; fetch it again[^\n]+$"):
            read(data)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(SourceNotText, match=r"^it\.bin is larger than any text: content\.xml"):
        read(odt(" " * (LARGEST_PART + 1)))


def test_entities_that_grow_are_refused() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    content = f"<!DOCTYPE x [{entities}]><office:text {ODF}><text:p>&a9;</text:p></office:text>"
    with pytest.raises(SourceNotText, match="is damaged"):
        read(odt("", **{"content.xml": content}))


def test_marks_nested_deeply_are_read() -> None:
    assert (
        read(odt("<text:span>" * 20_000 + "<text:p>deep</text:p>" + "</text:span>" * 20_000))[0].text
        == "deep"
    )


@pytest.mark.parametrize(
    "other", [docx("<w:p/>"), epub("<p>x</p>"), zipped({"a.txt": "x"}), b"PK\x03\x04", b"text"]
)
def test_other_files_are_none(other: bytes) -> None:
    found = format_of(opened_bytes("it.odt", other))
    assert found is None or found.name != "OpenDocument text"


@pytest.mark.parametrize(
    "meta", ["<broken", '<?xml version="1.0" encoding="x-none"?><a/>', '<!DOCTYPE a [<!ENTITY b "c">]><a/>']
)
def test_damaged_metadata_cost_only_the_time(meta: str) -> None:
    (document,) = read(odt("<text:p>text</text:p>", **{"meta.xml": meta}))
    assert (document.text, document.time) == ("text", None)


def test_an_encoding_that_nobody_knows_is_named() -> None:
    with pytest.raises(SourceNotText, match=r"is damaged: unknown encoding"):
        read(odt("", **{"content.xml": '<?xml version="1.0" encoding="x-none"?><a/>'}))
