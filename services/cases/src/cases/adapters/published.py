"""Facts inside, events outside: what of a decision other services are told.

Titles, notes and minutes stay here, because what people write freely may be about a person.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from cases.domain.meeting import Meeting, MeetingWasRecorded
from cases.domain.need import (
    Need,
    NeedFact,
    NeedWasChanged,
    NeedWasClosed,
    NeedWasSubmitted,
    NeedWasWithdrawn,
)
from cases.domain.service_record import ServiceRecord, ServiceWasRecorded
from common.contracts.cases import (
    LineAsked,
    MeetingRecorded,
    NeedChanged,
    NeedClosed,
    NeedSubmitted,
    NeedWithdrawn,
    Point,
    ServiceRecorded,
)
from common.contracts.registry import PlaceCode
from common.messaging.event import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cases.domain.line import NeedLine
    from common.change import Change
    from common.messaging.event import Event
    from common.places import AreaRef, Position

Aggregate: TypeAlias = Meeting | Need | ServiceRecord
Fact: TypeAlias = MeetingWasRecorded | NeedFact | ServiceWasRecorded


def messages_of(change: Change[Aggregate, Fact]) -> Iterator[Message]:
    """Yield the events of a change; the last one carries the version of its state."""
    first = change.state.version - len(change.facts) + 1
    for version, fact in enumerate(change.facts, start=first):
        event, occurred_at = _told(fact)
        yield Message(
            event=event,
            version=version,
            partition_key=str(change.state.pool_id),
            occurred_at=occurred_at,
        )


def _told(fact: Fact) -> tuple[Event, datetime]:
    match fact:
        case MeetingWasRecorded(meeting):
            return _meeting_recorded(meeting), meeting.recorded_at
        case NeedWasSubmitted(need):
            return _need_submitted(need), need.submitted_at
        case NeedWasChanged(at=at):
            return _need_changed(fact), at
        case NeedWasWithdrawn(need, withdrawal):
            at = withdrawal.at
            return NeedWithdrawn(need_id=need.id, pool_id=need.pool_id, withdrawn_at=at), at
        case NeedWasClosed(need, closure):
            closed = NeedClosed(
                need_id=need.id,
                pool_id=need.pool_id,
                is_met=closure.is_met,
                closed_at=closure.at,
            )
            return closed, closure.at
        case ServiceWasRecorded(record):
            return _service_recorded(record), record.recorded_at


def _meeting_recorded(meeting: Meeting) -> MeetingRecorded:
    return MeetingRecorded(
        meeting_id=meeting.id,
        place=_place_code(meeting.minutes.area),
        attendance=meeting.minutes.attendance,
        recorded_at=meeting.recorded_at,
    )


def _need_submitted(need: Need) -> NeedSubmitted:
    told = need.description
    return NeedSubmitted(
        need_id=need.id,
        pool_id=need.pool_id,
        place=_place_code(told.area),
        point=_point(told.place),
        beneficiary=told.beneficiary,
        persons=told.persons,
        urgency=told.urgency,
        lines=tuple(_line_asked(line) for line in told.lines),
        meeting_id=told.meeting_id,
        submitted_at=need.submitted_at,
    )


def _need_changed(fact: NeedWasChanged) -> NeedChanged:
    need, told = fact.need, fact.need.description
    return NeedChanged(
        need_id=need.id,
        pool_id=need.pool_id,
        place=_place_code(told.area),
        point=_point(told.place),
        lines=tuple(_line_asked(line) for line in told.lines),
        changed_at=fact.at,
    )


def _line_asked(line: NeedLine) -> LineAsked:
    return LineAsked(
        line_id=line.id,
        kind=line.kind,
        service=line.service,
        quantity=line.quantity,
        unit=line.unit,
        weekdays=line.weekdays,
        within_metres=line.within_metres,
        needs_vetting=line.needs_vetting,
        all_or_nothing=line.all_or_nothing,
        not_before=line.not_before,
        not_after=line.not_after,
    )


def _service_recorded(record: ServiceRecord) -> ServiceRecorded:
    given = record.delivery
    return ServiceRecorded(
        record_id=record.id,
        need_id=record.need_id,
        line_id=given.line_id,
        match_id=given.match_id,
        pool_id=record.pool_id,
        place=_place_code(record.area),
        path=given.path,
        society=record.society,
        quantity=given.quantity,
        unit=given.unit,
        persons=given.persons,
        person_times=given.person_times,
        sessions=given.sessions,
        started_at=given.started_at,
        ended_at=given.ended_at,
        recorded_at=record.recorded_at,
    )


@lru_cache(maxsize=4096)
def _place_code(area: AreaRef) -> PlaceCode:
    return PlaceCode.of(area)


def _point(place: Position | None) -> Point | None:
    if place is None:
        return None
    return Point(longitude=place.longitude, latitude=place.latitude)
