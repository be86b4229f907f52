"""Sessions: when an offer can be had, how many seats are free, and which of them suit a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from common.vocabulary import Weekday
from matching.domain.identity import OfferId, PartyId, SessionId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matching.domain.need import Line

WHOLE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A session that is to come, as a plan sees it.

    What clashes with something that is booked with the same giver has nothing ``free``.
    """

    session_id: SessionId
    starts_at: datetime
    ends_at: datetime
    bookable_until: datetime
    weekday: Weekday | None
    free: int
    is_exclusive: bool = False

    def suits(self, line: Line, *, at: datetime) -> bool:
        """Tell whether it is to come at a time that a line asks for, however many are free."""
        return self.bookable_until > at and _is_in_time(self, line)


Openings: TypeAlias = tuple[Opening, ...]
"""The sessions of one offer that are to come, the earliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One time at which an offer can be had.

    Accepted matches hold seats of it. A closed one is kept for those that hold some. Of a whole day
    or more any time within is meant, and without a weekday any day.
    """

    id: SessionId
    offer_id: OfferId
    party_id: PartyId
    starts_at: datetime
    ends_at: datetime
    bookable_until: datetime
    weekday: Weekday | None
    seats: int
    held: int
    is_exclusive: bool
    is_closed: bool = False

    def unbooked(self) -> Opening:
        """Return it as it would be if nobody had booked any of it; a closed one gives nothing."""
        return Opening(
            session_id=self.id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            bookable_until=self.bookable_until,
            weekday=self.weekday,
            free=0 if self.is_closed else self.seats,
            is_exclusive=self.is_exclusive,
        )

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return 0 if self.is_closed else self.seats - self.held

    def overlaps(self, other: Session) -> bool:
        """Tell whether both are at one time, if only for a minute."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def clashes(self, other: Session) -> bool:
        """Tell whether only one of both can be booked."""
        is_one_giver = self.party_id == other.party_id and self.id != other.id
        return is_one_giver and self.is_exclusive and other.is_exclusive and self.overlaps(other)


def clashes(openings: Iterable[Opening]) -> Mapping[SessionId, frozenset[SessionId]]:
    """Return which sessions of one giver exclude each other; for those that may, perhaps none."""
    in_order = sorted(
        (each for each in openings if each.is_exclusive),
        key=lambda each: (each.starts_at, each.session_id),
    )
    found: dict[SessionId, set[SessionId]] = {each.session_id: set() for each in in_order}
    running: list[Opening] = []
    for each in in_order:
        running = [other for other in running if other.ends_at > each.starts_at]
        for other in running:
            found[each.session_id].add(other.session_id)
            found[other.session_id].add(each.session_id)
        running.append(each)
    return {session_id: frozenset(others) for session_id, others in found.items()}


def candidates(sessions: Iterable[Session], line: Line, *, at: datetime) -> tuple[Session, ...]:
    """Return the sessions that suit a line, the earliest first.

    Those are still to come, within the line's window on one of its days, have seats enough, and
    clash with nothing that is booked with the same giver. ``sessions`` are all of that giver's.
    """
    known = tuple(sessions)
    booked = [session for session in known if session.held]
    suiting = (
        session
        for session in known
        if session.bookable_until > at
        and session.free >= line.quantity
        and _is_in_time(session, line)
        and not any(session.clashes(other) for other in booked)
    )
    return tuple(sorted(suiting, key=lambda session: (session.starts_at, session.id)))


def _is_in_time(session: Session | Opening, line: Line) -> bool:
    weekday = session.weekday
    is_on_day = not line.weekdays or weekday is None or weekday in line.weekdays
    is_any_time_within = session.ends_at - session.starts_at >= WHOLE_DAY
    fits = line.window.touches if is_any_time_within else line.window.has_room_for
    return is_on_day and fits(session.starts_at, session.ends_at)
