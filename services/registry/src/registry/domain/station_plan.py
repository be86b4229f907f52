"""Planning a station: which tier and kind an area can have, and who may stand above it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from common.change import Change
from common.stations import StationKind
from common.vocabulary import AreaLevel, StationTier
from registry.domain.errors.stations import TierDoesNotFitArea
from registry.domain.station import Station
from registry.domain.station_facts import StationWasPlanned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from common.places import Area
    from registry.domain.station import StationFact, StationId

LEVELS_OF_TIER: Final[Mapping[StationTier, frozenset[AreaLevel]]] = MappingProxyType(
    {
        StationTier.CITY_CENTRE: frozenset({AreaLevel.PREFECTURE}),
        StationTier.GENERAL_STATION: frozenset({AreaLevel.COUNTY}),
        StationTier.STATION: frozenset({AreaLevel.TOWNSHIP}),
        StationTier.ROOM: frozenset({AreaLevel.TOWNSHIP, AreaLevel.VILLAGE}),
    }
)
# A hospital serves a county as often as a street.
_LEVELS_ELSEWHERE: Final[Mapping[StationTier, frozenset[AreaLevel]]] = MappingProxyType(
    {**LEVELS_OF_TIER, StationTier.STATION: frozenset({AreaLevel.COUNTY, AreaLevel.TOWNSHIP})}
)


def plan_station(  # noqa: PLR0913 - one for each thing that a plan says
    station_id: StationId,
    *,
    tier: StationTier,
    name: str,
    area: Area,
    planned_on: date,
    at: datetime,
    kind: StationKind = StationKind.COMMUNITY,
    building_on: date | None = None,
    opened_on: date | None = None,
    parent: Station | None = None,
    split_from: StationId | None = None,
) -> Change[Station, StationFact]:
    """Plan a station for an area; one that is being built or serves already has its days noted.

    Of the parent, if there is one, ``refuse_parent`` has said that it may stand above.

    Raises:
        TierDoesNotFitArea: A township's station cannot serve a county, and the like.
        DayInTheFuture: It is said to have opened on a day that has not come.
        StationDaysOutOfOrder: It is said to have opened before it was planned.
    """
    refuse_misfit(tier, kind, area)
    planned = Station(
        id=station_id,
        version=1,
        tier=tier,
        kind=kind,
        is_sole=is_sole(tier, kind, area),
        name=name,
        area=area.ref,
        planned_on=planned_on,
        parent=parent.id if parent else None,
        split_from=split_from,
    )
    made: Change[Station, StationFact] = Change(
        planned, (StationWasPlanned(station=planned, at=at),)
    )
    if building_on is not None:
        made = _then(made, made.state.begin_building(building_on=building_on, at=at))
    if opened_on is not None:
        made = _then(made, made.state.open(opened_on=opened_on, at=at))
    return made


def is_sole(tier: StationTier, kind: StationKind, area: Area) -> bool:
    """Tell whether an area has one open station of the tier at most.

    Schools, enterprises and hospitals have theirs beside the township's; and where the list of
    areas ends at the township, all the rooms of its villages carry its code.
    """
    is_among_others = tier is StationTier.ROOM and area.level is AreaLevel.TOWNSHIP
    return kind is StationKind.COMMUNITY and not is_among_others


def refuse_misfit(tier: StationTier, kind: StationKind, area: Area) -> None:
    """Accept an area for a station of a tier and a kind.

    Raises:
        TierDoesNotFitArea: The area is too large or too small.
    """
    levels = LEVELS_OF_TIER if kind is StationKind.COMMUNITY else _LEVELS_ELSEWHERE
    if area.level not in levels[tier]:
        raise TierDoesNotFitArea(tier=tier, level=area.level)


def _then(
    before: Change[Station, StationFact], after: Change[Station, StationFact]
) -> Change[Station, StationFact]:
    return Change(after.state, before.facts + after.facts)
