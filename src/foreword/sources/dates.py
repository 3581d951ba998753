"""In which order the dates of a file name day, month and year: told over the whole file (docs/decisions/0031).

The programs that write dates as three numbers do so as their user's region does, and do not say which. A single date
often tells nothing; a file's dates together nearly always do.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final, final

FIRST_YEAR: Final = 2000
"""No chat with dates in numbers is older."""

_PART: Final = re.compile(r"([A-Za-z]?)(\d+)")
_ERAS: Final = {"r": 2018, "h": 1988, "s": 1925}  # Reiwa, Heisei, Showa: their year 1 is the next
_BUDDHIST: Final = 543
_PERSIAN: Final = 1380
_PERSIAN_BEGIN: Final = dt.date(2001, 3, 21)
"""Its first day."""
_PERSIAN_BEHIND: Final = 621
_PERSIAN_LEAP: Final = (1, 5, 9, 13, 17, 22, 26, 30)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which of three numbers is what; `rare` ones are taken only if no other fits."""

    name: str
    year: int
    month: int
    day: int
    rare: bool = False


ORDERS: Final = (  # of two that fit alike, the first
    Order(name="day, month, year", day=0, month=1, year=2),
    Order(name="month, day, year", month=0, day=1, year=2),
    Order(name="year, month, day", year=0, month=1, day=2),
    Order(name="year, day, month", year=0, day=1, month=2, rare=True),
    Order(name="month, year, day", month=0, year=1, day=2, rare=True),
    Order(name="day, year, month", day=0, year=1, month=2, rare=True),
)


def date_in(text: str, order: Order) -> dt.date | None:
    """The date that three numbers stand for in this order; None where there is none."""
    parts = _PART.findall(text)
    if len(parts) < 3:
        return None
    years = [at for at, (era, digits) in enumerate(parts[:3]) if era or len(digits) > 2]
    if years and years != [order.year]:
        return None
    year, month, day = (int(parts[at][1]) for at in (order.year, order.month, order.day))
    if _PERSIAN <= year <= _latest() - _PERSIAN_BEHIND:
        return _from_persian(year, month, day)
    year = _year(*parts[order.year])
    try:
        return dt.date(year, month, day) if year else None
    except ValueError:
        return None


def date_in_any(text: str, order: Order) -> dt.date | None:
    """The date in this order, else in the first other one in which there is one."""
    return next(filter(None, (date_in(text, each) for each in (order, *ORDERS))), None)


def date_near(text: str, order: Order, before: dt.date | None) -> dt.date | None:
    """Of the dates that it can be, the one nearest to that `before` it: for files in which orders are mixed."""
    dates = [date for each in (order, *ORDERS) if not each.rare and (date := date_in(text, each))]
    if not dates or before is None:
        return date_in_any(text, order)
    return min(dates, key=lambda date: abs(date - before))


def _year(era: str, digits: str) -> int:
    """The year of our calendar; 0 where it cannot be one of a chat's."""
    number, latest = int(digits), _latest()
    if era:
        number += _ERAS.get(era.lower(), -number)
    elif len(digits) <= 2:
        number += 2000
    if number > latest:  # 2563 in the Buddhist calendar is 2020, and so is 63
        number -= _BUDDHIST - (500 if len(digits) <= 2 else 0)
    return number if FIRST_YEAR <= number <= latest else 0


def _latest() -> int:
    """The last year that a date can have, with a clock that is a little fast."""
    return dt.datetime.now().astimezone().year + 1


def _from_persian(year: int, month: int, day: int) -> dt.date | None:
    """The date of a day in the solar calendar of Iran, whose leap years come in rounds of 33."""
    leap = year % 33 in _PERSIAN_LEAP
    lengths = [31] * 6 + [30] * 5 + [30 if leap else 29]
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        return None
    years = sum(365 + (each % 33 in _PERSIAN_LEAP) for each in range(_PERSIAN, year))
    return _PERSIAN_BEGIN + dt.timedelta(days=years + sum(lengths[: month - 1]) + day - 1)


@final
@dataclass(slots=True, kw_only=True)
class Evidence:
    """What the dates of a file, in the order in which they stand there, say of their order.

    Attributes:
        dates: how many there were, where runs of the same date count once.
        impossible: for each order, how many of them are no date in it.
        backwards: for each order, how often a date is before that above it.
        changes: how often the first, second and third number changed.
    """

    dates: int = 0
    impossible: list[int] = field(default_factory=lambda: [0] * len(ORDERS))
    backwards: list[int] = field(default_factory=lambda: [0] * len(ORDERS))
    changes: list[int] = field(default_factory=lambda: [0] * 3)
    _before: list[dt.date | None] = field(default_factory=lambda: [None] * len(ORDERS))
    _numbers: list[int] = field(default_factory=list)
    _known: dict[str, list[dt.date | None]] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """The next date; to be left out where it is the same as the one above."""
        readings = self._known.get(text)
        if readings is None:
            readings = self._known[text] = [date_in(text, order) for order in ORDERS]
        if not any(readings):
            return
        self.dates += 1
        for at, date in enumerate(readings):
            before = self._before[at]
            if date is None:
                self.impossible[at] += 1
            else:
                self.backwards[at] += before is not None and date < before
                self._before[at] = date
        numbers = [int(digits) for _, digits in _PART.findall(text)[:3]]
        for at, (now, then) in enumerate(zip(numbers, self._numbers, strict=False)):
            self.changes[at] += now != then
        self._numbers = numbers

    def order(self) -> Order:
        """The one that fits best: fewest impossible dates, then fewest steps back, then the day changes most."""
        return ORDERS[min(range(len(ORDERS)), key=self._rank)]

    def _rank(self, at: int) -> tuple[int, bool, int, int, int]:
        order = ORDERS[at]
        return self.impossible[at], order.rare, self.backwards[at], -self.changes[order.day], at

    def mixed(self) -> bool:
        """Whether no order fits them all."""
        return bool(self.impossible[ORDERS.index(self.order())])

    def in_time(self) -> bool:
        """Whether one order fits them all, and none is before that above it."""
        return not self.mixed() and not self.backwards[ORDERS.index(self.order())]

    def note(self, name: str) -> str | None:
        """What a person should know of how the order was found; None where the dates alone tell it."""
        order = self.order()
        at = ORDERS.index(order)
        if not self.dates:
            return None
        if self.impossible[at]:
            return (
                f"{name}: its dates are not all in one order; most are {order.name}, {self.impossible[at]:,} of "
                f"{self.dates:,} cannot be; each was read as what is nearest to the date above it"
            )
        others = [n for n, each in enumerate(ORDERS) if n != at and not each.rare and not self.impossible[n]]
        if not others:
            return None
        other = min(others, key=lambda n: (ORDERS[n].year != order.year, self._rank(n)))
        if self.backwards[at] != self.backwards[other]:
            reason = "so they stand in the order of time"
        elif self.changes[order.day] != self.changes[ORDERS[other].day]:
            reason = "for that number changes most often"
        else:
            reason = "as most regions write them"
        what = "day from month" if ORDERS[other].year == order.year else "day, month and year apart"
        return f"{name}: no date tells {what}; read as {order.name}, {reason}"
