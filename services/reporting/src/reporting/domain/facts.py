"""What the events say about one need, its lines, matches and services; nothing is judged yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import Beneficiary, LineKind, ServiceCode, ServicePath, Society, Unit


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """An instant, and the event that says so."""

    at: datetime
    event_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """How a need ended."""

    moment: Moment
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One thing that a need asks for; a derived line is asked by the plan and not by a person."""

    line_id: UUID
    kind: LineKind
    service: ServiceCode
    quantity: int | None
    unit: Unit | None
    derived_from: UUID | None
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFacts:
    """One match of a line: when it was proposed, asked, answered and fulfilled, if it was."""

    match_id: UUID
    line_id: UUID
    society: Society
    proposed: Moment
    asked: Moment | None = None
    accepted: Moment | None = None
    declined: Moment | None = None
    dropped: Moment | None = None
    fulfilled: Moment | None = None

    @property
    def stands(self) -> bool:
        """Somebody said yes and nothing has undone it."""
        return self.accepted is not None and self.dropped is None and self.declined is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """One service that was given; its four measures never meet in one number."""

    record: Moment
    line_id: UUID
    society: Society
    path: ServicePath
    quantity: int
    persons: int
    person_times: int
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFacts:
    """Everything reported about one need."""

    need_id: UUID
    area: AreaRef
    beneficiary: Beneficiary
    persons: int
    urgency: int
    submitted: Moment
    proposed: Moment | None = None
    withdrawn: Moment | None = None
    closure: Closure | None = None
    lines: tuple[LineFacts, ...] = ()
    matches: tuple[MatchFacts, ...] = ()
    services: tuple[ServiceFacts, ...] = ()

    def as_of(self, instant: datetime) -> NeedFacts:
        """Return what had happened by an instant, whenever we came to know of it."""
        closed = self.closure is not None and self.closure.moment.at <= instant
        return replace(
            self,
            proposed=_by(instant, self.proposed),
            withdrawn=_by(instant, self.withdrawn),
            closure=self.closure if closed else None,
            lines=tuple(line for line in self.lines if line.known_at <= instant),
            matches=tuple(
                _match_as_of(match, instant)
                for match in self.matches
                if match.proposed.at <= instant
            ),
            services=tuple(s for s in self.services if s.record.at <= instant),
        )


def _match_as_of(match: MatchFacts, instant: datetime) -> MatchFacts:
    return replace(
        match,
        asked=_by(instant, match.asked),
        accepted=_by(instant, match.accepted),
        declined=_by(instant, match.declined),
        dropped=_by(instant, match.dropped),
        fulfilled=_by(instant, match.fulfilled),
    )


def _by(instant: datetime, moment: Moment | None) -> Moment | None:
    return moment if moment is not None and moment.at <= instant else None
