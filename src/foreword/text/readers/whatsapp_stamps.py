"""Where messages begin in a chat that WhatsApp exported, and when they were sent.

A message begins with a line of its own with date, time and what divides them from the rest: all as the region of the
phone has them, with digits, commas, "klo" and "p. m." of its own.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, final

from foreword.text.readers.dateorder import Order, date_in_any
from foreword.text.readers.lines import pieces_of
from foreword.text.readers.opened import Opened

MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Of direction: they stand around names and times, and nobody typed them."""

_GAP: Final = "[ \u00a0\u202f]"
_SIDE: Final = "[\u200e\u200f]?"
_DATE: Final = rf"[RHS]?\d{{1,4}}{_SIDE}[/.-](?P<apart>{_GAP})?{_SIDE}\d{{1,4}}{_SIDE}[/.-]{_GAP}?{_SIDE}[RHS]?\d{{1,4}}(?:{_GAP}BE)?"
_CLOCK: Final = (  # "10 h 15 min 33 s" is Canada's
    rf"\d{{1,2}}(?:[:.]|{_GAP}?h{_GAP}?)\d{{2}}(?:(?:[:.]|{_GAP}?min{_GAP}?)\d{{2}})?"
)
_BETWEEN: Final = r"[^\d\n\[\]<>:]{1,16}"
_AFTER: Final = r"[^\d\n\[\]<>:]{0,16}?"
_BEGIN: Final = rf"\n[{MARKS}]*(?P<open>\[)?[{MARKS}]*"
_END: Final = rf"(?(open)\] ?(?:- )?|(?:{_GAP}?[-–—] |: |(?(apart) (?=[^\n:]{{1,80}}: )|(?!))))"
_DATE_FIRST: Final = re.compile(
    rf"{_BEGIN}(?P<date>{_DATE})(?P<between>{_BETWEEN})(?P<clock>{_CLOCK})(?P<after>{_AFTER}){_END}"
)
_CLOCK_FIRST: Final = re.compile(
    rf"{_BEGIN}(?P<between>)(?P<clock>{_CLOCK})(?P<after>{_AFTER}),?{_GAP}(?P<date>{_DATE}){_END}"
)
_LONGEST_STAMP: Final = 200

_AFTERNOON: Final = frozenset(
    "pm p μμ م مساء بظ بعدازظهر אחהצ אחרהצהריים ös ch ptg nm md du слоб следобед 下午 午後 오후 晚上 中午 傍晚 अपराह्न मउ பிற்பகல் ಅಪರಾಹ್ನ "
    "ਬਾਦੁ หลังเที่ยง datarde danoite ip em odp popo intheafternoon intheevening atnight".split()
)
_MORNING: Final = frozenset(
    "am a πμ ص صباحا قظ قبلازظهر לפנהצ öö sa pg vm pd de проб преди 上午 午前 오전 凌晨 清晨 早上 पूर्वाह्न मपू முற்பகல் ಪೂರ್ವಾಹ್ನ ਪੂਦੁ "
    "ก่อนเที่ยง damanhã damadrugada ap fm dop inthemorning".split()
)
_NO_LETTER: Final = re.compile(r"[^\w\u0900-\u0d7f\u0e00-\u0e7f]+|_")
_NUMBER: Final = re.compile(r"\d+")
_MOST_CLOCKS: Final = 100_000


def pattern_of(text: str) -> re.Pattern[str]:
    """How the messages of this chat begin: with the date, or with the time as in Vietnam and where they were copied.

    Its groups are `open`, `date`, `between`, `clock` and `after`; it begins with the newline before the line.
    """
    dated, timed = _DATE_FIRST.search(text), _CLOCK_FIRST.search(text)
    return _CLOCK_FIRST if timed and (not dated or timed.start() < dated.start()) else _DATE_FIRST


def stamps(
    opened: Opened,
    pattern: re.Pattern[str],
    *,
    notes: list[str] | None = None,
    before: Callable[[str], None] | None = None,
) -> Iterator[tuple[re.Match[str], int, int]]:
    """The beginnings of messages in a file, read a block at a time.

    Yields where each is found, where its message ends in the same string, and how many lines of the file are above that
    string. `before` is given the text above the first one. Errors and notes as those of `pieces_of`.
    """
    text, lines, seen, begun = "\n", 0, 0, False
    for piece in pieces_of(opened, notes):
        text += piece
        found = [*filter(None, [pattern.match(text) if begun else None])]
        found += pattern.finditer(text, max(1 if begun else 0, seen))
        if found and not begun and before:
            before(text[1 : found[0].start()])
        for stamp, following in zip(found, found[1:], strict=False):
            yield stamp, following.start(), lines
        if found:
            begun, begin = True, found[-1].start()
            lines += text.count("\n", 0, begin)
            text = text[begin:]
        seen = len(text) - _LONGEST_STAMP
    if begun and (last := pattern.match(text)):
        yield last, len(text), lines
    elif before and not begun:
        before(text[1:])


@final
@dataclass(slots=True, kw_only=True)
class Moments:
    """Turns dates and times of a file into moments, in the zone of this computer: an export names none."""

    order: Order
    _hours: dict[tuple[str, int], tuple[int, int, int, dt.tzinfo | None] | None] = field(default_factory=dict)
    _clocks: dict[tuple[str, str, str], tuple[int, int, int] | None] = field(default_factory=dict)
    _zones: dict[dt.timedelta | None, dt.tzinfo | None] = field(default_factory=dict)

    def at(self, date: str, between: str, clock: str, after: str) -> dt.datetime | None:
        """The moment that a stamp's groups name; None where there is none."""
        key = between, clock, after
        if key not in self._clocks:
            if len(self._clocks) >= _MOST_CLOCKS:
                self._clocks.clear()
            self._clocks[key] = _clock(*key)
        time = self._clocks[key]
        if time is None:
            return None
        hour, minute, second = time
        if (date, hour) not in self._hours:
            self._hours[date, hour] = self._hour(date, hour)
        day = self._hours[date, hour]
        return (
            None if day is None else dt.datetime(day[0], day[1], day[2], hour, minute, second, tzinfo=day[3])
        )

    def _hour(self, date: str, hour: int) -> tuple[int, int, int, dt.tzinfo | None] | None:
        day = date_in_any(date, self.order)
        if day is None:
            return None
        zone = dt.datetime.combine(day, dt.time(hour)).astimezone().tzinfo
        return (
            day.year,
            day.month,
            day.day,
            self._zones.setdefault(zone.utcoffset(None) if zone else None, zone),
        )


def _clock(between: str, clock: str, after: str) -> tuple[int, int, int] | None:
    """Hour of 24, minute and second."""
    hour, minute, second = (*map(int, _NUMBER.findall(clock)), 0)[:3]
    for words in (after, between):
        word = _NO_LETTER.sub("", words).casefold()
        if word in _AFTERNOON and hour < 12:
            hour += 12
        elif word in _MORNING and hour == 12:
            hour = 0
    hour = 0 if hour == 24 else hour  # some regions write 24:15
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None
