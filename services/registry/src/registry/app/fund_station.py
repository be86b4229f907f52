"""Noting money that a station received, and taking back what was noted wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.clock import Clock
from common.stations import FundingKind, FundingSource
from registry.app.find_stations import find_station
from registry.app.ports.areas import Areas
from registry.app.ports.station_records import StationRecords
from registry.app.ports.stations import Stations
from registry.app.ports.work import UnitOfWork
from registry.app.versions import refuse_stale
from registry.domain.errors.station_profile import FundingIdTaken, FundingNotFound
from registry.domain.station import StationId
from registry.domain.station_money import Cancellation, Funding, FundingId

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.app.ports.station_records import FundingFilter
    from registry.domain.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class FundStation:
    """Note a sum of money, in fen, under an id that the caller may choose."""

    station_id: StationId
    id: UUID | None
    kind: FundingKind
    source: FundingSource
    amount_fen: int
    received_on: date
    document: str | None = None
    seen: int | None = None

    def funding(self, funding_id: UUID) -> Funding:
        """Return the entry that is to be made."""
        return Funding(
            id=FundingId(funding_id),
            kind=self.kind,
            source=self.source,
            amount_fen=self.amount_fen,
            received_on=self.received_on,
            document=self.document,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelFunding:
    """Let an entry count no longer; ``seen`` is the station's version that was decided upon."""

    station_id: StationId
    funding_id: FundingId
    cancellation: Cancellation
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An entry, the version of its station, and whether it was made just now."""

    funding: Funding
    version: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingStations:
    """Keeps the money of stations."""

    unit_of_work: UnitOfWork
    stations: Stations
    records: StationRecords
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]

    async def fund(self, command: FundStation, scope: Scope) -> Entered:
        """Note money received and tell the other services; a repetition finds what it made.

        Raises:
            FundingIdTaken: The id belongs to another entry.
        """
        async with self.unit_of_work.transaction():
            station = await self._mine(command.station_id, scope)
            funding = command.funding(command.id or self.new_id())
            there = await self.records.funding(station.id, funding.id)
            if there is not None:
                return _found_again(there, funding, station)
            refuse_stale(station, command.seen)
            change = station.receive(funding, at=self.clock.now())
            await self.stations.save(change)
        return Entered(funding=funding, version=change.state.version, is_new=True)

    async def cancel(self, command: CancelFunding, scope: Scope) -> Entered:
        """Take an entry back and tell the other services.

        Raises:
            FundingNotFound: The station has no such entry.
        """
        async with self.unit_of_work.transaction():
            station = await self._mine(command.station_id, scope)
            funding = await self.records.funding(station.id, command.funding_id)
            if funding is None:
                raise FundingNotFound(funding_id=command.funding_id)
            refuse_stale(station, command.seen)
            change = station.give_back(funding, command.cancellation, at=self.clock.now())
            await self.stations.save(change)
        cancelled = funding.cancel(command.cancellation)
        return Entered(funding=cancelled, version=change.state.version, is_new=False)

    async def list(
        self, station_id: StationId, wanted: FundingFilter, scope: Scope, window: Window
    ) -> Slice[Funding]:
        """Return what money a station of the caller's received."""
        async with self.unit_of_work.transaction():
            station = await self._mine(station_id, scope)
            return await self.records.fundings(station.id, wanted, window)

    async def _mine(self, station_id: StationId, scope: Scope) -> Station:
        return await find_station(
            station_id,
            scope,
            unit_of_work=self.unit_of_work,
            stations=self.stations,
            areas=self.areas,
        )


def _found_again(there: Funding, wanted: Funding, station: Station) -> Entered:
    if not there.has_content_of(wanted):
        raise FundingIdTaken(funding_id=there.id)
    return Entered(funding=there, version=station.version, is_new=False)
