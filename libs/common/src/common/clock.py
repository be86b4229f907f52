"""Time as a dependency."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from typing_extensions import override

CHINA = ZoneInfo("Asia/Shanghai")


def days_between(earlier: datetime, later: datetime) -> int:
    """Count the midnights in China from one instant to a later one; never less than none."""
    days = later.astimezone(CHINA).date() - earlier.astimezone(CHINA).date()
    return max(0, days.days)


class Clock(Protocol):
    """Tells the present instant, in UTC."""

    def now(self) -> datetime:
        """Return an aware instant."""
        ...


class SystemClock(Clock):
    """The machine's own clock."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)
