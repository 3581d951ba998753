"""Web pages and other files of HTML; told by how they begin.

A page's head and foot, its navigation, scripts and styles are not its text. Chats exported as HTML look like pages and
are not: nobody could tell from their text who wrote what, so they are named, with the advice to export them otherwise.
"""

import re
from collections.abc import Iterator
from typing import Final

from foreword.errors import SourceNotText
from foreword.text.documents import Document
from foreword.text.readers.charsets import decoded
from foreword.text.readers.documents import LARGEST_PART, damaged, document, missing, time_of
from foreword.text.readers.opened import Opened
from foreword.text.readers.report import Report

_BEGINNING: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*(?:<!doctype\s+html|<(?:html|head|body|title|meta)\b[^>]*>)",
    re.IGNORECASE | re.DOTALL,
)
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
    """Whether it begins as a page does."""
    return _BEGINNING.match(opened.start) is not None


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
        from foreword.text.readers.hypertext import metadata, page_lines, tree  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError:
        raise missing(opened.name) from None
    try:
        soup = tree(_text(opened))
    except ValueError as error:
        raise damaged(opened, error) from None
    time = next((found for each in metadata(soup, _DATES) if (found := time_of(each))), None)
    yield from document(page_lines(soup, report), time)


def _text(opened: Opened) -> str:
    data = next(opened.blocks(LARGEST_PART + 1), b"")
    if len(data) > LARGEST_PART:
        raise SourceNotText(
            f"{opened.name} is larger than any page: more than {LARGEST_PART / 2**20:.0f} MB; hand in its text alone"
        )
    claimed = _CHARSET.search(data[:4096])
    encoding = b"".join(filter(None, claimed.groups())).decode("ascii", "replace") if claimed else None
    return decoded(data, opened.encoding or encoding)
