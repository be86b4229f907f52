"""Between which instants something is to happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from common.clock import CHINA
from common.vocabulary import Weekday

_DAYS: Final = tuple(Weekday)
_INSTANT: Final = timedelta(microseconds=1)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """From one instant to a later one; where one is missing, it has no beginning or no end."""

    not_before: datetime | None = None
    not_after: datetime | None = None

    def begins(self, *, at: datetime) -> datetime:
        """Return when something may begin that has not begun at an instant."""
        return at if self.not_before is None else max(at, self.not_before)

    def weekdays(self, *, at: datetime) -> frozenset[Weekday]:
        """Return the days of the week in China on which it is still open, if only for a while."""
        if self.not_after is None:
            return frozenset(_DAYS)
        begins = self.begins(at=at)
        if self.not_after <= begins:
            return frozenset()
        first = begins.astimezone(CHINA).date()
        last = (self.not_after - _INSTANT).astimezone(CHINA).date()
        days = min((last - first).days + 1, len(_DAYS))
        return frozenset(_DAYS[(first.weekday() + number) % len(_DAYS)] for number in range(days))

    def has_room_for(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Tell whether it holds all of a stretch of time."""
        is_late_enough = self.not_before is None or self.not_before <= starts_at
        return is_late_enough and (self.not_after is None or ends_at <= self.not_after)

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Tell whether it holds any of a stretch of time."""
        is_late_enough = self.not_before is None or self.not_before < ends_at
        return is_late_enough and (self.not_after is None or starts_at < self.not_after)


ANY_TIME: Final = Window()


def microseconds(at: datetime) -> int:
    """Return an instant as a number that can be compared in columns."""
    return (at - _BEGINNING) // _INSTANT
