"""Day, month and year, told over all dates of a file."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.sources.dates import ORDERS, Evidence, Order, date_in, date_in_any, date_near

DAY_FIRST, MONTH_FIRST, YEAR_FIRST, *_ = ORDERS


def evidence(*texts: str) -> Evidence:
    found = Evidence()
    for text in texts:
        found.add(text)
    return found


@given(st.dates(dt.date(2009, 1, 1), dt.date(2026, 1, 1)), st.sampled_from(ORDERS[:3]), st.booleans())
def test_a_date_is_read_as_it_was_written(date: dt.date, order: Order, long: bool) -> None:
    numbers = [0, 0, 0]
    numbers[order.day], numbers[order.month] = date.day, date.month
    numbers[order.year] = date.year if long else date.year % 100
    assert date_in("/".join(map(str, numbers)), order) == date


@given(
    st.lists(st.dates(dt.date(2019, 1, 1), dt.date(2021, 1, 1)), min_size=20, max_size=60, unique=True),
    st.sampled_from(("{0:%d/%m/%y}", "{0:%m/%d/%Y}", "{0:%Y-%m-%d}", "{0:%y.%m.%d}")),
)
def test_the_order_of_many_dates_in_a_row_is_told(dates: list[dt.date], form: str) -> None:
    dates.sort()
    found = evidence(*(form.format(date) for date in dates))
    assert [date_in(form.format(date), found.order()) for date in dates] == dates
    assert found.in_time()


def test_a_day_above_twelve_tells() -> None:
    assert evidence("1/2/20", "13/2/20").order() == DAY_FIRST
    assert evidence("1/2/20", "2/13/20").order() == MONTH_FIRST
    assert evidence("1/2/20", "2/13/20").note("it.txt") is None


def test_where_none_tells_time_does() -> None:
    found = evidence("01/02/20", "02/03/20", "01/04/20")
    assert found.order() == DAY_FIRST
    assert found.note("it.txt") == (
        "it.txt: no date tells day from month; read as day, month, year, so they stand in the order of time"
    )
    assert evidence("02/01/20", "03/02/20", "04/01/20").order() == MONTH_FIRST


def test_where_both_would_be_in_time_the_day_is_what_changes() -> None:
    found = evidence("5/1/20", "5/2/20", "5/3/20")
    assert found.order() == MONTH_FIRST
    assert "for that number changes most often" in (found.note("it.txt") or "")


def test_where_nothing_tells_the_day_is_first_and_a_note_says_so() -> None:
    found = evidence("3/6/18")
    assert found.order() == DAY_FIRST
    assert (found.note("it.txt") or "").endswith("read as day, month, year, as most regions write them")


@pytest.mark.parametrize("date", ["23-03-14", "11-12-10", "14.03.23", "1/2/3"])
def test_a_year_that_nothing_tells_from_a_day_is_noted_with_the_order(date: str) -> None:
    note = evidence(date).note("it.txt")
    assert note is not None
    assert note.endswith("read as day, month, year, as most regions write them")
    assert evidence(date, "23-03-31").note("it.txt") is None or evidence(date, "23-03-31").mixed()


def test_dates_of_two_orders_are_noted_and_read_by_what_is_near() -> None:
    found = evidence("30/12/20", "31/12/20", "12/31/20")
    assert found.mixed()
    assert not found.in_time()
    assert "1 of 3 cannot be" in (found.note("it.txt") or "")
    assert date_in_any("12/31/20", found.order()) == dt.date(2020, 12, 31)
    assert date_near("01/02/21", DAY_FIRST, dt.date(2020, 12, 31)) == dt.date(2021, 1, 2)
    assert date_near("01/02/21", DAY_FIRST, dt.date(2021, 1, 31)) == dt.date(2021, 2, 1)
    assert date_near("01/02/21", DAY_FIRST, None) == dt.date(2021, 2, 1)


def test_what_is_no_date_in_any_order_tells_nothing() -> None:
    found = evidence("2/3/20", "45/45/20")
    assert not found.mixed()
    assert date_in_any("45/45/20", found.order()) is None


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("15/1/2563", DAY_FIRST),  # Buddhist
        ("15/1/63", DAY_FIRST),
        ("1/15/2563 BE", MONTH_FIRST),
        ("1/15/R2", MONTH_FIRST),  # Reiwa
        ("1398/10/25", YEAR_FIRST),  # Persian
        ("۱۳۹۸/۱۰/۲۵", YEAR_FIRST),
        ("١٥\u200f/١\u200f/٢٠٢٠", DAY_FIRST),
        ("2020. 1. 15.", YEAR_FIRST),
    ],
)
def test_years_of_other_calendars_and_digits_of_other_scripts(text: str, order: Order) -> None:
    assert date_in(text, order) == dt.date(2020, 1, 15)
    assert evidence(text).order() == order


def test_the_persian_year_has_its_leap_days() -> None:
    assert date_in("1399/12/30", YEAR_FIRST) == dt.date(2021, 3, 20)
    assert date_in("1400/1/1", YEAR_FIRST) == dt.date(2021, 3, 21)
    assert date_in("1400/12/30", YEAR_FIRST) is None
