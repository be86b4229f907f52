"""Closing a station."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from registry.app.find_stations import hold_station
from registry.app.list_services import end_services_of
from registry.app.station_dependants import stations_below
from registry.app.versions import refuse_stale
from registry.domain.station import ClosureReason, StationId

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from registry.app.ports.areas import Areas
    from registry.app.ports.service_entries import ServiceEntries
    from registry.app.ports.stations import Stations
    from registry.app.ports.work import UnitOfWork
    from registry.app.station_dependants import People
    from registry.domain.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStation:
    """End a station's service for good; ``seen`` is the version that the caller decided upon."""

    station_id: StationId
    closed_on: date
    reason: ClosureReason
    seen: int | None = None


async def close_station(
    command: CloseStation,
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    stations: Stations,
    people: People,
    entries: ServiceEntries,
    areas: Areas,
    clock: Clock,
) -> Station:
    """Close a station that nothing hangs on any more; what it offered is withdrawn."""
    async with unit_of_work.transaction():
        station = await hold_station(command.station_id, scope, stations=stations, areas=areas)
        refuse_stale(station, command.seen)
        below = await stations_below(station, stations=stations)
        leaves = await people.at(station, after=command.closed_on)
        change = station.close(
            closed_on=command.closed_on,
            reason=command.reason,
            leaves=replace(leaves, stations=len(below)),
            at=clock.now(),
        )
        await end_services_of(station.id, entries=entries, ended_on=command.closed_on, clock=clock)
        await stations.save(change)
    return change.state
