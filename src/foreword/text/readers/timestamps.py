"""The times that exports write, as aware ones; None for what is none."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def from_unix(seconds: object, *, per_second: int = 1) -> datetime | None:
    """The time so long after 1970 began, from a number or the digits of one; in milliseconds, `per_second` is 1000."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        return _EPOCH + timedelta(seconds=float(seconds) / per_second)
    except (ValueError, OverflowError):
        return None


def from_iso(text: object) -> datetime | None:
    """The time written by ISO 8601; without an offset it is that of this computer's clock."""
    if not isinstance(text, str):
        return None
    try:
        return aware(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def aware(time: datetime) -> datetime | None:
    """`time` with its offset; one that has none is that of this computer's clock."""
    if time.tzinfo is not None:
        return time
    try:
        return time.astimezone()
    except (ValueError, OverflowError, OSError):  # before or after what clocks know
        return None
