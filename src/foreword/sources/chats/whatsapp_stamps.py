"""Where messages begin in a chat that WhatsApp exported, and when they were sent.

A message begins with a line of its own with date, time and what divides them from the rest: all as the region of the
phone has them, with digits, commas, "klo" and "p. m." of its own.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast, final

from foreword.sources.chats.whatsapp_phrases import AFTERNOON, MORNING
from foreword.sources.dates import Order, date_in_any, date_near
from foreword.sources.lines import pieces_of
from foreword.sources.opened import Opened

MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Of direction: they stand around names and times, and nobody typed them."""

_GAP: Final = "[ \u00a0\u202f]"
_SIDE: Final = "[\u200e\u200f]?"
_NEXT: Final = rf"{_SIDE}[/.-]{_GAP}?{_SIDE}"
_DATE: Final = (
    rf"[RHS]?\d{{1,4}}{_SIDE}[/.-](?P<apart>{_GAP})?{_SIDE}\d{{1,4}}{_NEXT}[RHS]?\d{{1,4}}(?:{_GAP}BE)?"
)
_CLOCK: Final = (  # "10 h 15 min 33 s" is Canada's
    rf"\d{{1,2}}(?:[:.]|{_GAP}?h{_GAP}?)\d{{2}}(?:(?:[:.]|{_GAP}?min{_GAP}?)\d{{2}})?"
)
_BETWEEN: Final = r"[^\d\n\[\]<>:]{1,16}"
_AFTER: Final = r"[^\d\n\[\]<>:]{0,16}?"
_BEGIN: Final = rf"\n[{MARKS}]*+(?P<open>\[)?[{MARKS}]*+"
_END: Final = rf"(?(open)\] ?(?:- )?|(?:{_GAP}?[-–—] |: |(?(apart) (?=[^\n:]{{1,80}}: )|(?!))))"
_DATE_FIRST: Final = re.compile(
    rf"{_BEGIN}(?P<date>{_DATE})(?P<between>{_BETWEEN})(?P<clock>{_CLOCK})(?P<after>{_AFTER}){_END}"
)
_CLOCK_FIRST: Final = re.compile(
    rf"{_BEGIN}(?P<between>)(?P<clock>{_CLOCK})(?P<after>{_AFTER}),?{_GAP}(?P<date>{_DATE}){_END}"
)
_NAMED: Final = re.compile(
    rf"{_BEGIN}(?P<date>{_DATE})(?P<between>{_BETWEEN})(?P<clock>{_CLOCK})"
    rf"(?P<after>(?:{_GAP}?[AaPp]\.?{_GAP}?[Mm]\.?)?){_GAP}(?=\S)"
)
"""Nothing divides the time from the name: no export of WhatsApp's, but people's own logs."""
_BEHIND: Final = re.compile(r"(?:[^\W_]|[+~@]|[^\x00-\x7f])[^\n]*")
_NAME_AGAIN: Final = re.compile(r"[^:\n]{1,80}: ")
_MOST: Final = 0.8
_PARTS: Final = 7
_LONGEST_STAMP: Final = 200
_MINUTES: Final = len("22:15")

_AFTERNOON: Final = frozenset(AFTERNOON.split("|"))
_MORNING: Final = frozenset(MORNING.split("|"))
_NO_LETTER: Final = re.compile(r"[^\w\u0900-\u0d7f\u0e00-\u0e7f]+|_")
_NUMBER: Final = re.compile(r"\d+")


def pattern_of(text: str) -> re.Pattern[str]:
    """How the messages of this chat begin: with the date, or with the time as in Vietnam and where they were copied.

    Its groups are `open`, `date`, `between`, `clock` and `after`; it begins with the newline before the line.
    """
    dated, timed = _DATE_FIRST.search(text), _CLOCK_FIRST.search(text)
    return _CLOCK_FIRST if timed and (not dated or timed.start() < dated.start()) else _DATE_FIRST


def named_pattern_of(text: str) -> re.Pattern[str] | None:
    """The pattern for lines in which the name comes at once behind the time; None where the first ones are otherwise.

    What `pattern_of` takes for the rest of a time, up to the colon behind the name, is then neither half of a day nor a
    word behind which the name comes.
    """
    named = _NAMED.search(text)
    if not named or named["open"] or named["apart"] or not _BEHIND.match(text, named.end()):
        return None
    others = list(pattern_of(text).finditer(text))
    if not others or named.start() < others[0].start():
        return _NAMED
    first = others[0]
    if named.start() > first.start() or not (first[0].endswith(": ") and first["after"]):
        return None
    again = sum(_NAME_AGAIN.match(text, each.end()) is not None for each in others)
    return None if _half(first["between"], first["after"]) or again >= _MOST * len(others) else _NAMED


Row = tuple[str | None, str, str | None, str, str, str, str]
"""The bracket, the date, a gap in it, what is between, the clock, what is after, and the message itself."""


def rows_of(
    opened: Opened,
    pattern: re.Pattern[str],
    *,
    notes: list[str] | None = None,
    before: Callable[[str], None] | None = None,
) -> Iterator[tuple[int, Iterable[Row]]]:
    """The messages of a file, a block at a time, each with the line of the first one.

    `before` is given the text above the first one. Errors and notes as those of `pieces_of`.
    """
    text, line, seen, begun = "\n", 0, 0, False
    for piece in pieces_of(opened, notes):
        text += piece
        if pattern.search(text, max(1 if begun else 0, seen)):
            above, *parts = pattern.split(text)
            if not begun and before:
                before(above[1:])
            kept = text.rfind("\n", 0, len(text) - len(parts[-1]))  # the last one may go on in the next block
            yield line + above.count("\n") + 1, _rows(parts[:-_PARTS], pattern)
            begun = True
            line += text.count("\n", 0, kept)
            text = text[kept:]
        seen = len(text) - _LONGEST_STAMP
    if begun:
        yield line + 1, _rows(pattern.split(text)[1:], pattern)
    elif before:
        before(text[1:])


def _rows(parts: list[str | None], pattern: re.Pattern[str]) -> Iterable[Row]:
    rows = cast("Iterable[Row]", zip(*[iter(parts)] * _PARTS, strict=True))
    if pattern is _CLOCK_FIRST:  # its groups stand otherwise
        return ((row[0], row[4] or "", row[5], row[1], row[2] or "", row[3], row[6]) for row in rows)
    return rows


@final
@dataclass(slots=True, kw_only=True)
class Moments:
    """Turns dates and times of a file into moments, in the zone of this computer: an export names none.

    Attributes:
        order: of the file's dates.
        mixed: whether it is not that of all.
    """

    order: Order
    mixed: bool = False
    _last: str = ""
    _near: dt.date | None = None
    _days: dict[str, tuple[int, int, int, dt.tzinfo | None] | None] = field(default_factory=dict)
    _halves: dict[tuple[str, str], int] = field(default_factory=dict)
    _clocks: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def at(self, date: str, between: str, clock: str, after: str) -> dt.datetime | None:
        """The moment that a stamp's groups name; None where there is none."""
        if self.mixed and date != self._last:  # it may be another date than where it stood before
            self._days.pop(date, None)
            self._last = date
        day = self._days.get(date)
        if day is None:
            if date in self._days:
                return None
            day = self._days[date] = self._day(date)
            if day is None:
                return None
        half = self._halves.get((between, after))
        if half is None:
            half = self._halves[between, after] = _half(between, after)
        time = self._clocks.get(clock)
        if time is None:
            time = _clock(clock)
            if len(clock) <= _MINUTES:  # of which a day has few
                self._clocks[clock] = time
        hour, minute, second = time
        if half:
            hour = hour % 12 + half - 12 if hour <= 12 else hour
        year, month, date_of_month, zone = day
        try:
            moment = dt.datetime(
                year, month, date_of_month, hour % 24 if hour == 24 else hour, minute, second, tzinfo=zone
            )
        except ValueError:
            return None
        return moment if zone else moment.astimezone()

    def _day(self, date: str) -> tuple[int, int, int, dt.tzinfo | None] | None:
        """Year, month, day and the zone's distance from UTC, which is None on the days on which it changes."""
        day = date_near(date, self.order, self._near) if self.mixed else date_in_any(date, self.order)
        if day is None:
            return None
        self._near = day
        first, last = (
            dt.datetime.combine(day, time).astimezone().tzinfo for time in (dt.time.min, dt.time.max)
        )
        return day.year, day.month, day.day, first if first == last else None


def _clock(text: str) -> tuple[int, int, int]:
    """Hour, minute and second, as they are written."""
    parts = text.split(":")
    if len(parts) == 1 or not "".join(parts).isdecimal():
        parts = _NUMBER.findall(text)
    return int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else 0


def _half(between: str, after: str) -> int:
    """12 for hours before noon, 24 for those after it, 0 where hours are counted to 24."""
    for words in (after, between):
        word = _NO_LETTER.sub("", words).casefold()
        if word in _AFTERNOON:
            return 24
        if word in _MORNING:
            return 12
    return 0
