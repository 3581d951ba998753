"""Dates as programs write them for people of many countries: `1/15/2024 10:30 AM`, `2024. 1. 15. 오전 10:30`.

Which of two small numbers is the month is the same in all of a file, so it is decided over all dates together: by a
number above twelve, else by the order that runs least against time, else by what is usual with such separators.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal, final

from foreword.text.readers.timestamps import aware, from_iso

Order = Literal["day first", "month first"]

_DAY_FIRST: Final[Order] = "day first"
_MONTH_FIRST: Final[Order] = "month first"

_CLOCK: Final = re.compile(r"(?<![0-9])(\d{1,2})\s?:\s?(\d{2})(?::(\d{2}))?(?![0-9])")
_DOTTED_CLOCK: Final = re.compile(r"(?<![0-9.])(\d{1,2})(?:\.|\s?h\s?)(\d{2})(?:\.(\d{2}))?(?=\D*$)")
_DOTS: Final = re.compile(r"\.\s?")
_NUMBERS: Final = re.compile(r"\d+")
_WORDS: Final = re.compile(r"[^\W\d]+")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BEFORE_NOON: Final = frozenset({"am", "오전", "上午", "午前", "πμ", "قظ", "ص", "sa"})
_AFTER_NOON: Final = frozenset({"pm", "오후", "下午", "午後", "μμ", "بظ", "م", "ch"})
_BUDDHIST: Final = 543


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """The numbers of a date: three of them, or two and the month by its name."""

    numbers: tuple[int, ...]
    year_first: bool
    month: int | None
    time: tuple[int, int, int]
    slashes_and_halves: bool

    def fits(self, order: Order) -> bool:
        return self.read(order) is not None

    def read(self, order: Order) -> datetime | None:
        """The local time, without an offset; None if there is none such."""
        year, month, day = self._date(order)
        if year > 2400:
            year -= _BUDDHIST
        if not 1990 <= year <= 2200:
            return None
        try:
            return datetime(year, month, day, *self.time)  # noqa: DTZ001 - it becomes aware in `read_dates`
        except ValueError:
            return None

    def _date(self, order: Order) -> tuple[int, int, int]:
        if self.year_first:
            year, *rest = self.numbers
        else:
            *rest, year = self.numbers
        year += 2000 if year < 100 else 0
        if self.month is not None:
            return year, self.month, rest[0]
        month_first = self.year_first or order == _MONTH_FIRST
        return (year, rest[0], rest[1]) if month_first else (year, rest[1], rest[0])


def read_dates(texts: Sequence[str]) -> list[datetime | None]:
    """The times of one file in the order in which they stand there; None where there is no date."""
    written = [_iso(text) or _written(text) for text in texts]
    order = _order([date for date in written if isinstance(date, _Written)])
    times = [date.read(order) if isinstance(date, _Written) else date for date in written]
    return [time and aware(time) for time in times]


def is_date(text: str) -> bool:
    """Whether `text` is a date with a time, in whichever order."""
    if _iso(text):
        return True
    written = _written(text)
    return written is not None and (written.fits(_DAY_FIRST) or written.fits(_MONTH_FIRST))


def _iso(text: str) -> datetime | None:
    return from_iso(text) if ":" in text else None


def _written(text: str) -> _Written | None:
    clock = _CLOCK.search(text) or _DOTTED_CLOCK.search(text)
    if not clock:
        return None
    rest = f"{text[: clock.start()]} {text[clock.end() :]}"
    words = {word.casefold() for word in _WORDS.findall(_DOTS.sub("", rest))}
    found = _NUMBERS.findall(rest)
    month = next((_MONTHS.index(word[:3]) + 1 for word in words if word[:3] in _MONTHS), None)
    if len(found) != (3 if month is None else 2):
        return None
    halves = bool(words & (_BEFORE_NOON | _AFTER_NOON))
    hour = int(clock[1])
    if halves and hour <= 12:
        hour = hour % 12 + (12 if words & _AFTER_NOON else 0)
    return _Written(
        numbers=tuple(map(int, found)),
        year_first=len(found[0]) == 4,
        month=month,
        time=(hour, int(clock[2]), int(clock[3] or 0)),
        slashes_and_halves="/" in rest and halves,
    )


def _order(dates: Sequence[_Written]) -> Order:
    """Which of the two orders the dates of a file are written in."""
    doubtful = [date for date in dates if not date.year_first and date.month is None]
    fitting = sum(date.fits(_DAY_FIRST) for date in doubtful) - sum(
        date.fits(_MONTH_FIRST) for date in doubtful
    )
    if fitting:
        return _DAY_FIRST if fitting > 0 else _MONTH_FIRST
    against = _against_time(doubtful, _DAY_FIRST) - _against_time(doubtful, _MONTH_FIRST)
    if against:
        return _DAY_FIRST if against < 0 else _MONTH_FIRST
    return _MONTH_FIRST if any(date.slashes_and_halves for date in doubtful) else _DAY_FIRST


def _against_time(dates: Sequence[_Written], order: Order) -> int:
    """How often a date is before that above it, or after it in a file that runs backwards, whichever is less."""
    times = [time for date in dates if (time := date.read(order))]
    back = sum(after < before for before, after in pairwise(times))
    forth = sum(after > before for before, after in pairwise(times))
    return min(back, forth)
