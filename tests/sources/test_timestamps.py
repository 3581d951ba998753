"""Times in numbers and by ISO 8601."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from foreword.sources.timestamps import from_iso, from_unix
from readings import local


def test_seconds_and_milliseconds_since_1970() -> None:
    expected = datetime(2024, 1, 15, 10, 40, tzinfo=UTC)
    assert from_unix(1705315200) == expected
    assert from_unix("1705315200") == expected
    assert from_unix(1705315200000, per_second=1000) == expected
    assert from_unix("1705315200.000200") == expected + timedelta(microseconds=200)
    assert from_unix(0) == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [None, True, "soon", "", [], {}, float("nan"), float("inf"), 10**400, "1e999", -1e15]
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert from_unix(value) is None
    assert from_iso(value) is None


def test_iso_with_and_without_an_offset() -> None:
    assert from_iso("2024-01-15T10:30:00.1234567+02:00") == datetime(
        2024, 1, 15, 10, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2))
    )
    assert from_iso("2024-01-15T10:30:00Z") == datetime(2024, 1, 15, 10, 30, tzinfo=UTC)
    assert from_iso("2024-01-15T10:30:00") == local(2024, 1, 15, 10, 30)


@pytest.mark.parametrize("text", ["2024-13-15T10:30:00", "yesterday", "0000-01-01T00:00:00"])
def test_no_iso_is_none(text: str) -> None:
    assert from_iso(text) is None


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"],
)
def test_times_at_the_ends_of_the_calendar_are_none(text: str) -> None:
    """In some zone they would be no times, and whoever turned them into it would end with an error."""
    assert from_iso(text) is None
    assert from_unix(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) is None
