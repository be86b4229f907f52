"""Weekly calendars, and the sessions that they come to over the next eight weeks.

A time is one in China, where the clocks are never changed, so that a week is always as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from common.clock import CHINA
from common.vocabulary import Labelled, Weekday

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKS_AHEAD: Final = 8
_DAYS: Final = tuple(Weekday)
_ONE_DAY: Final = timedelta(days=1)


class Period(Labelled):
    """A stretch of time with a capacity of its own."""

    DAY = "day", "每天", "Day"
    WEEK = "week", "每周", "Week"
    MONTH = "month", "每月", "Month"
    YEAR = "year", "每年", "Year"


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of a day to a later one, midnight being its end; with so many seats."""

    begins: time
    ends: time
    seats: int

    def on(self, day: date) -> Span:
        """Return the session that this is on a day."""
        last = day + _ONE_DAY if self.ends == time.min else day
        starts_at = datetime.combine(day, self.begins, CHINA)
        return Span(
            starts_at=starts_at,
            ends_at=datetime.combine(last, self.ends, CHINA),
            bookable_until=starts_at,
            seats=self.seats,
            weekday=_DAYS[day.weekday()],
        )


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours of one day of every week."""

    weekday: Weekday
    hours: Hours


@dataclass(frozen=True, slots=True)
class ExtraHours:
    """Hours of one date besides those of its weekday, also if that date is closed."""

    on: date
    hours: Hours


@dataclass(frozen=True, slots=True)
class PerPeriod:
    """So many seats in each day, week, month or year, whenever in it."""

    period: Period
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When a session is, and how many seats it has.

    One of a whole day or more is any time within; without a weekday it is on any day.
    """

    starts_at: datetime
    ends_at: datetime
    bookable_until: datetime
    seats: int
    weekday: Weekday | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When an offer can be had: hours of the week with exceptions, or so much in each period.

    Of an ``is_exclusive`` one the same people or the same room give everything that their party
    offers so: no two of its booked sessions overlap, be they of one offer or of two.
    """

    weekly: tuple[WeeklyHours, ...] = ()
    closed: frozenset[date] = frozenset()
    extra: tuple[ExtraHours, ...] = ()
    per_period: PerPeriod | None = None
    is_exclusive: bool = False

    def spans(self, *, first: date, last: date) -> tuple[Span, ...]:
        """Return the sessions that begin on these days, in order; of periods, those around them."""
        found = [*self._hours(first, last), *self._periods(first, last)]
        # Where two are at the same time, the one for that date counts.
        by_time = {(span.starts_at, span.ends_at): span for span in found}
        return tuple(by_time[at] for at in sorted(by_time))

    def _hours(self, first: date, last: date) -> Iterator[Span]:
        for day in _days(first, last):
            if day not in self.closed:
                yield from (
                    each.hours.on(day)
                    for each in self.weekly
                    if each.weekday is _DAYS[day.weekday()]
                )
            yield from (each.hours.on(day) for each in self.extra if each.on == day)

    def _periods(self, first: date, last: date) -> Iterator[Span]:
        if self.per_period is None:
            return
        begins = _begin(first, self.per_period.period)
        while begins <= last:
            ends = _next(begins, self.per_period.period)
            ends_at = datetime.combine(ends, time.min, CHINA)
            yield Span(
                starts_at=datetime.combine(begins, time.min, CHINA),
                ends_at=ends_at,
                bookable_until=ends_at,
                seats=self.per_period.seats,
                weekday=(_DAYS[begins.weekday()] if self.per_period.period is Period.DAY else None),
            )
            begins = ends


def horizon(today: date) -> date:
    """Return the last day for which sessions are published."""
    return today + timedelta(weeks=WEEKS_AHEAD) - _ONE_DAY


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _begin(day: date, period: Period) -> date:
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)


def _next(begins: date, period: Period) -> date:
    match period:
        case Period.DAY:
            return begins + _ONE_DAY
        case Period.WEEK:
            return begins + timedelta(weeks=1)
        case Period.MONTH:
            return (begins + timedelta(days=31)).replace(day=1)
        case Period.YEAR:
            return begins.replace(year=begins.year + 1)
