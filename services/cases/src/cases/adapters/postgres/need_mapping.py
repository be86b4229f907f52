"""Between needs and their rows: the whole mapping, one pair of functions for each table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from cases.domain.line import LineId, NeedLine
from cases.domain.meeting import MeetingId
from cases.domain.need import Closure, Need, NeedDescription, NeedId, Urgency, Withdrawal
from cases.domain.progress import DerivedLine
from common.places import AreaRef, Position
from common.vocabulary import AreaScheme, Beneficiary, LineKind, ServiceCode, Unit, Weekday

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cases.adapters.postgres.tables import DerivedLineRow, NeedLineRow, NeedRow
    from cases.domain.need import Ending


def to_need(row: NeedRow, lines: Sequence[NeedLineRow]) -> Need:
    """Read a need and its lines, which are given in their order."""
    description = NeedDescription(
        area=AreaRef(AreaScheme(row.scheme), row.area),
        beneficiary=Beneficiary(row.beneficiary),
        persons=row.persons,
        urgency=cast("Urgency", row.urgency),
        title=row.title,
        lines=tuple(_to_line(line) for line in lines),
        place=_place(row),
        meeting_id=None if row.meeting_id is None else MeetingId(row.meeting_id),
        client_ref=row.client_ref,
    )
    return Need(
        id=NeedId(row.id),
        version=row.version,
        pool_id=row.pool_id,
        description=description,
        submitted_at=row.submitted_at,
        changed_at=row.changed_at,
        ending=_ending(row),
    )


def need_values(need: Need) -> dict[str, Any]:
    """Write a need without its lines."""
    told = need.description
    return {
        "id": need.id,
        "version": need.version,
        "pool_id": need.pool_id,
        **place_values(need),
        "beneficiary": told.beneficiary.value,
        "persons": told.persons,
        "urgency": told.urgency,
        "title": told.title,
        "meeting_id": told.meeting_id,
        "client_ref": told.client_ref,
        "submitted_at": need.submitted_at,
        **ending_values(need),
    }


def place_values(need: Need) -> dict[str, Any]:
    """Write where a need is, and when that or its time changed last."""
    told = need.description
    return {
        "scheme": told.area.scheme.value,
        "area": told.area.code,
        "longitude": None if told.place is None else told.place.longitude,
        "latitude": None if told.place is None else told.place.latitude,
        "changed_at": need.changed_at,
    }


def ending_values(need: Need) -> dict[str, Any]:
    """Write where a need stands."""
    ending = need.ending
    closure = ending if isinstance(ending, Closure) else None
    return {
        "state": need.state.value,
        "ended_at": None if ending is None else ending.at,
        "is_met": None if closure is None else closure.is_met,
        "note": None if closure is None else closure.note,
    }


def line_values(need: Need) -> Iterator[dict[str, Any]]:
    """Write the lines of a need."""
    for position, line in enumerate(need.description.lines):
        yield {
            "id": line.id,
            "need_id": need.id,
            "position": position,
            "service": line.service.value,
            "quantity": line.quantity,
            "unit": line.unit.value,
            "weekdays": " ".join(day.value for day in Weekday if day in line.weekdays),
            "within_metres": line.within_metres,
            "needs_vetting": line.needs_vetting,
            "all_or_nothing": line.all_or_nothing,
            "not_before": line.not_before,
            "not_after": line.not_after,
        }


def to_derived_line(row: DerivedLineRow) -> DerivedLine:
    """Read a derived line."""
    return DerivedLine(
        id=LineId(row.id),
        derived_from=LineId(row.derived_from),
        kind=LineKind(row.kind),
        service=ServiceCode(row.service),
    )


def derived_line_values(need_id: NeedId, line: DerivedLine) -> dict[str, Any]:
    """Write a derived line."""
    return {
        "id": line.id,
        "need_id": need_id,
        "derived_from": line.derived_from,
        "kind": line.kind.value,
        "service": line.service.value,
    }


def _place(row: NeedRow) -> Position | None:
    if row.longitude is None or row.latitude is None:
        return None
    return Position(longitude=row.longitude, latitude=row.latitude)


def _ending(row: NeedRow) -> Ending | None:
    if row.ended_at is None:
        return None
    if row.is_met is None:
        return Withdrawal(at=row.ended_at)
    return Closure(is_met=row.is_met, at=row.ended_at, note=row.note)


def _to_line(row: NeedLineRow) -> NeedLine:
    return NeedLine(
        id=LineId(row.id),
        service=ServiceCode(row.service),
        quantity=row.quantity,
        unit=Unit(row.unit),
        weekdays=frozenset(Weekday(day) for day in row.weekdays.split()),
        within_metres=row.within_metres,
        needs_vetting=row.needs_vetting,
        all_or_nothing=row.all_or_nothing,
        not_before=row.not_before,
        not_after=row.not_after,
    )
