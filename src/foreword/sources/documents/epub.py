"""Books in EPUB, recognised by the container in the zip file.

The package file lists the chapters in reading order; each is a page of XHTML. Navigation, covers and pages outside that
order are left out. If a chapter is missing or damaged, only that chapter is lost.
Sources: W3C, EPUB 3.3; OPF 2.0.1 for older books.
"""

import posixpath
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from foreword.errors import SourceNotText
from foreword.sources.documents.html import page_lines, tree
from foreword.sources.documents.package import document, encrypted, package_of, part_of, time_of, xml_of
from foreword.sources.report import Report
from foreword.sources.source_bytes import DAMAGE, Opened
from foreword.text.document import Document

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_PAGES: Final = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml"})
_NO_CHAPTERS: Final = frozenset({"nav", "cover-image"})
_OPF: Final = "{http://www.idpf.org/2007/opf}"
_CIPHER: Final = "{http://www.w3.org/2001/04/xmlenc#}CipherReference"
_DATE: Final = "{http://purl.org/dc/elements/1.1/}date"


def fits(opened: Opened) -> bool:
    """Whether the file is a zip file with the container of a book in it."""
    return _CONTAINER in opened.parts


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The book as one text."""
    with package_of(opened) as package:
        container = xml_of(part_of(opened, package, _CONTAINER))
        paths = (unquote(each.attrib["full-path"]) for each in container.iter() if "full-path" in each.attrib)
        path = next(paths, "book.opf")
        book = xml_of(part_of(opened, package, path))
        folder = posixpath.dirname(path)
        chapters = [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in _chapters(book)]
        if _ENCRYPTION in package.namelist():
            # encrypted fonts are common and do no harm
            locked = xml_of(part_of(opened, package, _ENCRYPTION)).iter(_CIPHER)
            if {posixpath.normpath(unquote(each.get("URI", ""))) for each in locked}.intersection(chapters):
                raise encrypted(opened)
        lines, faults = list[str](), list[SourceNotText]()
        for name in dict.fromkeys(chapters):
            try:
                lines += page_lines(tree(part_of(opened, package, name), opened.name), report)
            except SourceNotText as fault:
                faults.append(fault)
            except DAMAGE as error:
                reason = str(error).strip("'")
                faults.append(SourceNotText(f"chapter {name} of {opened.name} cannot be read: {reason}"))
    if faults and not lines:
        raise faults[0]
    for each in faults:
        report.skip(each)
    yield from document(lines, time_of(_time(book)))


def _chapters(book: ET.Element) -> list[str]:
    """Addresses of the pages in reading order, relative to the package file."""
    items = {item.get("id"): item for item in _all(book, "item")}
    contents = {
        each.get("href", "").partition("#")[0]
        for each in _all(book, "reference")
        if each.get("type") == "toc"
    }
    chapters = []
    for reference in _all(book, "itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no" or item.get("media-type") not in _PAGES:
            continue
        href = item.get("href", "")
        if href not in contents and not _NO_CHAPTERS.intersection(item.get("properties", "").split()):
            chapters.append(href)
    return chapters


def _all(book: ET.Element, name: str) -> Iterator[ET.Element]:
    """The elements of this name, with or without the namespace."""
    return (element for element in book.iter() if element.tag in (_OPF + name, name))


def _time(book: ET.Element) -> str | None:
    """The time of the last change, else the first date in the book."""
    changed = (each.text for each in _all(book, "meta") if each.get("property") == "dcterms:modified")
    return next(changed, None) or book.findtext(f".//{_DATE}")
