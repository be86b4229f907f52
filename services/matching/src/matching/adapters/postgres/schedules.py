"""Between rows and calendars and sessions: one function each way for each kind of thing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.vocabulary import Weekday
from matching.domain.calendar import (
    Calendar,
    ExtraHours,
    Hours,
    Period,
    PerPeriod,
    WeeklyHours,
)
from matching.domain.identity import OfferId, PartyId, SessionId
from matching.domain.session import Opening, Openings, Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matching.adapters.postgres.tables import SessionRow


def written(calendar: Calendar) -> dict[str, Any]:
    """Return a calendar as it is kept."""
    per_period = calendar.per_period
    return {
        "weekly": [{"weekday": each.weekday, **_hours(each.hours)} for each in calendar.weekly],
        "closed": [day.isoformat() for day in sorted(calendar.closed)],
        "extra": [{"on": each.on.isoformat(), **_hours(each.hours)} for each in calendar.extra],
        "per_period": (
            None
            if per_period is None
            else {"period": per_period.period.value, "seats": per_period.seats}
        ),
        "is_exclusive": calendar.is_exclusive,
    }


def to_calendar(kept: Mapping[str, Any]) -> Calendar:
    """Return the calendar that was kept."""
    per_period = kept["per_period"]
    return Calendar(
        weekly=tuple(
            WeeklyHours(Weekday(each["weekday"]), _to_hours(each)) for each in kept["weekly"]
        ),
        closed=frozenset(date.fromisoformat(day) for day in kept["closed"]),
        extra=tuple(
            ExtraHours(date.fromisoformat(each["on"]), _to_hours(each)) for each in kept["extra"]
        ),
        per_period=(
            None
            if per_period is None
            else PerPeriod(Period(per_period["period"]), per_period["seats"])
        ),
        is_exclusive=kept["is_exclusive"],
    )


def to_session(row: SessionRow) -> Session:
    """Return the session of a row."""
    return Session(
        id=SessionId(row.id),
        offer_id=OfferId(row.offer_id),
        party_id=PartyId(row.party_id),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        bookable_until=row.bookable_until,
        weekday=None if row.weekday is None else Weekday(row.weekday),
        seats=row.seats,
        held=row.held,
        is_exclusive=row.is_exclusive,
        is_closed=row.is_closed,
    )


def to_openings(kept: Iterable[Sequence[Any]]) -> Openings:
    """Return the coming sessions that are kept with an offer; instants are seconds there."""
    return tuple(
        Opening(
            session_id=SessionId(UUID(session_id)),
            starts_at=datetime.fromtimestamp(starts, UTC),
            ends_at=datetime.fromtimestamp(ends, UTC),
            bookable_until=datetime.fromtimestamp(until, UTC),
            weekday=None if weekday is None else Weekday(weekday),
            free=free,
            is_exclusive=is_exclusive,
        )
        for session_id, starts, ends, until, weekday, free, is_exclusive in kept
    )


def _hours(hours: Hours) -> dict[str, Any]:
    return {
        "begins": hours.begins.isoformat(),
        "ends": hours.ends.isoformat(),
        "seats": hours.seats,
    }


def _to_hours(kept: Mapping[str, Any]) -> Hours:
    begins, ends = (time.fromisoformat(kept[name]) for name in ("begins", "ends"))
    return Hours(begins, ends, kept["seats"])
