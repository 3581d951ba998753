"""Chats that WhatsApp exports as text: "15/01/2020, 10:15 - Ana Silva: good morning" (docs/decisions/0031).

Android writes a dash behind the time, an iPhone brackets around it. A message goes on until the next line that begins
with a date and a time. Who wrote it stands before the first colon; where there is none, WhatsApp did.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Final, final

from foreword.sources.chats.whatsapp_stamps import MARKS, Moments, named_pattern_of, pattern_of, rows_of
from foreword.sources.chats.whatsapp_stubs import SYSTEM, what_was_typed
from foreword.sources.dates import Evidence
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

_LONGEST_NAME: Final = 100
_ENOUGH: Final = 3
"""Messages that begin alike, from which on what they begin with belongs to the name."""
_MOST_NAMES: Final = 10_000
_QUOTES: Final = (("„", "“"), ("«", "»"), ("「", "」"))
_TIME: Final = attrgetter("time")
OF_LOG: Final = re.compile(r"(?:INFO|WARN(?:ING)?|ERROR|DEBUG|TRACE|CRITICAL|FATAL)\b")
_AUTHORED: Final = 0.1
"""The least share of messages with a name before a colon; Discord's text has none."""


def fits(opened: Opened) -> bool:
    """Whether it begins with messages of a chat, or with the end of one that was cut and then others."""
    text = start_of(opened)
    found = list(pattern_of(text).finditer(text))
    if not found or named_pattern_of(text):
        return False
    begun = [text[each.end() : each.end() + _LONGEST_NAME].partition("\n")[0] for each in found]
    authored = sum(": " in each or each.rstrip(". ").endswith(":") for each in begun)
    of_another = sum(each.startswith(("<", "* ", "*** ")) or bool(OF_LOG.match(each)) for each in begun)
    at_once = not text[: found[0].start()].strip(MARKS + " \n")
    lines = sum(1 for line in text.split("\n") if line.strip())
    return (
        authored >= max(1, _AUTHORED * len(found))
        and of_another * 2 < len(found)
        and (at_once or len(found) * 10 >= lines)
    )


def start_of(opened: Opened) -> str:
    """Its first bytes as text; each line has a newline before it."""
    return "\n" + opened.start.replace("\r\n", "\n").replace("\r", "\n")


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """Its messages, oldest first; what WhatsApp wrote itself is left out.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    yield from read_stamped(opened, report, pattern_of(start_of(opened)))


def read_stamped(opened: Opened, report: Report, pattern: re.Pattern[str]) -> Iterator[Document]:
    """The messages of a chat in which each begins as `pattern` says, which is one of `whatsapp_stamps`."""
    survey = _survey(opened, pattern, report)
    if note := survey.evidence.note(opened.name):
        report.notes.append(note)
    days = _days(opened, pattern, survey, report)
    if survey.evidence.in_time():
        for day in days:
            yield from sorted(day, key=_TIME)
    else:
        yield from sorted(chain.from_iterable(days), key=_TIME)


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
    for _, rows in rows_of(opened, pattern, notes=report.notes, before=before):
        for _, date, _, _, _, _, message in rows:
            if date != last:
                survey.evidence.add(date)
                last = date
            colon = message.find(": ", 0, _LONGEST_NAME)
            if colon > 0:
                name = message[:colon]
                known = survey.begins.get(name)
                if known is None or known[0]:
                    survey.see(name, message[colon + 2 :])
    return survey


def _days(
    opened: Opened, pattern: re.Pattern[str], survey: _Survey, report: Report
) -> Iterator[list[Document]]:
    """The messages of one day, in the order of the file, and then those of the next."""
    moments = Moments(order=survey.evidence.order(), mixed=survey.evidence.mixed())
    names = _Names(survey=survey)
    day: list[Document] = []
    last = ""
    for first, rows in rows_of(opened, pattern):
        line = first
        for opening, date, _, between, clock, after, message in rows:
            time = moments.at(date, between, clock, after)
            if time is None:
                shown = message.partition("\n")[0]
                report.not_understood(opened.name, f"line {line}", f"{date}{between}{clock}{after} {shown}")
            elif found := _document(message, time, names, report, on_iphone=opening is not None):
                if date != last:
                    last = date
                    if day and _date(day[0]) != time.date():  # the same may be written otherwise
                        yield day
                        day = []
                day.append(found)
            line += message.count("\n") + 1
    yield day


def _date(message: Document) -> dt.date | None:
    return message.time.date() if message.time else None


def _document(
    message: str, time: dt.datetime, names: "_Names", report: Report, *, on_iphone: bool
) -> Document | None:
    """What a person typed of a message; None where nobody typed any of it."""
    author, said = names.split(message)
    if author is None:
        report.leave_out(SYSTEM)
        return None
    typed, rest = what_was_typed(said, on_iphone=on_iphone)
    if rest:
        report.leave_out(rest)
    if typed and not typed.isspace():
        return Document(text=typed, author=author, time=time)
    if not rest:
        report.leave_out("empty message")
    return None


@final
@dataclass(slots=True, kw_only=True)
class _Names:
    """Tells who wrote a message."""

    survey: _Survey
    _known: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def split(self, message: str) -> tuple[str | None, str]:
        """The author, None where WhatsApp wrote it, and what was said."""
        name, colon, said = message.partition(": ")
        known = self._known.get(name) if colon else None
        if known is None:
            known, said = self._learn(message)
            if known is None:
                return None, ""
        author, goes_on = known
        if goes_on:
            more, _, said = said.partition(": ")
            author = f"{author}: {more}"
        return author, said.rstrip("\n")

    def _learn(self, message: str) -> tuple[tuple[str, bool] | None, str]:
        name, colon, said = message.partition(": ")
        if not colon or "\n" in name:
            line, _, said = message.partition("\n")
            name, colon, dot = line.rstrip().rpartition(":")
            if not colon or dot.strip("."):  # ":." stands for what has disappeared
                return None, ""
        author = _author(name)
        if author is None:
            return None, ""
        if len(self._known) >= _MOST_NAMES:
            self._known.clear()
        known = self._known[name] = author, self.survey.goes_on(name)
        return known, said


def _author(name: str) -> str | None:
    """A name without marks of direction around it; None for a sentence of WhatsApp's with a colon in a quotation."""
    quoted = name.count('"') % 2 or any(name.count(left) > name.count(right) for left, right in _QUOTES)
    quoted = quoted or ("„" not in name and name.count("“") > name.count("”"))
    return None if quoted or len(name) > _LONGEST_NAME else name.strip(MARKS + " \u00a0\u202f")
