"""Times in numbers and in ISO 8601; all dates of a file together show the order of day, month and year."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.sources.dates import ORDERS, Evidence, date_in, from_iso, from_unix

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = range(3)


def test_the_parsers_read_unix_seconds_milliseconds_and_iso_times() -> None:
    expected = dt.datetime(2024, 1, 15, 10, 40, tzinfo=dt.UTC)
    assert from_unix("1705315200.000200") == from_unix(1705315200.0002)
    assert from_unix(1705315200.0002) == expected + dt.timedelta(microseconds=200)
    assert from_unix(1705315200000, per_second=1000) == expected
    assert from_unix(0) == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    zone = dt.timezone(dt.timedelta(hours=2))
    assert from_iso("2024-01-15T10:30:00.1234567+02:00") == dt.datetime(2024, 1, 15, 10, 30, 0, 123456, zone)
    assert from_iso(" 2024-01-15T10:40:00Z") == expected
    # by this computer's clock
    assert from_iso("2024-01-15T10:30:00") == dt.datetime(2024, 1, 15, 10, 30).astimezone()


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, "soon", "", [], {}, float("nan"), float("inf"), 10**400, "1e999", -1e15),
        *("2024-13-15T10:30:00", "0000-01-01T00:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59"),
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_an_invalid_time_or_one_at_the_calendars_ends_gives_none(value: object) -> None:
    """Near the ends of the calendar, a conversion to another zone would raise an error."""
    assert from_unix(value) is None
    assert from_iso(value) is None


def evidence(*texts: str) -> Evidence:
    found = Evidence()
    for text in texts:
        found.add(text)
    return found


@given(
    st.lists(st.dates(dt.date(2019, 1, 1), dt.date(2021, 1, 1)), min_size=20, max_size=60, unique=True),
    st.sampled_from(("{0:%d/%m/%y}", "{0:%m/%d/%Y}", "{0:%Y-%m-%d}", "{0:%y.%m.%d}")),
)
def test_many_sorted_dates_reveal_their_date_format(dates: list[dt.date], form: str) -> None:
    dates.sort()
    order = evidence(*(form.format(date) for date in dates)).order()
    assert [date_in(form.format(date), order) for date in dates] == dates


@pytest.mark.parametrize(
    ("dates", "order", "is_sure"),
    [
        ("1/2/2020 13/2/2020", DAY_FIRST, True),  # a day above twelve shows the order
        ("1/2/20 2/13/20", MONTH_FIRST, True),
        ("01/02/20 02/03/20 01/04/20", DAY_FIRST, False),  # the dates are then in order of time
        ("02/01/20 03/02/20 04/01/20", MONTH_FIRST, False),
        ("5/1/20 5/2/20 5/3/20", MONTH_FIRST, False),  # the day changes most often
        ("3/6/18", DAY_FIRST, False),
        ("2/3/20 45/45/20", DAY_FIRST, False),  # an impossible date shows nothing
        ("45/45/20", DAY_FIRST, True),
        ("30/12/20 31/12/20 12/31/20", DAY_FIRST, True),
    ],
)
def test_the_dates_show_their_order_or_a_note_reports_a_guess(dates: str, order: int, is_sure: bool) -> None:
    found = evidence(*dates.split())
    note = rf"it\.txt: the dates do not show for certain the order of .*; read as {ORDERS[order]}"
    assert found.order() == order
    assert re.fullmatch("" if is_sure else note, found.note("it.txt") or "")


DAY = dt.date(2020, 1, 15)


@pytest.mark.parametrize(
    ("text", "order", "date"),
    [
        ("12/31/20", DAY_FIRST, dt.date(2020, 12, 31)),
        ("45/45/20", DAY_FIRST, None),
        *(
            (text, DAY_FIRST, DAY) for text in ("15/1/2563", "15/1/63", "١٥\u200f/١\u200f/٢٠٢٠")
        ),  # Buddhist, Arabic
        *((text, MONTH_FIRST, DAY) for text in ("1/15/2563 BE", "1/15/R2")),  # Reiwa
        *((text, YEAR_FIRST, DAY) for text in ("1398/10/25", "۱۳۹۸/۱۰/۲۵", "2020. 1. 15.")),  # Persian
        ("1399/12/30", YEAR_FIRST, dt.date(2021, 3, 20)),  # a leap day
        ("1400/1/1", YEAR_FIRST, dt.date(2021, 3, 21)),
        ("1400/12/30", YEAR_FIRST, None),
    ],
)
def test_dates_of_other_calendars_and_scripts(text: str, order: int, date: dt.date | None) -> None:
    assert date_in(text, order) == date
    assert date != DAY or evidence(text).order() == order
