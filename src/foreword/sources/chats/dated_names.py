"""Lines of a date, a time, a name and a message: "2024-01-02 14:23:45 Ana: good morning" (docs/decisions/0031).

No program's export in particular: bots, scripts and people write chats down so. What else looks like it are logs of
programs and diaries, so that the names must be few, come again, and be such as people have.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from foreword.sources.chats.names import are_messages, are_names, match_of
from foreword.sources.chats.whatsapp import OF_LOG, read_stamped, start_of
from foreword.sources.chats.whatsapp_stamps import named_pattern_of
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

_MOST_OF: Final = 0.8
_LONGEST: Final = 200


def fits(opened: Opened) -> bool:
    """Whether it begins with such a line, and nearly all of its first ones with a time have a name."""
    text = start_of(opened)
    pattern = named_pattern_of(text)
    begun = [] if pattern is None else list(pattern.finditer(text))
    if not begun or text[: begun[0].start()].strip():
        return False
    lines = [text[each.end() : each.end() + _LONGEST].partition("\n")[0] for each in begun]
    found = [match for line in lines if (match := match_of(line))]
    names = Counter(match["name"].strip() for match in found)
    return (
        max(names.values(), default=0) > 1
        and len(found) >= _MOST_OF * len(lines)
        and not any(OF_LOG.match(line) for line in lines)
        and are_names(names)
        and are_messages(found, timed=True)
    )


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """Its messages, oldest first.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    pattern = named_pattern_of(start_of(opened))
    assert pattern is not None  # noqa: S101 - it fits
    return read_stamped(opened, report, pattern)
