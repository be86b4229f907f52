"""What hangs on a station, and what it hangs on, whoever may see it.

A caller who may decide about a station need not see those above it, nor every one below: these
questions are the service's own, and a caller learns no more of the answer than the decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.clearance import cleared, system
from registry.domain.errors.station_tree import UnknownParentStation
from registry.domain.station_tree import refuse_parent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.places import Area
    from common.vocabulary import StationTier
    from registry.app.ports.station_records import StationRecords
    from registry.app.ports.stations import Stations
    from registry.domain.station import Station, StationId


async def stations_below(station: Station, *, stations: Stations) -> Sequence[Station]:
    """Return the stations right below that have not ended; nobody else changes them meanwhile."""
    with cleared(system("what stands below a station")):
        return await stations.below(station.id)


async def staff_of(station: Station, *, records: StationRecords) -> int:
    """Return how many people still work there, as the station itself last said."""
    headcount = await records.headcount(station.id, by=None)
    return headcount.staff if headcount else 0


async def hold_lineage(parent_id: StationId, *, stations: Stations) -> Sequence[Station]:
    """Return a station and those above it, upwards; the first of them nobody else changes.

    Raises:
        UnknownParentStation: There is no such station.
    """
    with cleared(system("what stands above a station")):
        found = (await stations.hold([parent_id])).get(parent_id)
        if found is None:
            raise UnknownParentStation(parent_id=parent_id)
        lineage = [found]
        while (above := lineage[-1].parent) is not None:
            lineage.append(await stations.get(above))
    return lineage


async def parent_for(
    parent_id: StationId | None,
    *,
    child: StationId | None,
    tier: StationTier,
    area: Area,
    stations: Stations,
) -> Station | None:
    """Return the station that may stand above another, held, or none if none is wanted.

    Raises:
        UnknownParentStation, ParentCycle, ParentOfWrongTier, ParentStationClosed: It may not.
    """
    if parent_id is None:
        return None
    lineage = await hold_lineage(parent_id, stations=stations)
    refuse_parent(lineage, child=child, tier=tier, area=area)
    return lineage[0]
