"""Calendars and sessions as callers send and receive them."""

from datetime import date, datetime, time
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import Amount, Day, Flag, example, label
from common.vocabulary import Weekday
from matching.app.offer_ports import Scheduled
from matching.domain.calendar import (
    Calendar,
    ExtraHours,
    Hours,
    Period,
    PerPeriod,
    WeeklyHours,
)
from matching.domain.session import Session

_SATURDAY = {"weekday": "sat", "begins": "09:00", "ends": "11:30", "seats": 6}
_EXTRA = {"on": "2026-10-10", "begins": "09:00", "ends": "11:30", "seats": 6}
_CALENDAR = {
    "weekly": [_SATURDAY],
    "closed": ["2026-10-03"],
    "extra": [_EXTRA],
    "per_period": None,
    "exclusive": True,
}


class HoursBody(Body):
    """From one time of the day to a later one, in China; the end may be midnight (00:00)."""

    begins: time
    ends: time
    seats: Amount

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if time.min < self.ends <= self.begins or self.begins.tzinfo or self.ends.tzinfo:
            message = "ends has to be later than begins, both in China and without an offset"
            raise ValueError(message)
        return self

    def hours(self) -> Hours:
        """Return what is meant."""
        return Hours(self.begins, self.ends, self.seats)


class WeeklyHoursBody(HoursBody):
    """Hours of one day of every week."""

    model_config = example(**_SATURDAY)

    weekday: Weekday


class ExtraHoursBody(HoursBody):
    """Hours of one date besides those of its weekday, also if that date is closed."""

    model_config = example(**_EXTRA)

    on: Day


class PerPeriodBody(Body):
    """So many seats in each day, week, month or year, whenever in it."""

    model_config = example(period="week", seats=10)

    period: Period
    seats: Amount


class CalendarBody(Body):
    """When an offer can be had: hours of the week with exceptions, or so much in each period."""

    model_config = example(**_CALENDAR)

    weekly: Annotated[tuple[WeeklyHoursBody, ...], Field(max_length=70)] = ()
    closed: Annotated[
        frozenset[Day], Field(max_length=400, description="Dates without the hours of the week.")
    ] = frozenset()
    extra: Annotated[tuple[ExtraHoursBody, ...], Field(max_length=400)] = ()
    per_period: PerPeriodBody | None = None
    exclusive: Annotated[
        Flag,
        Field(
            description="The same people or the same room give all that the party offers so: no "
            "two booked sessions overlap, be they of one offer or of two."
        ),
    ] = False

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.per_period is None) == (not self.weekly and not self.extra):
            message = "either hours (weekly, extra) or per_period"
            raise ValueError(message)
        if self.per_period is not None and self.exclusive:
            message = "so much in a period is at no time, so it cannot be exclusive"
            raise ValueError(message)
        return self

    def meant(self) -> Calendar:
        """Return what is meant."""
        per_period = self.per_period
        return Calendar(
            weekly=tuple(WeeklyHours(each.weekday, each.hours()) for each in self.weekly),
            closed=self.closed,
            extra=tuple(ExtraHours(each.on, each.hours()) for each in self.extra),
            per_period=(
                None if per_period is None else PerPeriod(per_period.period, per_period.seats)
            ),
            is_exclusive=self.exclusive,
        )


class CalendarView(View):
    """When an offer can be had, and up to which day its sessions are published."""

    model_config = example(
        offer_id="0192d3c4-5b6a-7890-8abc-def012345678",
        version=1,
        timezone="Asia/Shanghai",
        published_until="2026-11-20",
        **_CALENDAR,
    )

    offer_id: UUID
    version: int
    timezone: str = "Asia/Shanghai"
    published_until: date
    weekly: list[WeeklyHoursBody]
    closed: list[date]
    extra: list[ExtraHoursBody]
    per_period: PerPeriodBody | None = None
    exclusive: bool

    @classmethod
    def of(cls, scheduled: Scheduled) -> Self:
        """Show a calendar."""
        calendar, per_period = scheduled.calendar, scheduled.calendar.per_period
        return cls(
            offer_id=scheduled.offer_id,
            version=scheduled.version,
            published_until=scheduled.published_until,
            weekly=[
                WeeklyHoursBody(
                    weekday=each.weekday,
                    begins=each.hours.begins,
                    ends=each.hours.ends,
                    seats=each.hours.seats,
                )
                for each in calendar.weekly
            ],
            closed=sorted(calendar.closed),
            extra=[
                ExtraHoursBody(
                    on=each.on,
                    begins=each.hours.begins,
                    ends=each.hours.ends,
                    seats=each.hours.seats,
                )
                for each in calendar.extra
            ],
            per_period=(
                None
                if per_period is None
                else PerPeriodBody(period=per_period.period, seats=per_period.seats)
            ),
            exclusive=calendar.is_exclusive,
        )


class SessionView(View):
    """One time at which an offer can be had; without a weekday, any time within."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        starts_at="2026-10-10T01:00:00Z",
        ends_at="2026-10-10T03:30:00Z",
        weekday="sat",
        weekday_label="周六",
        seats=6,
        held=2,
        left=4,
        exclusive=True,
        closed=False,
    )

    id: UUID
    starts_at: datetime
    ends_at: datetime
    weekday: Weekday | None = None
    weekday_label: str | None = None
    seats: int
    held: int
    left: int
    exclusive: bool
    closed: bool

    @classmethod
    def of(cls, session: Session, language: Language) -> Self:
        """Show a session to somebody who reads this language."""
        day = session.weekday
        return cls(
            id=session.id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            weekday=day,
            weekday_label=None if day is None else label(day, language),
            seats=session.seats,
            held=session.held,
            left=session.free,
            exclusive=session.is_exclusive,
            closed=session.is_closed,
        )
