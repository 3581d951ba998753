"""Jupyter notebooks (.ipynb): what their author wrote in Markdown; code and what it printed are left out.

Told by the cells that the JSON lists. Source: nbformat 4.5; version 3 has its cells within worksheets.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from foreword.sources.documents import damaged, document, whole
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

_SIGNS: Final = (
    re.compile(r'\A\s*\{\s*"'),
    re.compile(r'"(?:cells|worksheets)"\s*:\s*\['),
    re.compile(r'"cell_type"\s*:\s*"(?:markdown|code|raw|heading)"'),
)


def fits(opened: Opened) -> bool:
    """Whether it begins like a notebook."""
    return all(sign.search(opened.start) for sign in _SIGNS)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The notebook as one text.

    Raises:
        SourceNotText: it is damaged, or larger than any text.
    """
    from foreword.sources.unmarked import unmarked_lines  # noqa: PLC0415 - who types never reads Markdown

    lines: list[str] = []
    for cell in _cells(opened):
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if cell.get("cell_type") in ("markdown", "heading"):
            lines += unmarked_lines(text, report)
        elif text.strip():
            report.leave_out("code block")
    yield from document(lines, None)


def _cells(opened: Opened) -> Iterator[dict[str, object]]:
    try:
        notebook = json.loads(whole(opened))
    except (ValueError, RecursionError) as error:
        raise damaged(opened, error) from None
    sheets = notebook.get("worksheets")
    for sheet in [notebook, *(sheets if isinstance(sheets, list) else [])]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        yield from (cell for cell in (cells if isinstance(cells, list) else []) if isinstance(cell, dict))
