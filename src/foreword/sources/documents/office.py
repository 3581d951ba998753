"""Texts of word processors: Word documents (.docx) and OpenDocument texts (.odt), recognised by their parts.

Headers, footers, comments, deleted text, tables of contents and the marks of footnotes are not the text. Word documents
are read by mammoth. An OpenDocument text is read as a stream of marks, so that a thick book costs no more memory than
its text; a footnote's text follows the paragraph that it belongs to.
Source: OASIS, Open Document Format for Office Applications 1.3, part 3.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final, final
from xml.parsers.expat import ExpatError

from foreword.errors import SourceNotText
from foreword.sources.documents.html import page_lines, tree
from foreword.sources.documents.package import (
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
from foreword.sources.opened import BLOCK, Opened
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
_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"

_OF: Final = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT: Final = _OF % "text"
_OFFICE: Final = _OF % "office"
_PARAGRAPHS: Final = frozenset({_TEXT + "p", _TEXT + "h"})
_ODT_DROPPED: Final = frozenset(
    {
        _TEXT + name
        for name in ("note-citation", "tracked-changes", "page-number", "ruby-text", "sequence-decls")
    }
    | {_TEXT + name for name in ("table-of-content", "illustration-index", "table-index", "object-index")}
    | {_TEXT + name for name in ("user-index", "alphabetical-index", "bibliography")}
    | {_OFFICE + name for name in ("annotation", "forms", "scripts")}
    | {_OF % "svg-compatible" + name for name in ("title", "desc")}
)
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_TYPED_SPACE, _TYPED_BREAK = "\x1f", "\x1e"
"""What was typed, among the white space that only lays out the XML: these two no XML may hold."""
_TYPED: Final = str.maketrans({_TYPED_SPACE: " ", _TYPED_BREAK: "\n"})
_ODT_DATES: Final = ("{http://purl.org/dc/elements/1.1/}date", _OF % "meta" + "creation-date")


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
    if "mimetype" not in opened.parts:
        return False
    try:
        with package_of(opened) as package:
            return part_of(opened, package, "mimetype").strip().startswith(_ODT_TYPE)
    except SourceNotText:
        return False


def read_odt(opened: Opened, report: Report) -> Iterator[Document]:
    """The file as one text."""
    target = _Lines(report)
    with package_of(opened) as package:
        if _MANIFEST in package.namelist() and b"encryption-data" in part_of(opened, package, _MANIFEST):
            raise encrypted(opened)
        check_parts(opened, package, [_CONTENT])
        refuse_entities(package.read(_CONTENT))
        parser = ET.XMLParser(target=target)  # noqa: S314 - it declares no entities
        with package.open(_CONTENT) as content:
            while block := content.read(BLOCK):
                parser.feed(block)
        parser.close()
        time = time_in(opened, package, "meta.xml", _ODT_DATES)
    yield from document(target.lines, time)


@final
class _Lines:
    """Receives the events of the parser of `content.xml`, and makes lines of them."""

    def __init__(self, report: Report) -> None:
        self.lines: list[str] = []
        self._report = report
        self._open: list[
            list[str]
        ] = []  # paragraphs, one within another where there are footnotes and frames
        self._inner: list[str] = []  # lines of those within, until the outermost one is read
        self._dropped = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._dropped or tag in _ODT_DROPPED:
            self._dropped += 1
        elif tag in _PARAGRAPHS:
            self._open.append([])
        elif self._open and tag == _TEXT + "s":
            self._open[-1].append(_TYPED_SPACE * min(int(attributes.get(_TEXT + "c", "1")), 80))
        elif self._open and tag == _TEXT + "tab":
            self._open[-1].append(_TYPED_SPACE)
        elif self._open and tag == _TEXT + "line-break":
            self._open[-1].append(_TYPED_BREAK)
        elif tag == _OF % "drawing" + "image":
            self._report.leave_out("image")

    def data(self, text: str) -> None:
        if self._open and not self._dropped:
            self._open[-1].append(text)

    def end(self, tag: str) -> None:
        if self._dropped:
            self._dropped -= 1
        elif tag in _PARAGRAPHS:
            line = _SPACE.sub(" ", "".join(self._open.pop())).translate(_TYPED).strip()
            if self._open:
                self._inner += [line] if line else []
            else:
                self.lines += [line, *self._inner] if line else self._inner
                self._inner = []

    def close(self) -> None:
        """The parser wants one."""
