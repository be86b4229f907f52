"""Merging a station into another one, and splitting one into several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.clearance import cleared, system
from common.clock import Clock
from common.places import AreaRef
from registry.app.find_stations import find_station, hold_station
from registry.app.list_services import end_services_of
from registry.app.permissions import WRITE_STATIONS
from registry.app.places import area_within
from registry.app.ports.areas import Areas
from registry.app.ports.service_entries import ServiceEntries
from registry.app.ports.stations import Stations
from registry.app.ports.work import UnitOfWork
from registry.app.station_dependants import People, hold_lineages, stations_below
from registry.app.versions import refuse_stale
from registry.domain.errors.stations import StationChangedMeanwhile
from registry.domain.station import StationId
from registry.domain.station_tree import Part, Split, merge_stations, split_station

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.grants import Scope
    from registry.domain.station import Station
    from registry.domain.station_tree import Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeStation:
    """Let another station take over; ``seen`` is the version that the caller decided upon."""

    station_id: StationId
    into: StationId
    merged_on: date
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartWanted:
    """A station that comes out of another one, and which of those below go with it."""

    id: UUID | None
    name: str
    area: AreaRef
    takes: tuple[StationId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitStation:
    """Make parts of a station into stations; ``seen`` is what the caller decided upon."""

    station_id: StationId
    parts: tuple[PartWanted, ...]
    split_on: date
    goes_on: bool
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningStations:
    """Decides about several stations at once: all of it happens, or nothing."""

    unit_of_work: UnitOfWork
    stations: Stations
    people: People
    entries: ServiceEntries
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]

    async def merge(self, command: MergeStation, scope: Scope) -> Station:
        """Merge a station into another one of the caller's and tell the other services."""
        async with self.unit_of_work.transaction():
            both = sorted({command.station_id, command.into})
            # In one go and in one order, so that two who merge crosswise do not block each other.
            await self.stations.hold(both)
            station = await self._mine(command.station_id, scope)
            refuse_stale(station, command.seen)
            changes = merge_stations(
                station,
                await self._mine(command.into, scope),
                children=await stations_below(station, stations=self.stations),
                people=await self.people.at(station, after=command.merged_on),
                merged_on=command.merged_on,
                at=self.clock.now(),
            )
            await self._end_services(station, command.merged_on)
            await self._save(changes)
        return changes[0].state

    async def split(self, command: SplitStation, scope: Scope) -> Sequence[Station]:
        """Split a station and tell the other services; returns it and its parts, in their order."""
        async with self.unit_of_work.transaction():
            before = await find_station(
                command.station_id,
                scope,
                unit_of_work=self.unit_of_work,
                stations=self.stations,
                areas=self.areas,
            )
            refuse_stale(before, command.seen)
            parent = await self._parent_of(before)
            station = await self._mine(command.station_id, scope)
            if station.version != before.version:
                raise StationChangedMeanwhile(station_id=station.id)
            split = Split(
                parts=tuple([await self._part(part, scope) for part in command.parts]),
                split_on=command.split_on,
                goes_on=command.goes_on,
            )
            changes = split_station(
                station,
                split,
                parent=parent,
                children=await stations_below(station, stations=self.stations),
                people=await self.people.at(station, after=split.split_on),
                at=self.clock.now(),
            )
            if not split.goes_on:
                await self._end_services(station, split.split_on)
            await self._save(changes, new=len(split.parts))
        return [change.state for change in changes[: 1 + len(split.parts)]]

    async def _end_services(self, station: Station, ended_on: date) -> None:
        # Whether the successor does the same, somebody has to make sure of there.
        await end_services_of(station.id, entries=self.entries, ended_on=ended_on, clock=self.clock)

    async def _mine(self, station_id: StationId, scope: Scope) -> Station:
        return await hold_station(station_id, scope, stations=self.stations, areas=self.areas)

    async def _parent_of(self, station: Station) -> Station | None:
        if station.parent is None:
            return None
        lineages = await hold_lineages([station.parent], stations=self.stations)
        return lineages[station.parent][0]

    async def _part(self, wanted: PartWanted, scope: Scope) -> Part:
        area = await area_within(scope, wanted.area, areas=self.areas, permission=WRITE_STATIONS)
        return Part(
            id=StationId(wanted.id or self.new_id()),
            name=wanted.name,
            area=area,
            takes=wanted.takes,
        )

    async def _save(self, changes: Changes, *, new: int = 0) -> None:
        # Those below may lie where the caller has no say, and go where their parent goes.
        with cleared(system("stations are handed over")):
            await self.stations.save(changes[0])
            await self.stations.add_all(changes[1 : 1 + new])
            for change in changes[1 + new :]:
                await self.stations.save(change)
