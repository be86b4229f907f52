"""Time as a dependency."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from typing_extensions import override

CHINA = ZoneInfo("Asia/Shanghai")


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
