"""The record of what changed: nothing appears before a place that somebody has read."""

from __future__ import annotations

import asyncio
import random
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from common.clearance import cleared, system
from common.grants import Scope
from common.paging import Key, Window
from common.places import AreaRef
from common.stations import StationKind
from common.vocabulary import AreaScheme, StationTier
from registry.app.edit_station import EditStation
from registry.app.plan_stations import PlanStation
from registry.app.ports.changes import ChangeFilter
from registry.bootstrap import build_application
from registry.domain.station_edits import Rename

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.frame import Frame
    from registry.app.application import Application
    from registry.domain.change import ThingChanged
    from registry.domain.station import StationId

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
EVERYWHERE: Final = Scope(sub="admin", is_everywhere=True)
AREAS: Final = ("210213009", "210213008", "210204008")


async def a_station(app: Application, area: str = AREAS[0]) -> StationId:
    command = PlanStation(
        id=None,
        tier=StationTier.STATION,
        kind=StationKind.SCHOOL,
        name="站",
        area=AreaRef(AreaScheme.NBS, area),
        planned_on=date(2026, 1, 5),
    )
    return (await app.plan_station(command, EVERYWHERE)).thing.id


async def told(app: Application, after: Key | None) -> tuple[Sequence[ThingChanged], Key]:
    found = await app.follow_changes(ChangeFilter(), EVERYWHERE, Window(limit=1000, after=after))
    return found.items, found.until


async def test_what_began_earlier_and_ended_later_is_told_after_it_ended(frame: Frame) -> None:
    app = build_application(frame)
    has_written, may_end = asyncio.Event(), asyncio.Event()

    async def slowly() -> StationId:
        async with frame.unit_of_work.transaction():
            station = await a_station(app)
            has_written.set()
            await may_end.wait()
        return station

    with cleared(system("test")):
        writing = asyncio.create_task(slowly())
        await has_written.wait()
        quick = await a_station(app)
        meanwhile, place = await told(app, None)
        may_end.set()
        slow = await writing
        then, _ = await told(app, place)

    assert meanwhile == ()
    assert [each.id for each in then] == [slow, quick]


async def test_what_was_restored_into_another_database_comes_first_and_is_not_held_back(
    frame: Frame,
) -> None:
    app = build_application(frame)
    with cleared(system("test")):
        old = await a_station(app)
        async with frame.unit_of_work.transaction() as session:
            # As a dump of a long-lived server has it, restored into a new one.
            restored = "update change set cluster = cluster - 1, txid = 4000000000000"
            await (await session.connection()).execute(text(restored))
        new = await a_station(app)

        everything, _ = await told(app, None)

    assert [each.id for each in everything] == [old, new]


@pytest.mark.parametrize("seed", range(3))
async def test_who_follows_has_in_the_end_what_there_is(frame: Frame, seed: int) -> None:
    app = build_application(frame)
    chance = random.Random(seed)  # noqa: S311 - no secret
    copy: dict[tuple[UUID, str], tuple[int, bool]] = {}
    place: Key | None = None

    async def change_things(stations: Sequence[StationId]) -> None:
        for _ in range(8):
            async with frame.unit_of_work.transaction():
                made = await a_station(app, chance.choice(AREAS))
                await asyncio.sleep(chance.random() / 100)
                for station in sorted({made, chance.choice(stations)}):
                    command = EditStation(
                        station_id=station,
                        since=date(2026, 2, 1),
                        edits=(Rename(name=str(uuid4())),),
                        area=AreaRef(AreaScheme.NBS, chance.choice(AREAS)),
                    )
                    await app.stations.edit(command, EVERYWHERE)

    async def follow() -> None:
        nonlocal place
        found, place = await told(app, place)
        copy.update({(each.id, each.area.code): (each.version, each.is_gone) for each in found})

    with cleared(system("test")):
        own = [[await a_station(app) for _ in range(3)] for _ in range(4)]
        writing = asyncio.gather(*(change_things(stations) for stations in own))
        while not writing.done():
            await follow()
        await writing
        await follow()
        async with frame.unit_of_work.transaction() as session:
            rows = (
                await (await session.connection()).execute(
                    text("select id, area, version from station")
                )
            ).all()

    there = {key: version for key, (version, is_gone) in copy.items() if not is_gone}
    assert there == {(row.id, row.area): row.version for row in rows}
