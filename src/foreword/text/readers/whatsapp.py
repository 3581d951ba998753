"""Chats that WhatsApp exports as text: "15/01/2020, 10:15 - Ana Silva: good morning" (docs/decisions/0031).

Android writes a dash behind the time, an iPhone brackets around it. A message goes on until the next line that begins
with a date and a time. Who wrote it stands before the first colon; where there is none, WhatsApp did.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Final, final

from foreword.text.documents import Document
from foreword.text.readers.dateorder import Evidence
from foreword.text.readers.opened import Opened
from foreword.text.readers.report import Report
from foreword.text.readers.whatsapp_stamps import MARKS, Moments, pattern_of, stamps
from foreword.text.readers.whatsapp_stubs import SYSTEM, what_was_typed

_LONGEST_NAME: Final = 100
_ENOUGH: Final = 3
"""Messages that begin alike, from which on what they begin with belongs to the name."""
_MOST_NAMES: Final = 10_000
_QUOTES: Final = (("„", "“"), ("«", "»"), ("「", "」"))
_TIME: Final = attrgetter("time")
_AUTHORED: Final = 0.1
"""The least share of messages with a name before a colon; Discord's text has none."""


def fits(opened: Opened) -> bool:
    """Whether it begins with messages of a chat, or with the end of one that was cut and then others."""
    text = "\n" + opened.start.replace("\r\n", "\n")
    found = list(pattern_of(text).finditer(text))
    if not found:
        return False
    begun = [text[each.end() : each.end() + _LONGEST_NAME].partition("\n")[0] for each in found]
    authored = sum(": " in each or each.endswith(":") for each in begun)
    of_irc = sum(each.startswith(("<", "* ", "*** ")) for each in begun)
    at_once = not text[: found[0].start()].strip(MARKS + " \n")
    lines = sum(1 for line in text.split("\n") if line.strip())
    return (
        authored >= max(1, _AUTHORED * len(found))
        and of_irc * 2 < len(found)
        and (at_once or len(found) * 10 >= lines)
    )


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """Its messages, oldest first; what WhatsApp wrote itself is left out.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    pattern = pattern_of("\n" + opened.start.replace("\r\n", "\n"))
    survey = _survey(opened, pattern, report)
    if note := survey.evidence.note(opened.name):
        report.notes.append(note)
    messages = _messages(opened, pattern, survey, report)
    yield from _by_day(messages) if survey.evidence.in_time() else sorted(messages, key=_TIME)


@final
@dataclass(slots=True, kw_only=True)
class _Survey:
    """What must be known of a whole chat before its first message can be read.

    Attributes:
        evidence: in which order the dates are.
        begins: what each name's messages begin with, up to a colon, as long as all do, and how many there were.
    """

    evidence: Evidence = field(default_factory=Evidence)
    begins: dict[str, tuple[str, int]] = field(default_factory=dict)

    def see(self, name: str, said: str) -> None:
        """A message; of those whose name was seen with different beginnings, nothing more is learned."""
        before, count = self.begins.get(name, (None, 0))
        if before == "" or (before is None and (len(self.begins) >= _MOST_NAMES or "\n" in name)):
            return
        here, colon, _ = said[:_LONGEST_NAME].partition(": ")
        same = colon and "\n" not in here and before in (None, here)
        self.begins[name] = (here if same else "", count + 1)

    def goes_on(self, name: str) -> bool:
        """Whether a colon belongs to this name: "Ana: work" is somebody's whose every message is "work: …"."""
        before, count = self.begins.get(name, ("", 0))
        return before != "" and count >= _ENOUGH


def _survey(opened: Opened, pattern: re.Pattern[str], report: Report) -> _Survey:
    def before(text: str) -> None:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip(MARKS + " "):
                report.not_understood(opened.name, f"line {number}", line)

    survey, last = _Survey(), ""
    for stamp, end, _ in stamps(opened, pattern, notes=report.notes, before=before):
        date = stamp["date"]
        if date != last:
            survey.evidence.add(date)
            last = date
        text, begin = stamp.string, stamp.end()
        colon = text.find(": ", begin, min(end, begin + _LONGEST_NAME))
        if colon > 0:
            survey.see(text[begin:colon], text[colon + 2 : end])
    return survey


def _messages(
    opened: Opened, pattern: re.Pattern[str], survey: _Survey, report: Report
) -> Iterator[Document]:
    """In the order of the file."""
    moments, names = Moments(order=survey.evidence.order()), _Names(survey=survey)
    for stamp, end, lines in stamps(opened, pattern):
        time = moments.at(*stamp.group("date", "between", "clock", "after"))
        text = stamp.string
        if time is None:
            line = lines + text.count("\n", 0, stamp.start() + 1)
            report.not_understood(
                opened.name, f"line {line}", text[stamp.start() + 1 : end].partition("\n")[0]
            )
            continue
        author, said = names.split(text[stamp.end() : end].rstrip("\n"))
        if author is None:
            report.leave_out(SYSTEM)
            continue
        typed, rest = what_was_typed(said, on_iphone=stamp["open"] is not None)
        if rest:
            report.leave_out(rest)
        if typed and not typed.isspace():
            yield Document(text=typed, author=author, time=time)
        elif not rest:
            report.leave_out("empty message")


@final
@dataclass(slots=True, kw_only=True)
class _Names:
    """Tells who wrote a message."""

    survey: _Survey
    _known: dict[str, str | None] = field(default_factory=dict)

    def split(self, message: str) -> tuple[str | None, str]:
        """The author, None where WhatsApp wrote it, and the text."""
        name, colon, said = message.partition(": ")
        if not colon or "\n" in name:
            line, _, said = message.partition("\n")
            name, colon, dot = line.rstrip().rpartition(":")
            if not colon or dot.strip("."):  # ":." stands for what has disappeared
                return None, ""
        if name not in self._known:
            if len(self._known) >= _MOST_NAMES:
                self._known.clear()
            self._known[name] = _author(name)
        author = self._known[name]
        if author is not None and self.survey.goes_on(name):
            more, _, said = said.partition(": ")
            author = f"{author}: {more}"
        return author, said


def _author(name: str) -> str | None:
    """A name without marks of direction around it; None for a sentence of WhatsApp's with a colon in a quotation."""
    quoted = name.count('"') % 2 or any(name.count(left) > name.count(right) for left, right in _QUOTES)
    quoted = quoted or ("„" not in name and name.count("“") > name.count("”"))
    return None if quoted or len(name) > _LONGEST_NAME else name.strip(MARKS + " \u00a0\u202f") or None


def _by_day(messages: Iterator[Document]) -> Iterator[Document]:
    """The messages of days that are in order, sorted within each day."""
    for _, day in groupby(messages, lambda message: message.time and message.time.date()):
        yield from sorted(day, key=_TIME)
