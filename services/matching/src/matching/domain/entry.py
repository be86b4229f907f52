"""Entries of the service list (服务清单): what the registry tells of each, and what follows.

An entry is the source of one standing offer, which says nothing of its own: until when it stands,
where it reaches and when it can be had follow from the entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from common.clock import CHINA
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import ServiceCode, Unit, Weekday
from matching.domain.calendar import Calendar, Hours, Period, PerPeriod, WeeklyHours
from matching.domain.identity import EntryId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.places import Position

_ONE_DAY: Final = timedelta(days=1)
_WHENEVER_WITHIN: Final = {
    CapacityPeriod.AT_A_TIME: Period.DAY,
    CapacityPeriod.DAY: Period.DAY,
    CapacityPeriod.WEEK: Period.WEEK,
    CapacityPeriod.MONTH: Period.MONTH,
    CapacityPeriod.YEAR: Period.YEAR,
}
_BY_THE_HOUR: Final = frozenset({CapacityPeriod.AT_A_TIME, CapacityPeriod.DAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """From one time of a day of every week to a later one, in China."""

    weekday: Weekday
    begins: time
    ends: time

    @property
    def minutes(self) -> int:
        """How long it is."""
        return _minute(self.ends) - _minute(self.begins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the registry last told of an entry: so much in each period, for whom, from day to day.

    Whom it is for and what it costs nobody can decide but a worker who knows the need; it is shown
    and forbids nothing. All days are in China, the last ones count.
    """

    id: EntryId
    version: int
    is_of_station: bool
    service: ServiceCode
    unit: Unit
    capacity: int
    period: CapacityPeriod
    audiences: tuple[Audience, ...] = ()
    is_for_residents: bool = False
    cost: CostKind = CostKind.FREE
    cost_fen: int | None = None
    given: ServicePlace
    is_confidential: bool = False
    reach_metres: int | None = None
    weekly: tuple[OpenHours, ...] = ()
    offered_from: date
    offered_until: date | None = None
    lapses_on: date
    verified_on: date

    @property
    def valid_from(self) -> datetime:
        """The first instant of its first day."""
        return _midnight(self.offered_from)

    @property
    def valid_until(self) -> datetime:
        """The end of the last day on which it is offered and counts as verified."""
        last = min(self.offered_until or self.lapses_on, self.lapses_on)
        return _midnight(last + _ONE_DAY)

    @property
    def true_at(self) -> datetime:
        """When somebody last made sure of it."""
        return _midnight(self.verified_on)

    @property
    def weekdays(self) -> frozenset[Weekday]:
        """The days of the week on which it has hours; none where any day will do."""
        return frozenset(hours.weekday for hours in self.weekly)

    def calendar(self) -> Calendar | None:
        """Return when it can be had, with exactly its capacity in each period.

        What it has at a time or in a day is had at its hours. What it has in a week, a month or a
        year is had whenever in it, on the days with hours: to part it among hours would forbid
        what the entry allows. None where nothing comes again.
        """
        if self.period is CapacityPeriod.IN_ALL:
            return None
        if self.weekly and self.period in _BY_THE_HOUR:
            return Calendar(weekly=tuple(self._hours()))
        return Calendar(per_period=PerPeriod(_WHENEVER_WITHIN[self.period], self.capacity))

    def point(self, told: Position | None) -> Position | None:
        """Return the place from which ways are measured, unless it is nobody's business or none."""
        if self.is_confidential or self.given is ServicePlace.REMOTE:
            return None
        return told

    def _hours(self) -> list[WeeklyHours]:
        found: list[WeeklyHours] = []
        for weekday in Weekday:
            spans = sorted(
                (each for each in self.weekly if each.weekday is weekday),
                key=lambda each: each.begins,
            )
            seats = [self.capacity] * len(spans)
            if self.period is CapacityPeriod.DAY:
                seats = shares(self.capacity, [span.minutes for span in spans])
            found += [
                WeeklyHours(weekday, Hours(span.begins, span.ends, each))
                for span, each in zip(spans, seats, strict=True)
                if each
            ]
        return found


def shares(capacity: int, minutes: Sequence[int]) -> list[int]:
    """Part what a day has among its hours by their length, so that it adds up; earlier ones first.

    >>> shares(10, [180, 120]), shares(1, [60, 60]), shares(7, [])
    ([6, 4], [1, 0], [])
    """
    whole = sum(minutes)
    found = [capacity * each // whole for each in minutes]
    rest = capacity - sum(found) if found else 0
    by_remainder = sorted(range(len(found)), key=lambda k: (-(capacity * minutes[k] % whole), k))
    for place in by_remainder[:rest]:
        found[place] += 1
    return found


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)
