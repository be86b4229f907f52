"""What hangs on a station, and what it hangs on, whoever may see it.

A caller who may decide about a station need not see those above it, nor every one below: these
questions are the service's own, and a caller learns no more of the answer than the decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from common.clearance import cleared, system
from registry.app.ports.postings import Postings
from registry.app.ports.station_records import StationRecords
from registry.domain.errors.station_tree import UnknownParentStation
from registry.domain.station import Dependants, Station, StationId
from registry.domain.station_tree import refuse_parent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from common.places import Area
    from common.vocabulary import StationTier
    from registry.app.ports.stations import Stations


async def stations_below(station: Station, *, stations: Stations) -> Sequence[Station]:
    """Return the stations right below that have not ended; nobody else changes them meanwhile."""
    with cleared(system("what stands below a station")):
        return await stations.below(station.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Counts who still works at a station."""

    postings: Postings
    records: StationRecords

    async def at(self, station: Station, *, after: date) -> Dependants:
        """Return who is posted there beyond a day, and how many people it last said itself.

        Whoever holds the station keeps others from posting anybody to it meanwhile.
        """
        headcount = await self.records.headcount(station.id, by=None)
        return Dependants(
            postings=await self.postings.not_ended_by(station.id, day=after),
            staff=headcount.staff if headcount else 0,
        )


Lineages: TypeAlias = Mapping[StationId, Sequence[Station]]
"""By its id, each of some stations with those above it, upwards."""


async def hold_lineages(parents: Iterable[StationId], *, stations: Stations) -> Lineages:
    """Return stations with those above them; the stations themselves nobody else changes.

    However many there are, they are read tier by tier. One that does not exist is left out.
    """
    with cleared(system("what stands above a station")):
        held = await stations.hold(frozenset(parents))
        known = dict(held)
        while missing := {above for one in known.values() if (above := one.parent)} - set(known):
            known |= await stations.find_many(missing)
    return {StationId(each): tuple(_upwards(held[each], known)) for each in held}


def parent_among(
    lineages: Lineages,
    parent_id: StationId | None,
    *,
    child: StationId | None,
    tier: StationTier,
    area: Area,
) -> Station | None:
    """Return the station that may stand above another, or none if none is wanted.

    Raises:
        UnknownParentStation, ParentCycle, ParentOfWrongTier, ParentStationClosed: It may not.
    """
    if parent_id is None:
        return None
    lineage = lineages.get(parent_id)
    if lineage is None:
        raise UnknownParentStation(parent_id=parent_id)
    refuse_parent(lineage, child=child, tier=tier, area=area)
    return lineage[0]


def _upwards(station: Station, known: Mapping[UUID, Station]) -> Iterator[Station]:
    yield station
    while station.parent is not None:
        station = known[station.parent]
        yield station
