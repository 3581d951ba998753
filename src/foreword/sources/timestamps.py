"""The times that exports write, as aware ones; None for what is none."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
"""No message is older or newer; near the ends of what `datetime` knows, no zone's time can be told."""


def from_unix(seconds: object, *, per_second: int = 1) -> datetime | None:
    """The time so long after 1970 began, from a number or the digits of one; in milliseconds, `per_second` is 1000."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        return _possible(_EPOCH + timedelta(seconds=float(seconds) / per_second))
    except (ValueError, OverflowError):
        return None


def from_iso(text: object) -> datetime | None:
    """The time written by ISO 8601; without an offset it is that of this computer's clock."""
    if not isinstance(text, str):
        return None
    try:
        time = _possible(datetime.fromisoformat(text.strip()))
        return time.astimezone() if time and time.tzinfo is None else time
    except (ValueError, OverflowError, OSError):  # what no clock of this computer's knows
        return None


def _possible(time: datetime) -> datetime | None:
    return time if _FIRST_YEAR <= time.year <= _LAST_YEAR else None
