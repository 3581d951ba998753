"""Lines of a date, a time, a name and a message: "2024-01-02 14:23:45 Ana: good morning" (docs/decisions/0031).

No program's export in particular: bots, scripts and people write chats down so. What else looks like it are logs of
programs, so that the names must be few and such as people have.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from foreword.text.documents import Document
from foreword.text.readers.names import are_names
from foreword.text.readers.opened import Opened
from foreword.text.readers.report import Report
from foreword.text.readers.whatsapp import OF_LOG, read_stamped, start_of
from foreword.text.readers.whatsapp_stamps import named_pattern_of

_LEAST_LINES: Final = 2
_MOST_OF: Final = 0.8
_LONGEST: Final = 100


def fits(opened: Opened) -> bool:
    """Whether it begins with such a line, and nearly all of its first ones with a time have a name."""
    text = start_of(opened)
    pattern = named_pattern_of(text)
    found = [] if pattern is None else list(pattern.finditer(text))
    if len(found) < _LEAST_LINES or text[: found[0].start()].strip():
        return False
    begun = [text[each.end() : each.end() + _LONGEST].partition("\n")[0] for each in found]
    names = Counter(each.partition(": ")[0] for each in begun if ": " in each)
    return (
        names.total() >= _MOST_OF * len(found)
        and not any(OF_LOG.match(each) for each in begun)
        and are_names(names)
    )


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """Its messages, oldest first.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    pattern = named_pattern_of(start_of(opened))
    assert pattern is not None  # noqa: S101 - it fits
    return read_stamped(opened, report, pattern)
