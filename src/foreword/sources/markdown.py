"""Markdown files: notes, drafts, pages of a site.

Told by a name such as `notes.md` together with its content, for any plain text is Markdown, too: that a file is text,
and no page of HTML under a wrong name.
"""

import re
from collections.abc import Iterator
from typing import Final

from foreword.sources.opened import Opened
from foreword.sources.plain import is_text
from foreword.sources.report import Report
from foreword.text.documents import Document

MARKDOWN: Final = re.compile(r"\.(md|mdown|mkdn?|markdown)(\.gz)?$", re.IGNORECASE)
_PAGE: Final = re.compile(r"\s*(<\?xml\b|<!doctype\b|<html\b)", re.IGNORECASE)


def fits(opened: Opened) -> bool:
    """Whether it is named as Markdown is, and is text, not a page of HTML."""
    return (
        MARKDOWN.search(opened.name) is not None
        and is_text(opened.head, opened.encoding)
        and _PAGE.match(opened.start) is None
    )


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The file as one text.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    from foreword.sources.unmarked import unmarked_lines  # noqa: PLC0415 - who types never reads Markdown

    text = "\n".join(unmarked_lines(opened.text(), report))
    if text:
        yield Document(text=text)
