"""Documents in zip files: Word documents (.docx), by the library mammoth, and OpenDocument texts (.odt).

Headers, footers, comments, deleted text and tables of contents are left out. A footnote follows the paragraph of its
mark. A document may be hostile, so the size of its parts has a limit, and their XML may not declare entities.
Source: OASIS, Open Document Format for Office Applications 1.3, part 3.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final, final
from xml.parsers.expat import ExpatError
from zipfile import ZipFile

from foreword.errors import SourceNotText
from foreword.libraries import documents_missing
from foreword.sources.documents.html import LARGEST_PART, document, page_lines, tree
from foreword.sources.formats import chat_in
from foreword.sources.opening import DAMAGE, ENCRYPTED, Opened
from foreword.sources.report import Report
from foreword.text.document import Document

# Word documents and OpenDocument texts

_UNREAD: Final = re.compile(
    rb"<w:rt>[^<]*+(?:<(?!/?w:rt>)[^<]*+)*+</w:rt>|</?w:(?:ruby|rubyBase|fldSimple|bdo|dir)(?:\s[^<>]*)?>"
)
"""Elements that mammoth drops with all text in them; of a reading above a word, the text is dropped, too."""
_REFERENCE: Final = re.compile(
    r'<a href="#(?:foot|end)note-(?:\d+" id|ref-\d+").*?</a>|<p><a href="#_Toc\d+">(?:(?!</a>).)*+</a></p>'
)
"""The mark of a note, or a line of a table of contents."""
LARGEST_WORD: Final = 1 << 24
"""Bytes of all XML parts: two thousand pages. Each byte costs mammoth 50 bytes of memory."""

_TYPES: Final = "[Content_Types].xml"

_ODT_TYPE: Final = b"application/vnd.oasis.opendocument.text"
_MANIFEST: Final = "META-INF/manifest.xml"

_DROPPED: Final = (
    "note-citation tracked-changes page-number ruby-text sequence-decls table-of-content illustration-index "
    "table-index object-index user-index alphabetical-index bibliography annotation forms scripts"
)
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_TYPED_SPACE, _TYPED_BREAK = "\x1f", "\x1e"
"""Signs for typed spaces and breaks, because other white space only lays out the XML. No XML may hold these two."""
_TYPED: Final = str.maketrans({_TYPED_SPACE: " ", _TYPED_BREAK: "\n"})


def fits_docx(opened: Opened) -> bool:
    """Whether the file is a zip file with the parts of a Word document."""
    return _TYPES in opened.parts and any(name.startswith("word/") for name in opened.parts)


def read_docx(opened: Opened, report: Report) -> Iterator[Document]:
    """The file as one text."""
    try:
        import mammoth  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError:
        raise documents_missing(opened.name) from None

    def left_out(_image: object) -> list[object]:
        report.leave_out("image")
        return []

    with _package_of(opened) as package, BytesIO() as stream:
        parts = [name for name in package.namelist() if name.endswith((".xml", ".rels"))]
        _check_parts(opened, package, parts, most=LARGEST_WORD)
        with ZipFile(stream, "w") as copy:
            for name in parts:
                data = package.read(name)
                _refuse_entities(data)
                copy.writestr(name, _UNREAD.sub(b"", data) if name.startswith("word/") else data)
        try:
            page = mammoth.convert_to_html(stream, include_embedded_style_map=False, convert_image=left_out)
        except (ExpatError, AttributeError, TypeError) as error:
            raise _damaged(opened, error) from None
        lines = page_lines(tree(_REFERENCE.sub("", page.value), opened.name), report)
    yield from _texts_of(opened, lines, report)


def fits_odt(opened: Opened) -> bool:
    """Whether the file is a zip file that begins with the type of an OpenDocument text."""
    return _ODT_TYPE in opened.head[:200]


def read_odt(opened: Opened, report: Report) -> Iterator[Document]:
    """The file as one text."""
    with _package_of(opened) as package:
        if _MANIFEST in package.namelist() and b"encryption-data" in _part_of(opened, package, _MANIFEST):
            raise _encrypted(opened)
        lines = _OdtLines(report).read(_part_of(opened, package, "content.xml"))
    yield from _texts_of(opened, lines, report)


def _texts_of(opened: Opened, lines: list[str], report: Report) -> Iterator[Document]:
    """The lines as one text, or as the messages of a chat; errors as in the reader of that chat."""
    data = "\n".join(lines).encode()
    text = Opened(name=opened.name, opening=lambda: BytesIO(data))
    chat = chat_in(text)
    yield from document(lines) if chat is None else chat.read(text, report)


@final
class _OdtLines:
    """Reads the XML of an OpenDocument text as a stream of tags, in no more memory than the text needs.

    Tags are compared by their names without namespaces. A paragraph inside another, such as a footnote, follows it.
    """

    def __init__(self, report: Report) -> None:
        self._report, self._dropping = report, _DROPPED.split()
        self._lines: list[str] = []
        self._open: list[list[str]] = []  # nested paragraphs
        self._inner: list[str] = []  # lines of inner paragraphs, until the outermost one ends
        self._dropped = 0

    def read(self, data: bytes) -> list[str]:
        """The lines; raises `ET.ParseError` if it is not XML, and `ValueError` if it declares entities."""
        _refuse_entities(data)
        parser = ET.XMLParser(target=self)  # noqa: S314 - it declares no entities
        parser.feed(data)
        parser.close()
        return self._lines

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if self._dropped or name in self._dropping or "svg-compatible" in tag:
            self._dropped += 1
        elif name in ("p", "h"):
            self._open.append([])
        elif name == "s":
            count = next((count for key, count in attributes.items() if key.endswith("}c")), "1")
            self.data(_TYPED_SPACE * min(int(count), 80))
        elif name in ("tab", "line-break"):
            self.data(_TYPED_SPACE if name == "tab" else _TYPED_BREAK)
        elif name == "image":
            self._report.leave_out("image")

    def data(self, text: str) -> None:
        if self._open and not self._dropped:
            self._open[-1].append(text)

    def end(self, tag: str) -> None:
        if self._dropped:
            self._dropped -= 1
        elif tag.rpartition("}")[2] in ("p", "h"):
            line = _SPACE.sub(" ", "".join(self._open.pop())).translate(_TYPED).strip()
            if self._open:
                self._inner += [line] if line else []
            else:
                self._lines += [line, *self._inner] if line else self._inner
                self._inner = []

    def close(self) -> None:
        """The parser requires this method."""


# Parts of a zip file


def _damaged(opened: Opened, error: Exception) -> SourceNotText:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return SourceNotText(f"{opened.name} is damaged: {reason}; fetch it again, or save it again")


def _encrypted(opened: Opened) -> SourceNotText:
    return SourceNotText(f"{opened.name} is encrypted; save it without a password, and give that")


@contextmanager
def _package_of(opened: Opened) -> Iterator[ZipFile]:
    """The zip file of a document; raises `SourceNotText` if use of it shows that it, or XML in it, is damaged."""
    try:
        with opened.seekable() as stream, ZipFile(stream) as package:
            yield package
    except (*DAMAGE, ET.ParseError) as error:
        raise _damaged(opened, error) from None


def _check_parts(opened: Opened, package: ZipFile, names: Iterable[str], most: int = LARGEST_PART) -> None:
    """Raise `SourceNotText` if parts are encrypted, or would unpack to more than `most` bytes together."""
    size = 0
    for part in map(package.getinfo, names):
        if part.flag_bits & ENCRYPTED:
            raise _encrypted(opened)
        size += part.file_size  # unpacking never exceeds it
        if size > most:
            upto = f"{part.filename} and what is before it would be {size / 2**20:,.0f} MB"
            raise SourceNotText(f"{opened.name} is larger than any text: {upto} unpacked; give its text")


def _part_of(opened: Opened, package: ZipFile, name: str) -> bytes:
    """A part, unpacked and counted; errors as in `_check_parts` and `UnpackLimit.take`."""
    _check_parts(opened, package, [name])
    opened.limit.take(f"{opened.name}: {name}", package.getinfo(name).file_size)
    return package.read(name)


def _refuse_entities(data: bytes) -> None:
    """Raise `ValueError` if XML declares entities: only documents that grow without end declare them."""
    if b"<!ENTITY" in data.replace(b"\0", b""):  # without the zeros of UTF-16
        raise ValueError("its XML declares entities of its own")
