"""Rows as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.places import AreaRef
from common.vocabulary import (
    AreaScheme,
    Beneficiary,
    LineKind,
    ServiceCode,
    ServicePath,
    Society,
    StationTier,
    Unit,
)
from reporting.domain.coverage import StationSpan
from reporting.domain.facts import (
    Closure,
    LineFacts,
    MatchFacts,
    Moment,
    NeedFacts,
    ServiceFacts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Row


def to_need(
    row: Row[Any],
    lines: Sequence[Row[Any]],
    matches: Sequence[Row[Any]],
    services: Sequence[Row[Any]],
) -> NeedFacts:
    """Return a need with everything that belongs to it."""
    return NeedFacts(
        need_id=row.need_id,
        area=AreaRef(AreaScheme(row.scheme), row.area),
        beneficiary=Beneficiary(row.beneficiary),
        persons=row.persons,
        urgency=row.urgency,
        submitted=Moment(row.submitted_at, row.submitted_event),
        proposed=_moment(row.proposed_at, row.proposed_event),
        withdrawn=_moment(row.withdrawn_at, row.withdrawn_event),
        closure=_closure(row),
        lines=tuple(_line(line, matches) for line in lines),
        matches=tuple(_match(match) for match in matches),
        services=tuple(_service(service) for service in services),
    )


def _closure(row: Row[Any]) -> Closure | None:
    moment = _moment(row.closed_at, row.closed_event)
    return None if moment is None else Closure(moment=moment, is_met=row.is_met)


def _line(row: Row[Any], matches: Sequence[Row[Any]]) -> LineFacts:
    # The plan names a derived line without its quantity; its matches know it.
    measured = next((match for match in matches if match.line_id == row.line_id), row)
    return LineFacts(
        line_id=row.line_id,
        kind=LineKind(row.kind),
        service=ServiceCode(row.service),
        quantity=row.quantity if row.quantity is not None else measured.quantity,
        unit=Unit(unit) if (unit := row.unit or measured.unit) else None,
        derived_from=row.derived_from,
        known_at=row.known_at,
    )


def _match(row: Row[Any]) -> MatchFacts:
    return MatchFacts(
        match_id=row.match_id,
        line_id=row.line_id,
        society=Society(row.society),
        proposed=Moment(row.proposed_at, row.proposed_event),
        asked=_moment(row.asked_at, row.asked_event),
        accepted=_moment(row.accepted_at, row.accepted_event),
        declined=_moment(row.declined_at, row.declined_event),
        dropped=_moment(row.dropped_at, row.dropped_event),
        fulfilled=_moment(row.fulfilled_at, row.fulfilled_event),
    )


def _service(row: Row[Any]) -> ServiceFacts:
    return ServiceFacts(
        record=Moment(row.recorded_at, row.recorded_event),
        line_id=row.line_id,
        society=Society(row.society),
        path=ServicePath(row.path),
        quantity=row.quantity,
        persons=row.persons,
        person_times=row.person_times,
        sessions=row.sessions,
    )


def to_span(row: Row[Any]) -> StationSpan:
    """Return when a station served."""
    return StationSpan(
        station_id=row.station_id,
        tier=StationTier(row.tier),
        area=row.area,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        opened_event=row.opened_event,
    )


def _moment(at: datetime | None, event_id: UUID | None) -> Moment | None:
    return Moment(at, event_id) if at is not None and event_id is not None else None
