"""Texts of word processors: Word documents (.docx) and OpenDocument texts (.odt), recognised by their parts.

Headers, footers, comments, deleted text, tables of contents and the marks of footnotes are not the text. Word documents
are read by mammoth. In an OpenDocument text, a footnote's text follows the paragraph that it belongs to.
Source: OASIS, Open Document Format for Office Applications 1.3, part 3.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from xml.parsers.expat import ExpatError

from foreword.errors import SourceNotText
from foreword.sources.documents.html import page_lines, tree
from foreword.sources.documents.package import (
    XmlLines,
    check_parts,
    damaged,
    document,
    encrypted,
    missing,
    package_of,
    part_of,
    refuse_entities,
    time_in,
)
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

LARGEST_WORD: Final = 1 << 24
"""Bytes of all parts of XML: two thousand pages. Each costs mammoth 50 bytes of memory."""

_TYPES: Final = "[Content_Types].xml"
_STYLES: Final = "\n".join(
    [f"p[style-name='toc {level}'] => !" for level in range(1, 10)]
    + [f"p[style-name='{name}'] => !" for name in ("header", "footer", "table of figures", "toc heading")]
)
_DOCX_DATES: Final = ("{http://purl.org/dc/terms/}modified", "{http://purl.org/dc/terms/}created")

_ODT_TYPE: Final = b"application/vnd.oasis.opendocument.text"
_MANIFEST: Final = "META-INF/manifest.xml"

_DROPPED: Final = (
    "note-citation tracked-changes page-number ruby-text sequence-decls table-of-content illustration-index "
    "table-index object-index user-index alphabetical-index bibliography annotation forms scripts"
)
_ODT_DATES: Final = (
    "{http://purl.org/dc/elements/1.1/}date",
    "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}creation-date",
)


def fits_docx(opened: Opened) -> bool:
    """Whether it is a zip file with the parts of a Word document."""
    return _TYPES in opened.parts and any(name.startswith("word/") for name in opened.parts)


def read_docx(opened: Opened, report: Report) -> Iterator[Document]:
    """The file as one text."""
    try:
        import mammoth  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError:
        raise missing(opened.name) from None

    def left_out(_image: object) -> list[object]:
        report.leave_out("image")
        return []

    with package_of(opened) as package, opened.seekable() as stream:
        parts = [name for name in package.namelist() if name.endswith((".xml", ".rels"))]
        check_parts(opened, package, parts, most=LARGEST_WORD)
        for name in parts:
            refuse_entities(package.read(name))
        time = time_in(opened, package, "docProps/core.xml", _DOCX_DATES)
        try:
            page = mammoth.convert_to_html(
                stream, style_map=_STYLES, include_embedded_style_map=False, convert_image=left_out
            ).value
        except (ExpatError, AttributeError, TypeError) as error:
            raise damaged(opened, error) from None
        lines = page_lines(tree(page, opened.name), report)
    yield from document(lines, time)


def fits_odt(opened: Opened) -> bool:
    """Whether it is a zip file that states to be an OpenDocument text."""
    if _ODT_TYPE in opened.head[:200]:
        return True
    if "mimetype" in opened.parts:
        with suppress(SourceNotText), package_of(opened) as package:
            return part_of(opened, package, "mimetype").strip().startswith(_ODT_TYPE)
    return False


def read_odt(opened: Opened, report: Report) -> Iterator[Document]:
    """The file as one text."""
    with package_of(opened) as package:
        if _MANIFEST in package.namelist() and b"encryption-data" in part_of(opened, package, _MANIFEST):
            raise encrypted(opened)
        marks = XmlLines(report, paragraphs="p h", picture="image", dropped=_DROPPED)
        lines = marks.read(part_of(opened, package, "content.xml"))
        time = time_in(opened, package, "meta.xml", _ODT_DATES)
    yield from document(lines, time)
