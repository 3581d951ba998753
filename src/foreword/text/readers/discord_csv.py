"""CSV of DiscordChatExporter: `AuthorID,Author,Date,Content,Attachments,Reactions`, all quoted.

Dates are ISO 8601, in older versions those of the country, in still older ones `15-Jan-24 10:30 AM`.
"""

import csv
from collections.abc import Iterator, Mapping
from typing import Final

from foreword.text.documents import Document
from foreword.text.readers.cut_files import lines_before_the_cut
from foreword.text.readers.discord_notices import is_notice
from foreword.text.readers.local_dates import read_dates
from foreword.text.readers.opened import Opened
from foreword.text.readers.quotations import without_quotations
from foreword.text.readers.report import Report

_COLUMNS: Final = ("author", "date", "content", "attachments")
_DELIMITERS: Final = (",", ";", "\t")

Row = Mapping[str, str]


def fits(opened: Opened) -> bool:
    """Whether the first line names the columns of DiscordChatExporter."""
    return _delimiter(opened) is not None


def documents(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages, in the order in which they stand there."""
    rows = list(_rows(opened, report))
    times = read_dates([row["date"] for _, row in rows])
    for (line, row), time in zip(rows, times, strict=True):
        content = row["content"]
        if is_notice(content):
            report.leave_out("system message")
        elif not content.strip():
            report.leave_out("media message" if row["attachments"] else "message without text")
        elif time is None or not row["author"]:
            report.not_understood(opened.name, f"line {line:,}", f"{row['date']} {row['author']}: {content}")
        elif text := without_quotations(content, report):
            yield Document(text=text, author=row["author"], time=time)


def _delimiter(opened: Opened) -> str | None:
    """What stands between the columns that the first line names."""
    line = opened.start.partition("\n")[0].strip().casefold()
    for delimiter in _DELIMITERS:
        names = [name.strip(' "') for name in line.split(delimiter)]
        if set(_COLUMNS) <= set(names):
            return delimiter
    return None


def _rows(opened: Opened, report: Report) -> Iterator[tuple[int, Row]]:
    """The rows with the lines in which they end, by the names of their columns."""
    lines = (f"{line}\n" for line in lines_before_the_cut(opened))
    reader = csv.reader(lines, delimiter=_delimiter(opened) or ",")
    names: list[str] = []
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:  # a quotation mark is missing; the next line begins a row again
            report.not_understood(opened.name, f"line {reader.line_num:,}", str(error))
            continue
        if row is None:
            return
        if not names and set(_COLUMNS) <= {name.strip().casefold() for name in row}:
            names = [name.strip().casefold() for name in row]
        elif names and len(row) > max(map(names.index, _COLUMNS)):
            yield reader.line_num, dict(zip(names, row, strict=False))
        elif row:
            report.not_understood(opened.name, f"line {reader.line_num:,}", ",".join(row))
