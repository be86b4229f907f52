"""The instant that a question is about."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from common.clock import CHINA
from reporting.domain.errors import AsOfInTheFuture

CLOCKS_MAY_DIFFER_BY: Final = timedelta(minutes=5)
EARLIEST: Final = datetime(1949, 10, 1, tzinfo=UTC)
"""Nothing that is reported here happened before; databases cannot hold every earlier instant."""


def as_of(asked: datetime | date | None, *, now: datetime) -> datetime:
    """Return the instant to report on; a day means its end in China, or now if it is today.

    Raises:
        AsOfInTheFuture: Nobody knows yet.
    """
    if asked is None:
        return now
    instant = asked if isinstance(asked, datetime) else _end_of(asked)
    if instant <= now:
        return max(instant, EARLIEST).astimezone(UTC)
    is_today = not isinstance(asked, datetime) and asked == now.astimezone(CHINA).date()
    if is_today or instant - now <= CLOCKS_MAY_DIFFER_BY:
        return now
    raise AsOfInTheFuture(as_of=instant)


def day_of(instant: datetime) -> date:
    """Return the day of an instant in China, where stations open and close."""
    return instant.astimezone(CHINA).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=CHINA)
