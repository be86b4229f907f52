"""Decisions about stations that only together would break the tree: one of them wins."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

import pytest

from common.clearance import cleared, system
from common.grants import Scope
from common.places import AreaRef
from common.stations import StationKind
from common.vocabulary import AreaScheme, StationTier
from registry.app.close_station import CloseStation
from registry.app.join_stations import MergeStation
from registry.app.plan_stations import PlanStation
from registry.bootstrap import build_application
from registry.domain.errors.station_tree import (
    ParentStationClosed,
    StationHasOpenStations,
    SuccessorNotOpen,
)
from registry.domain.errors.stations import StationAlreadyClosed
from registry.domain.station import ClosureReason, StationId, StationStatus

if TYPE_CHECKING:
    from common.frame import Frame
    from registry.app.application import Application

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
EVERYWHERE = Scope(sub="admin", is_everywhere=True)
DAY = date(2026, 2, 20)
ROUNDS = 5


async def planned(
    app: Application,
    *,
    tier: StationTier = StationTier.STATION,
    parent: StationId | None = None,
) -> StationId:
    command = PlanStation(
        id=None,
        tier=tier,
        kind=StationKind.SCHOOL,
        name="站",
        area=AreaRef(AreaScheme.NBS, "210213009"),
        planned_on=date(2026, 1, 5),
        opened_on=date(2026, 2, 1),
        parent=parent,
    )
    return (await app.plan_station(command, EVERYWHERE)).thing.id


async def test_a_station_closes_or_takes_in_a_room_and_never_both(frame: Frame) -> None:
    app = build_application(frame)
    with cleared(system("test")):
        for _ in range(ROUNDS):
            parent = await planned(app)
            closing = CloseStation(station_id=parent, closed_on=DAY, reason=ClosureReason.OTHER)

            closed, taken_in = await asyncio.gather(
                app.close_station(closing, EVERYWHERE),
                planned(app, tier=StationTier.ROOM, parent=parent),
                return_exceptions=True,
            )

            now = (await app.find_station(parent, EVERYWHERE)).status
            if now is StationStatus.CLOSED:
                assert isinstance(taken_in, ParentStationClosed)
            else:
                assert isinstance(closed, StationHasOpenStations)


async def test_of_two_stations_that_merge_crosswise_one_goes_on(frame: Frame) -> None:
    app = build_application(frame)
    with cleared(system("test")):
        for _ in range(ROUNDS):
            both = [await planned(app), await planned(app)]
            mergers = [
                MergeStation(station_id=station, into=other, merged_on=DAY)
                for station, other in (both, reversed(both))
            ]

            outcomes = await asyncio.gather(
                *(app.stations.merge(merger, EVERYWHERE) for merger in mergers),
                return_exceptions=True,
            )

            states = [(await app.find_station(each, EVERYWHERE)).status for each in both]
            assert sorted(states) == [StationStatus.MERGED, StationStatus.OPEN]
            refused = [each for each in outcomes if isinstance(each, BaseException)]
            assert [type(each) for each in refused] in (
                [SuccessorNotOpen],
                [StationAlreadyClosed],
            )
