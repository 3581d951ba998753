"""Web pages, parts of them, and other files of HTML; told by how they begin.

A page's head and foot, its navigation, scripts and styles are not its text. Chats exported as HTML look like pages and
are not: nobody could tell from their text who wrote what, so they are named, with the advice to export them otherwise.
"""

import re
from collections.abc import Iterator
from typing import Final

from foreword.errors import SourceNotText
from foreword.sources.charsets import decoded
from foreword.sources.documents import document, missing, time_of, whole
from foreword.sources.markdown import MARKDOWN
from foreword.sources.opened import Opened
from foreword.sources.plain import is_text
from foreword.sources.report import Report
from foreword.text.documents import Document

_BEGINNING: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*(?:<!doctype\s+html|<(?:html|head|body|title|meta)\b[^>]*>)",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?P<name>p|div|h[1-6]|[uod]l|table|span|section|article|main|blockquote|header|figure|pre|a|b|i"
    r"|em|strong|font|center|style|script)\b(?:\s[^<>]*)?>",
    re.IGNORECASE | re.DOTALL,
)
_NAMED: Final = re.compile(r"\.x?html?(?:\.gz)?$", re.IGNORECASE)
_TAG: Final = re.compile(r"</[a-z][a-z0-9]{0,10}\s*>|<(?:br|hr|p|img)\b[^<>]*>", re.IGNORECASE)
_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_CHATS: Final = (
    (
        re.compile(r"""class="page_wrap".{0,4000}class="(?:history|page_body chat_page)""", re.DOTALL),
        "Telegram",
    ),
    (re.compile(r"""\bchatlog__message|class=["']?chatlog\b"""), "Discord"),
    (
        re.compile(r"""class="(?:_a6-g|_3-95 _a6-g|pam _3-95 _2ph- _a6-g|pam _3-95 _2pi0 _2lej)"""),
        "Facebook or Instagram",
    ),
)
_DATES: Final = (
    "article:modified_time",
    "dcterms.modified",
    "last-modified",
    "article:published_time",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "date",
)


def fits(opened: Opened) -> bool:
    """Whether it begins as a page does, or is a part of one: it begins with an element that ends, or is named .html."""
    if _BEGINNING.match(opened.start) is not None:
        return True
    if _NAMED.search(opened.name):
        return is_text(opened.head, opened.encoding) and _TAG.search(opened.start) is not None
    begins = _FRAGMENT.match(opened.start)
    return (
        begins is not None
        and f"</{begins['name']}>".lower() in opened.start.lower()
        and not MARKDOWN.search(opened.name)
    )


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The page as one text.

    Raises:
        SourceNotText: it is a chat exported as HTML, or larger than any text.
        MissingExtra: the libraries for documents are not installed.
    """
    for sign, program in _CHATS:
        if sign.search(opened.start):
            raise SourceNotText(f"{opened.name} is a chat of {program} in HTML; export it again as JSON")
    try:
        from foreword.sources.hypertext import metadata, page_lines, tree  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError:
        raise missing(opened.name) from None
    try:
        soup = tree(_text(opened))
    except ValueError as error:
        raise SourceNotText(
            f"{opened.name} cannot be read as a page: {error}; hand in its text alone"
        ) from None
    time = next((found for each in metadata(soup, _DATES) if (found := time_of(each))), None)
    yield from document(page_lines(soup, report), time)


def _text(opened: Opened) -> str:
    data = whole(opened)
    claimed = _CHARSET.search(data[:4096])
    encoding = b"".join(filter(None, claimed.groups())).decode("ascii", "replace") if claimed else None
    return decoded(data, opened.encoding or encoding)
