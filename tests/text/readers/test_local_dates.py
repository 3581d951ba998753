"""Dates in the order of a country."""

import pytest

from foreword.text.readers.local_dates import is_date, read_dates
from readings import local


@pytest.mark.parametrize(
    ("texts", "times"),
    [
        (["5/4/2024 10:30", "25/4/2024 10:30"], [(4, 5), (4, 25)]),
        (["5/4/2024 10:30", "5/25/2024 10:30"], [(5, 4), (5, 25)]),
        (["1/2/2024 10:30", "2/1/2024 10:30", "3/1/2024 10:30"], [(1, 2), (2, 1), (3, 1)]),
        (["30/11/23 10:30", "1/12/23 10:30"], None),
        (["4/5/2024 10:30 AM"], [(4, 5)]),
        (["4/5/2024 10:30"], [(5, 4)]),
        (["4.5.2024 10:30"], [(5, 4)]),
    ],
)
def test_the_month_is_told_over_all_dates_of_a_file(
    texts: list[str], times: list[tuple[int, int]] | None
) -> None:
    read = read_dates(texts)
    if times is None:
        assert read == [local(2023, 11, 30, 10, 30), local(2023, 12, 1, 10, 30)]
    else:
        assert read == [local(2024, month, day, 10, 30) for month, day in times]


def test_dates_that_run_backwards_are_told_too() -> None:
    texts = ["1/3/2024 10:30", "1/2/2024 10:30", "12/1/2024 10:30"]
    assert read_dates(texts) == [local(2024, month, day, 10, 30) for month, day in ((3, 1), (2, 1), (1, 12))]


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("15/1/2024 12:05 AM", 0),
        ("15/1/2024 12:05 PM", 12),
        ("15/1/2024 1:05 p.\xa0m.", 13),
        ("15/1/2024 11:05 π.μ.", 11),
        ("15/1/2024 11:05 μ.μ.", 23),
        ("2024/1/15 下午 1:05", 13),
        ("2024/1/15 13:05", 13),
        ("2024-01-15 13 h 05", 13),
        ("15.1.2024 г. 13:05 ч.", 13),
        ("15. 01. 2024. 13:05", 13),
        ("15/1/2567 13:05", 13),
        ("15/01/2024 13.05", 13),
    ],
)
def test_clocks_of_many_countries_are_read(text: str, hour: int) -> None:
    assert is_date(text)
    assert read_dates([text]) == [local(2024, 1, 15, hour, 5)]


@pytest.mark.parametrize(
    "text", ["", "soon", "10:30", "15/1/2024", "40/40/2024 10:30", "15/1/2024 25:00", "1 2 3 4 10:30"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert not is_date(text)
    assert read_dates([text]) == [None]
