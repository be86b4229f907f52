"""Between a station and its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from common.places import AreaRef
from common.stations import OperatingMode, StationKind
from common.vocabulary import AreaScheme, StationTier
from registry.adapters.postgres.positions import place_values, to_whereabouts
from registry.adapters.postgres.station_tables import StationRow
from registry.domain.hours import OpeningHours
from registry.domain.station import Closure, ClosureReason, Operation, Station, StationId
from registry.domain.station_profile import (
    Operating,
    Premises,
    Project,
    Room,
    SharedCentre,
)

if TYPE_CHECKING:
    from uuid import UUID

_ROOMS: Final = TypeAdapter(tuple[Room, ...])
_SHARED: Final = TypeAdapter(tuple[SharedCentre, ...])
_PROJECTS: Final = TypeAdapter(tuple[Project, ...])
_HOURS: Final = TypeAdapter(OpeningHours)


def to_station(row: StationRow) -> Station:
    """Return the station that a row holds."""
    return Station(
        id=StationId(row.id),
        version=row.version,
        tier=StationTier(row.tier),
        kind=StationKind(row.kind),
        is_sole=row.is_sole,
        name=row.name,
        area=AreaRef(AreaScheme(row.scheme), row.area),
        planned_on=row.planned_on,
        parent=_station_id(row.parent_id),
        split_from=_station_id(row.split_from),
        building_on=row.building_on,
        operation=_to_operation(row),
        whereabouts=to_whereabouts(row),
        premises=Premises(
            floor_area=row.floor_area,
            rooms=_ROOMS.validate_python(row.rooms or ()),
            shared_with=_SHARED.validate_python(row.shared_with or ()),
        ),
        operating=_to_operating(row),
        hours=_HOURS.validate_python(row.hours or {}),
        projects=_PROJECTS.validate_python(row.projects or ()),
    )


def to_values(station: Station) -> dict[str, Any]:
    """Return what a station's row has to hold."""
    operation = station.operation
    closure = operation.closure if operation else None
    return StationRow(
        id=station.id,
        version=station.version,
        tier=station.tier.value,
        kind=station.kind.value,
        is_sole=station.is_sole,
        name=station.name,
        scheme=station.area.scheme.value,
        area=station.area.code,
        planned_on=station.planned_on,
        parent_id=station.parent,
        split_from=station.split_from,
        building_on=station.building_on,
        opened_on=operation.opened_on if operation else None,
        closed_on=closure.closed_on if closure else None,
        closure_reason=closure.reason.value if closure else None,
        merged_into=closure.merged_into if closure else None,
        floor_area=station.premises.floor_area,
        rooms=_ROOMS.dump_python(station.premises.rooms, mode="json"),
        shared_with=_SHARED.dump_python(station.premises.shared_with, mode="json"),
        hours=_HOURS.dump_python(station.hours, mode="json"),
        projects=_PROJECTS.dump_python(station.projects, mode="json"),
        **place_values(station.whereabouts),
        **_operating_values(station.operating),
    ).model_dump()


def _station_id(found: UUID | None) -> StationId | None:
    return None if found is None else StationId(found)


def _to_operation(row: StationRow) -> Operation | None:
    if row.opened_on is None:
        return None
    if row.closed_on is None or row.closure_reason is None:
        return Operation(opened_on=row.opened_on)
    closure = Closure(
        closed_on=row.closed_on,
        reason=ClosureReason(row.closure_reason),
        merged_into=_station_id(row.merged_into),
    )
    return Operation(opened_on=row.opened_on, closure=closure)


def _to_operating(row: StationRow) -> Operating | None:
    if row.operating_mode is None:
        return None
    return Operating(
        mode=OperatingMode(row.operating_mode),
        operator=row.operator_id,
        county_hired=row.county_hired,
        own_hired=row.own_hired,
    )


def _operating_values(operating: Operating | None) -> dict[str, Any]:
    if operating is None:
        return {}
    return {
        "operating_mode": operating.mode.value,
        "operator_id": operating.operator,
        "county_hired": operating.county_hired,
        "own_hired": operating.own_hired,
    }
