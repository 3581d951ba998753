"""FictionBook (.fb2), one file of XML; told by its root.

Each paragraph, verse and heading is a line. Its description, its pictures and the marks of footnotes are left out.
Source: the schema of FictionBook 2.1.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

from foreword.sources.charsets import decoded
from foreword.sources.documents import damaged, document, time_of, whole, xml_of
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

_ROOT: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*|<!DOCTYPE[^<>\[]*(?:\[[^\]]*\]\s*)?>\s*)*<(?:\w+:)?FictionBook\b",
    re.DOTALL,
)
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)""")
_DECLARATION: Final = re.compile(r"\A\s*<\?xml[^>]*>")
_LINES: Final = frozenset({"p", "v", "subtitle", "text-author", "date", "tr"})
_DROPPED: Final = frozenset({"description", "binary", "image", "stylesheet"})


def fits(opened: Opened) -> bool:
    """Whether its root is that of a FictionBook."""
    return _ROOT.match(opened.start) is not None


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The book as one text.

    Raises:
        SourceNotText: it is damaged, or larger than any text.
    """
    data = whole(opened)
    claimed = _DECLARED.search(data[:1000])
    text = decoded(data, opened.encoding or (claimed[1].decode() if claimed else None))
    try:
        root = xml_of(_DECLARATION.sub("", text).encode())
    except (ET.ParseError, ValueError) as error:
        raise damaged(opened, error) from None
    date = next((each for each in root.iter() if _name(each) == "date"), None)
    time = None if date is None else time_of(date.get("value") or date.text)
    yield from document(_lines(root, report), time)


def _lines(root: ET.Element, report: Report) -> Iterator[str]:
    """The lines, by a stack of its own: what is nested deeper than Python calls go is read, too."""
    ahead = [root]
    while ahead:
        element = ahead.pop()
        name = _name(element)
        if name in _LINES:
            yield " ".join("".join(_words(element)).split())
        elif name == "binary":
            report.leave_out("image")
        elif name not in _DROPPED:
            ahead.extend(reversed(element))


def _words(element: ET.Element) -> Iterator[str]:
    """What a line says, without the marks of footnotes."""
    ahead: list[ET.Element | str] = [element]
    while ahead:
        each = ahead.pop()
        if isinstance(each, str):
            yield each
            continue
        if each is not element:
            ahead.append(each.tail or "")
        if not (_name(each) == "a" and each.get("type") == "note"):
            ahead.extend(reversed(each))
            ahead.append((" " if _name(each) in ("td", "th") else "") + (each.text or ""))


def _name(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
