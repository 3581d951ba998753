"""Word documents (.docx), read by mammoth; told by what the zip file says of its parts.

Headers, footers, comments and deleted text are not the text, and mammoth leaves them out; tables of contents and the
marks of footnotes go, too.
"""

import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers.expat import ExpatError

from foreword.errors import SourceNotText
from foreword.sources.documents import (
    begins_with_part,
    check_entities,
    check_sizes,
    damaged,
    document,
    missing,
    package_of,
    part_of,
    time_of,
    xml_of,
)
from foreword.sources.opened import DAMAGE, Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

LARGEST_WORD: Final = 1 << 24
"""Bytes of all parts of XML: two thousand pages. Each costs mammoth 50 bytes of memory."""

_TYPES: Final = "[Content_Types].xml"
_CORE: Final = "docProps/core.xml"
_TERMS: Final = "{http://purl.org/dc/terms/}"
_STYLES: Final = "\n".join(
    [f"p[style-name='toc {level}'] => !" for level in range(1, 10)]
    + [f"p[style-name='{name}'] => !" for name in ("header", "footer", "table of figures", "toc heading")]
)


def fits(opened: Opened) -> bool:
    """Whether it is a zip file with the parts of a Word document."""
    parts = opened.parts
    if not parts:
        return begins_with_part(opened, b"word/") and begins_with_part(opened, _TYPES.encode())
    return _TYPES in parts and any(name.startswith("word/") for name in parts)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The file as one text.

    Raises:
        SourceNotText: it is damaged, encrypted, or larger than any text.
        MissingExtra: the libraries for documents are not installed.
    """
    with package_of(opened) as package:
        parts = [name for name in package.namelist() if name.endswith((".xml", ".rels"))]
        check_sizes(opened, package, parts, most=LARGEST_WORD)
        check_entities(package, parts)
        time = _time(opened, package)
    yield from document(_lines(opened, report), time_of(time))


def _lines(opened: Opened, report: Report) -> list[str]:
    try:
        import mammoth  # noqa: PLC0415 - an extra, and slow to import

        from foreword.sources.hypertext import page_lines, tree  # noqa: PLC0415
    except ModuleNotFoundError:
        raise missing(opened.name) from None
    try:
        return page_lines(tree(_markup(mammoth, opened, report)), report)
    except (ExpatError, AttributeError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise damaged(opened, error) from None


def _markup(mammoth: Any, opened: Opened, report: Report) -> str:
    def left_out(_image: object) -> list[object]:
        report.leave_out("image")
        return []

    with package_of(opened), opened.seekable() as stream:
        markup: str = mammoth.convert_to_html(
            stream, style_map=_STYLES, include_embedded_style_map=False, convert_image=left_out
        ).value
    return markup


def _time(opened: Opened, package: zipfile.ZipFile) -> str | None:
    """When it was last written, else when it was begun."""
    try:
        root = xml_of(part_of(opened, package, _CORE))
    except (*DAMAGE, SourceNotText, ET.ParseError):  # of no use, but no reason to lose the text
        return None
    return next(
        (root.findtext(_TERMS + name) for name in ("modified", "created") if root.findtext(_TERMS + name)),
        None,
    )
