"""How stations hang together: who stands above whom, what merges into what, what a split leaves.

What always holds: a station that has not ended has no parent, or one of the next tier that has not
ended either; nobody stands above itself; of a station that was merged, the trail of successors
ends at one that was not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from common.change import Change
from common.places import Area
from common.vocabulary import StationTier
from registry.domain.days import refuse_future
from registry.domain.errors.station_tree import (
    NotOneOfItsStations,
    ParentCycle,
    ParentOfWrongTier,
    ParentStationClosed,
    SuccessorDoesNotFit,
    SuccessorNotOpen,
    UnknownParentStation,
)
from registry.domain.station import (
    ClosureReason,
    Dependants,
    Station,
    StationFact,
    StationId,
    StationStatus,
    refuse_disorder,
)
from registry.domain.station_edits import AssignParent
from registry.domain.station_facts import StationWasEdited, StationWasMerged, StationWasSplit
from registry.domain.station_plan import plan_station

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


Changes = tuple[Change[Station, StationFact], ...]

TIER_ABOVE: Final[Mapping[StationTier, StationTier]] = MappingProxyType(
    {
        StationTier.ROOM: StationTier.STATION,
        StationTier.STATION: StationTier.GENERAL_STATION,
        StationTier.GENERAL_STATION: StationTier.CITY_CENTRE,
    }
)


def refuse_parent(
    lineage: Sequence[Station], *, child: StationId | None, tier: StationTier, area: Area
) -> None:
    """Accept a station above another one.

    Args:
        lineage: The station that is to stand above, and those above it, upwards.
        child: The station that is to stand below, if it exists.
        tier: Of the one below.
        area: Of the one below.

    Raises:
        ParentCycle: The one below would stand above itself.
        UnknownParentStation: The one above does not serve an area around.
        ParentOfWrongTier: It is not of the next tier.
        ParentStationClosed: It has ended.
    """
    parent = lineage[0]
    if child is not None and any(above.id == child for above in lineage):
        raise ParentCycle(station_id=child, parent_id=parent.id)
    if not area.lies_within(parent.area):
        raise UnknownParentStation(parent_id=parent.id)
    if TIER_ABOVE.get(tier) is not parent.tier:
        raise ParentOfWrongTier(tier=tier, parent_tier=parent.tier)
    if parent.status in {StationStatus.MERGED, StationStatus.CLOSED}:
        raise ParentStationClosed(parent_id=parent.id)


def merge_stations(
    station: Station,
    into: Station,
    *,
    children: Sequence[Station],
    people: Dependants,
    merged_on: date,
    at: datetime,
) -> Changes:
    """Let another station take over; what stood below this one stands below that one.

    Returns what becomes of the station, then of each of its children.

    Raises:
        SuccessorDoesNotFit: It is the same one, or of another tier or kind.
        SuccessorNotOpen: It does not serve on that day.
        StationNotOpen: What never opened has nothing to hand over.
        StationAlreadyClosed: It has a closure.
        StationHasOpenPostings, StationStillStaffed: People still work there.
        DayInTheFuture: The day has not come.
        StationDaysOutOfOrder: The day lies before the opening.
    """
    station.serving()
    refuse_future(merged_on, at=at)
    if into.id == station.id or (into.tier, into.kind) != (station.tier, station.kind):
        raise SuccessorDoesNotFit(station_id=station.id, into=into.id)
    serves = into.operation
    if into.status is not StationStatus.OPEN or serves is None or serves.opened_on > merged_on:
        raise SuccessorNotOpen(into=into.id)
    merged = _next(station)
    fact = StationWasMerged(station=merged, into=into.id, merged_on=merged_on, at=at)
    closed = merged.close(
        closed_on=merged_on,
        reason=ClosureReason.MERGED,
        merged_into=into.id,
        leaves=people,
        at=at,
    )
    handed = tuple(_handed(child, into.id, since=merged_on, at=at) for child in children)
    return (Change(closed.state, (fact, *closed.facts)), *handed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A station that comes out of another one, and which of the stations below go with it."""

    id: StationId
    name: str
    area: Area
    takes: tuple[StationId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How a station is split: into which parts, when, and whether it goes on beside them."""

    parts: tuple[Part, ...]
    split_on: date
    goes_on: bool


def split_station(
    station: Station,
    split: Split,
    *,
    parent: Station | None,
    children: Sequence[Station],
    people: Dependants,
    at: datetime,
) -> Changes:
    """Make parts of a station into stations of their own.

    Returns what becomes of the station, then of each part, then of each child that moves.

    Args:
        station: The one that is split; the parts are of its tier and kind.
        split: What becomes of it.
        parent: The station above, which stands above the parts too.
        children: The stations below that have not ended.
        people: Who works there; somebody has to stay where it goes on only.
        at: Now.

    Raises:
        NotOneOfItsStations: A part takes a station that is not below this one, or is taken twice.
        StationHasOpenStations: It ends, and no part takes one of those below it.
        UnknownParentStation: A part lies outside the areas of the station and of that above.
        StationNotOpen, StationAlreadyClosed, StationHasOpenPostings, StationStillStaffed,
        DayInTheFuture, StationDaysOutOfOrder, TierDoesNotFitArea: As for closing and planning.
    """
    station.serving()
    refuse_future(split.split_on, at=at)
    below = {child.id: child for child in children}
    taken = _taken(station, split, below)
    ids = tuple(part.id for part in split.parts)
    after = _next(station)
    facts: tuple[StationFact, ...] = (
        StationWasSplit(station=after, parts=ids, split_on=split.split_on, at=at),
    )
    refuse_disorder(station.serving().opened_on, split.split_on)
    if not split.goes_on:
        closed = after.close(
            closed_on=split.split_on,
            reason=ClosureReason.SPLIT,
            leaves=replace(people, stations=len(below) - len(taken)),
            at=at,
        )
        after, facts = closed.state, facts + closed.facts
    made = tuple(_made(station, part, split.split_on, parent=parent, at=at) for part in split.parts)
    moved = tuple(
        _handed(below[child], part.id, since=split.split_on, at=at)
        for part in split.parts
        for child in part.takes
    )
    return (Change(after, facts), *made, *moved)


def _taken(
    station: Station, split: Split, below: Mapping[StationId, Station]
) -> frozenset[StationId]:
    taken: set[StationId] = set()
    for part in split.parts:
        for child in part.takes:
            if child not in below or child in taken:
                raise NotOneOfItsStations(station_id=station.id, named=child)
            taken.add(child)
    return frozenset(taken)


def _made(
    station: Station, part: Part, split_on: date, *, parent: Station | None, at: datetime
) -> Change[Station, StationFact]:
    # What it served it serves under the same parent, which since a merger may lie elsewhere.
    if parent is not None and not part.area.lies_within(station.area):
        refuse_parent([parent], child=None, tier=station.tier, area=part.area)
    return plan_station(
        part.id,
        tier=station.tier,
        kind=station.kind,
        name=part.name,
        area=part.area,
        planned_on=split_on,
        opened_on=split_on,
        parent=parent,
        split_from=station.id,
        at=at,
    )


def _handed(
    child: Station, to: StationId, *, since: date, at: datetime
) -> Change[Station, StationFact]:
    edit = AssignParent(to)
    handed = edit.of(_next(child))
    fact = StationWasEdited(station=handed, edit=edit, since=since, at=at)
    return Change(handed, (fact,))


def _next(station: Station) -> Station:
    return replace(station, version=station.version + 1)
