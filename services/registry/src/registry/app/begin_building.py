"""Beginning to make the premises of a station ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registry.app.find_stations import find_station
from registry.app.versions import refuse_stale
from registry.domain.station import StationId

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from registry.app.ports.areas import Areas
    from registry.app.ports.stations import Stations
    from registry.app.ports.work import UnitOfWork
    from registry.domain.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginBuilding:
    """Note that building began; ``seen`` is the version that the caller decided upon."""

    station_id: StationId
    building_on: date
    seen: int | None = None


async def begin_building(
    command: BeginBuilding,
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    stations: Stations,
    areas: Areas,
    clock: Clock,
) -> Station:
    """Note that a station is being built and tell the other services."""
    async with unit_of_work.transaction():
        station = await find_station(
            command.station_id, scope, unit_of_work=unit_of_work, stations=stations, areas=areas
        )
        refuse_stale(station, command.seen)
        change = station.begin_building(building_on=command.building_on, at=clock.now())
        await stations.save(change)
    return change.state
