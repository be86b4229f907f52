"""Looking at stations; what lies outside the caller's scope does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.app.places import is_within
from registry.domain.errors.stations import StationNotFound

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.app.ports.areas import Areas
    from registry.app.ports.station_records import StationRecords, StationStep
    from registry.app.ports.stations import StationFilter, Stations
    from registry.app.ports.work import UnitOfWork
    from registry.domain.station import Station, StationId


async def find_station(
    station_id: StationId,
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    stations: Stations,
    areas: Areas,
) -> Station:
    """Return one station.

    Raises:
        StationNotFound: There is none, or none for this caller.
    """
    async with unit_of_work.transaction():
        station = await stations.get(station_id)
        if not await is_within(scope, station.area, areas=areas):
            raise StationNotFound(station_id=station_id)
        return station


async def hold_station(
    station_id: StationId,
    scope: Scope,
    *,
    stations: Stations,
    areas: Areas,
) -> Station:
    """Return one station that nobody else changes until the open transaction ends.

    Raises:
        StationNotFound: There is none, or none for this caller.
    """
    station = (await stations.hold([station_id])).get(station_id)
    if station is None or not await is_within(scope, station.area, areas=areas):
        raise StationNotFound(station_id=station_id)
    return station


async def list_stations(
    wanted: StationFilter,
    scope: Scope,
    window: Window,
    *,
    unit_of_work: UnitOfWork,
    stations: Stations,
) -> Slice[Station]:
    """Return the stations that the caller may see, in the order of their ids."""
    async with unit_of_work.transaction():
        return await stations.page(wanted, scope, window)


async def list_steps(
    station_id: StationId,
    scope: Scope,
    window: Window,
    *,
    unit_of_work: UnitOfWork,
    stations: Stations,
    records: StationRecords,
    areas: Areas,
) -> Slice[StationStep]:
    """Return what happened to a station that the caller may see, oldest first."""
    async with unit_of_work.transaction():
        station = await find_station(
            station_id, scope, unit_of_work=unit_of_work, stations=stations, areas=areas
        )
        return await records.steps(station.id, window)
