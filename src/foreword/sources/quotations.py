r"""Quotations in messages: the lines that chats mark with `>` are somebody else's words."""

import re
from typing import Final

from foreword.sources.report import Report

_LINE: Final = re.compile(r"^> .*\n?", re.MULTILINE)
_REST: Final = re.compile(r"^>>> .*\Z", re.MULTILINE | re.DOTALL)


def without_quotations(text: str, report: Report) -> str:
    """`text` without lines that begin with `> `, and without what follows `>>> `; the report counts the lines."""
    if ">" not in text:
        return text
    lines = sum(len(found[0].splitlines()) for found in _REST.finditer(text))
    kept, single = _LINE.subn("", _REST.sub("", text))
    if lines + single == 0:
        return text
    report.leave_out("quoted line", lines + single)
    return kept.strip("\n")
