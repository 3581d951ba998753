"""Dates and times in exports, as aware times; None for text that is no date.

A time without a zone is in this computer's time zone. Some dates are seconds since 1970 or ISO 8601. Others are three
numbers in the order of the writer's region, which the file does not name (docs/decisions/0031). One date often fits
several orders; all dates of a file together nearly always show the order.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import Final, final

FIRST_YEAR: Final = 2000  # no chat with dates in numbers is older

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
POSSIBLE: Final = range(1900, 3000)
"""Possible years of a message. Near the limits of `datetime`, conversion to a time zone fails."""
_PART: Final = re.compile(r"([A-Za-z]?)(\d+)")
_ERAS: Final = {"r": 2018, "h": 1988}  # Reiwa and Heisei: the year before their year 1
_BUDDHIST: Final = 543
_PERSIAN: Final = 1380
_PERSIAN_BEGIN: Final = dt.date(2001, 3, 21)
"""The first day of the Persian year 1380."""
_PERSIAN_BEHIND: Final = 621
_PERSIAN_LEAP: Final = (1, 5, 9, 13, 17, 22, 26, 30)
_NO_LETTER: Final = re.compile(r"[^\w\u0900-\u0d7f\u0e00-\u0e7f]+|_")
_NUMBER: Final = re.compile(r"\d+")
_AFTERNOON: Final = (  # words for hours after noon, letters only
    "pm|p|μμ|م|مساء|بظ|بعدازظهر|אחהצ|אחרהצהריים|ös|ch|ptg|nm|md|du|слоб|следобед|下午|午後|오후|"
    "晚上|中午|傍晚|अपराह्न|मउ|பிற்பகல்|ಅಪರಾಹ್ನ|ਬਾਦੁ|หลังเที่ยง|datarde|danoite|ip|em|odp|popo|"
    "intheafternoon|intheevening|atnight|epasdites"
)
_MORNING: Final = (  # words for hours before noon
    "am|a|πμ|ص|صباحا|قظ|قبلازظهر|לפנהצ|öö|sa|pg|vm|pd|de|проб|преди|上午|午前|오전|凌晨|清晨|早上|"
    "पूर्वाह्न|मपू|முற்பகல்|ಪೂರ್ವಾಹ್ನ|ਪੂਦੁ|ก่อนเที่ยง|damanhã|damadrugada|ap|fm|dop|inthemorning|eparadites"
)
_HALVES: Final = dict.fromkeys(_AFTERNOON.split("|"), 24) | dict.fromkeys(_MORNING.split("|"), 12)


def from_unix(seconds: object, *, per_second: int = 1) -> dt.datetime | None:
    """The time, from seconds since 1970 as a number or digits; for milliseconds, `per_second` is 1000."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        time = _EPOCH + dt.timedelta(seconds=float(seconds) / per_second)
    except (ValueError, OverflowError):
        return None
    return time if time.year in POSSIBLE else None


def from_iso(text: object) -> dt.datetime | None:
    """The time in a text in ISO 8601; without an offset, it is in this computer's time zone."""
    try:
        time = dt.datetime.fromisoformat(text.strip()) if isinstance(text, str) else None
        if time is None or time.year not in POSSIBLE:
            return None
        return time.astimezone() if time.tzinfo is None else time
    except (ValueError, OverflowError, OSError):  # outside the range of this computer's clock
        return None


ORDERS: Final = ("day, month, year", "month, day, year", "year, month, day")
"""If two fit equally well, the first is used."""
_PLACES: Final = [[order.split(", ").index(part) for part in ("year", "month", "day")] for order in ORDERS]


@lru_cache(maxsize=1024)
def dates_in(text: str) -> tuple[dt.date | None, ...]:
    """The date of three numbers in each of `ORDERS`; None where that is no date."""
    parts = _PART.findall(text)[:3]
    return tuple(_date(parts, *places) if len(parts) == 3 else None for places in _PLACES)


def date_in(text: str, order: int) -> dt.date | None:
    """The date in the given one of `ORDERS`; if that is no date, in the first order that gives one."""
    dates = dates_in(text)
    return dates[order] or next(filter(None, dates), None)


def _date(parts: list[tuple[str, str]], year_at: int, month_at: int, day_at: int) -> dt.date | None:
    years = [at for at, (era, digits) in enumerate(parts) if era or len(digits) > 2]
    if years and years != [year_at]:
        return None
    year, month, day = (int(parts[at][1]) for at in (year_at, month_at, day_at))
    if _PERSIAN <= year <= _latest() - _PERSIAN_BEHIND:
        return _from_persian(year, month, day)
    year = _year(*parts[year_at])
    try:
        return dt.date(year, month, day) if year else None
    except ValueError:
        return None


def _year(era: str, digits: str) -> int:
    """The year in the Gregorian calendar; 0 if no chat can have this year."""
    number, latest = int(digits), _latest()
    if era:
        number += _ERAS.get(era.lower(), -number)
    elif len(digits) <= 2:
        number += 2000
    if number > latest:  # in the Buddhist calendar, 2563 and 63 are both 2020
        number -= _BUDDHIST - (500 if len(digits) <= 2 else 0)
    return number if FIRST_YEAR <= number <= latest else 0


def _latest() -> int:
    """The last year that a date can have: next year, because a clock may be fast."""
    return dt.datetime.now().astimezone().year + 1


def _from_persian(year: int, month: int, day: int) -> dt.date | None:
    """The date of a day in Iran's solar calendar, whose leap years follow a cycle of 33 years."""
    lengths = [31] * 6 + [30] * 5 + [30 if year % 33 in _PERSIAN_LEAP else 29]
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        return None
    years = sum(365 + (each % 33 in _PERSIAN_LEAP) for each in range(_PERSIAN, year))
    return _PERSIAN_BEGIN + dt.timedelta(days=years + sum(lengths[: month - 1]) + day - 1)


@final
class Evidence:
    """Counts over all dates of a file, from the first to the last, that show the order of day, month and year."""

    def __init__(self) -> None:
        self.impossible = [0] * len(ORDERS)  # for each order, the number of dates that are impossible in it
        self.backwards = [0] * len(ORDERS)  # for each order, the number of dates before the date above them
        self.changes = [0] * 3  # of the first, second and third number
        self._above: list[dt.date | None] = [None] * len(ORDERS)
        self._numbers: list[int] = []

    def add(self, text: str) -> None:
        """Count the next date; the caller leaves out a date equal to the one above."""
        dates = dates_in(text)
        if not any(dates):
            return
        for at, (date, above) in enumerate(zip(dates, self._above, strict=True)):
            if date is None:
                self.impossible[at] += 1
            else:
                self.backwards[at] += above is not None and date < above
                self._above[at] = date
        numbers = [int(digits) for _, digits in _PART.findall(text)[:3]]
        for at, (now, then) in enumerate(zip(numbers, self._numbers, strict=False)):
            self.changes[at] += now != then
        self._numbers = numbers

    def order(self) -> int:
        """The index of the best of `ORDERS`: fewest impossible dates, fewest steps back, most changes of the day."""
        return min(range(len(ORDERS)), key=self._rank)

    def _rank(self, at: int) -> tuple[int, int, int]:
        return self.impossible[at], self.backwards[at], -self.changes[_PLACES[at][-1]]

    def note(self, name: str) -> str | None:
        """A sentence on the chosen order; None if only one order is possible, or there are no dates."""
        at = self.order()
        if not any(self._above) or all(self.impossible[:at] + self.impossible[at + 1 :]):
            return None
        return f"{name}: the dates do not show for certain the order of day, month and year; read as {ORDERS[at]}"


def moment(date: str, clock: str, *, order: int, half: int) -> dt.datetime | None:
    """A date and a clock time in this computer's time zone, because an export names no zone; None if there is none.

    `order` is the index of the file's order in `ORDERS`, `half` the result of `half_of`.
    """
    day = date_in(date, order)
    hour, minute, second = _time_of(clock)
    if half and hour <= 12:
        hour = hour % 12 + half - 12
    try:
        time = dt.time(0 if hour == 24 else hour, minute, second)
    except ValueError:
        return None
    return dt.datetime.combine(day, time).astimezone() if day else None


@lru_cache(maxsize=1 << 17)
def _time_of(clock: str) -> tuple[int, int, int]:
    hour, minute, second, *_ = (*map(int, _NUMBER.findall(clock)), 0)
    return hour, minute, second


@lru_cache(maxsize=1024)
def half_of(between: str, after: str) -> int:
    """12 for hours before noon, 24 for hours after noon, 0 on a 24-hour clock.

    The word for it is `between` the date and the time, or `after` the time.
    """
    words = [_NO_LETTER.sub("", each).casefold() for each in (after, between)]
    return next((_HALVES[word] for word in words if word in _HALVES), 0)
