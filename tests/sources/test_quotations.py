"""Quoted lines of chat messages."""

import pytest

from foreword.sources.chats.streams import without_quotations
from foreword.sources.report import Report


@pytest.mark.parametrize(
    ("text", "kept", "lines"),
    [
        ("> are you there?\nyes", "yes", 1),
        ("> one\n> two\nno\n> three\nwell", "no\nwell", 3),
        ("see:\n>>> all\nof\nthis", "see:", 3),
        ("> only that", "", 1),
        (">_< oh no", ">_< oh no", 0),
        ("a > b\n  > c", "a > b\n  > c", 0),
        ("plain\n", "plain\n", 0),
    ],
)
def test_quoted_lines_are_left_out_and_counted(text: str, kept: str, lines: int) -> None:
    report = Report()
    assert without_quotations(text, report) == kept
    assert report.left_out == ({"quoted line": lines} if lines else {})
