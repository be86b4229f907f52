"""Decisions about stations that only together would break the tree: one of them wins."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from common.clearance import cleared, system
from common.errors import DomainError
from common.grants import Scope
from common.places import AreaRef
from common.stations import StationKind
from common.vocabulary import AreaScheme, Society, StationTier
from registry.app.close_station import CloseStation
from registry.app.join_stations import MergeStation
from registry.app.keep_profiles import PostWorker
from registry.app.plan_stations import PlanStation
from registry.app.register_parties import RegisterParty
from registry.bootstrap import build_application
from registry.domain.errors.profiles import StationHasClosed
from registry.domain.errors.station_tree import (
    ParentStationClosed,
    StationHasOpenStations,
    SuccessorNotOpen,
)
from registry.domain.errors.stations import StationAlreadyClosed, StationHasOpenPostings
from registry.domain.station import ClosureReason, StationId, StationStatus
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from common.frame import Frame
    from registry.app.application import Application
    from registry.domain.party import PartyId

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


async def a_worker(app: Application) -> PartyId:
    command = RegisterParty(
        id=None,
        society=Society.SOCIAL_WORKER,
        public_name="DL-SW-1",
        is_person=True,
        area=AreaRef(AreaScheme.NBS, "210213009"),
    )
    return (await app.register_party(command, EVERYWHERE)).thing.id


def to_post(worker: PartyId, station: StationId) -> PostWorker:
    return PostWorker(
        id=None,
        worker_id=worker,
        station_id=station,
        is_full_time=True,
        starts_on=DAY,
        ends_on=None,
    )


def to_close(station: StationId) -> CloseStation:
    return CloseStation(station_id=station, closed_on=DAY, reason=ClosureReason.OTHER)


async def test_a_station_closes_or_somebody_is_posted_to_it_and_never_both(frame: Frame) -> None:
    app = build_application(frame)
    with cleared(system("test")):
        for _ in range(ROUNDS):
            station, worker = await planned(app), await a_worker(app)

            closed, posted = await asyncio.gather(
                app.close_station(to_close(station), EVERYWHERE),
                app.profiles.post(to_post(worker, station), EVERYWHERE),
                return_exceptions=True,
            )

            now = (await app.find_station(station, EVERYWHERE)).status
            if now is StationStatus.CLOSED:
                assert isinstance(posted, StationHasClosed)
            else:
                assert isinstance(closed, StationHasOpenPostings)


@pytest.mark.parametrize("is_posted_first", [True, False])
async def test_who_comes_second_waits_and_is_refused(
    frame: Frame,
    is_posted_first: bool,  # noqa: FBT001 - a parameter
) -> None:
    app = build_application(frame)
    with cleared(system("test")):
        station, worker = await planned(app), await a_worker(app)
        post = partial(app.profiles.post, to_post(worker, station), EVERYWHERE)
        close = partial(app.close_station, to_close(station), EVERYWHERE)
        first, second = (post, close) if is_posted_first else (close, post)
        is_done, may_commit = asyncio.Event(), asyncio.Event()

        async def decide_slowly() -> None:
            async with frame.unit_of_work.transaction():
                await first()
                is_done.set()
                await may_commit.wait()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(decide_slowly())
            await is_done.wait()
            refused = tasks.create_task(_outcome(second))
            await until(partial(_somebody_waits, frame), seconds=5, what="the second one's wait")
            may_commit.set()

    expected = StationHasOpenPostings if is_posted_first else StationHasClosed
    assert isinstance(refused.result(), expected)


async def _outcome(decision: Callable[[], Awaitable[object]]) -> object:
    try:
        return await decision()
    except DomainError as refusal:
        return refusal


async def _somebody_waits(frame: Frame) -> bool:
    waiting = text(
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )
    async with frame.unit_of_work.transaction() as session:
        found = await (await session.connection()).execute(waiting)
    return bool(found.scalar_one())
