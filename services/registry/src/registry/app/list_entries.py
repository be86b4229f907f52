"""Entries of the service list with whose they are, for whoever makes a file of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.paging import Slice
from registry.domain.party import Party
from registry.domain.service_entry import ServiceEntry
from registry.domain.station import Station

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Window
    from registry.app.ports.parties import Parties
    from registry.app.ports.service_entries import EntryFilter, ServiceEntries
    from registry.app.ports.stations import Stations
    from registry.app.ports.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFound:
    """An entry with the station or the organisation whose it is."""

    entry: ServiceEntry
    station: Station | None
    party: Party | None


async def list_entries(
    wanted: EntryFilter,
    scope: Scope,
    window: Window,
    *,
    unit_of_work: UnitOfWork,
    entries: ServiceEntries,
    stations: Stations,
    parties: Parties,
) -> Slice[EntryFound]:
    """Return the entries that the caller keeps, those that lapsed or were withdrawn too."""
    async with unit_of_work.transaction():
        found = await entries.page(wanted, scope, window)
        providers = [entry.provider for entry in found.items]
        there = await stations.find_many([each.station for each in providers if each.station])
        parties_there = await parties.find_many([each.party for each in providers if each.party])
    told = (
        EntryFound(
            entry=entry,
            station=there.get(entry.provider.station) if entry.provider.station else None,
            party=parties_there.get(entry.provider.party) if entry.provider.party else None,
        )
        for entry in found.items
    )
    return Slice(items=tuple(told), next=found.next)
