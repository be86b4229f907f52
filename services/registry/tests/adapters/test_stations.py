"""Stations on a real database: what rivals may do to each other, and what others are told."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from common.grants import Scope
from common.paging import Window
from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme, StationTier
from registry.adapters.postgres.stations import PostgresStations
from registry.app.import_areas import ImportAreas
from registry.app.plan_stations import PlanStation
from registry.app.ports.areas import AreaFilter
from registry.app.ports.stations import StationFilter
from registry.bootstrap import build_application
from registry.domain.errors.stations import (
    AreaAlreadyServed,
    StationChangedMeanwhile,
    StationIdTaken,
    StationNotFound,
)
from registry.domain.station import (
    ClosureReason,
    Station,
    StationFact,
    StationId,
    StationStatus,
)
from registry.domain.station_plan import plan_station

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from common.change import Change
    from common.frame import Frame

    Staged = Callable[[], Awaitable[list[tuple[str, str, int]]]]

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
EVERYWHERE = Scope(sub="admin", is_everywhere=True)
XIANJIN = AreaRef(AreaScheme.NBS, "210213009")
OPENED = date(2026, 2, 1)


@pytest.fixture
def stations(frame: Frame) -> PostgresStations:
    return PostgresStations(frame.unit_of_work, frame.outbox, frame.areas)


async def a_plan(
    frame: Frame, *, area: AreaRef = XIANJIN, opened_on: date | None = None
) -> Change[Station, StationFact]:
    return plan_station(
        StationId(uuid4()),
        tier=StationTier.STATION,
        name="先进街道社工站",
        area=await frame.areas.find(area),
        planned_on=date(2026, 1, 5),
        opened_on=opened_on,
        at=frame.clock.now(),
    )


async def test_what_is_stored_is_what_comes_back(frame: Frame, stations: PostgresStations) -> None:
    planned = await a_plan(frame, opened_on=OPENED)
    await stations.add_all([planned])
    closed = planned.state.close(
        closed_on=date(2026, 2, 20), reason=ClosureReason.MERGED, at=frame.clock.now()
    )
    await stations.save(closed)

    assert await stations.get(closed.state.id) == closed.state


async def test_each_fact_is_told_once_with_its_version(
    frame: Frame, stations: PostgresStations, staged: Staged
) -> None:
    planned = await a_plan(frame, opened_on=OPENED)
    await stations.add_all([planned])
    await stations.save(
        planned.state.close(closed_on=OPENED, reason=ClosureReason.OTHER, at=frame.clock.now())
    )

    subject = str(planned.state.id)
    assert await staged() == [
        ("registry.station.planned.v1", subject, 1),
        ("registry.station.opened.v1", subject, 2),
        ("registry.station.closed.v1", subject, 3),
    ]


async def test_an_unknown_station_is_not_found(stations: PostgresStations) -> None:
    with pytest.raises(StationNotFound):
        await stations.get(StationId(UUID(int=1)))


async def test_of_two_rival_changes_one_wins_and_the_other_tells_nobody(
    frame: Frame, stations: PostgresStations, staged: Staged
) -> None:
    planned = await a_plan(frame)
    await stations.add_all([planned])
    rivals = [
        planned.state.open(opened_on=day, at=frame.clock.now())
        for day in (date(2026, 2, 1), date(2026, 2, 2))
    ]

    async def rival(change: Change[Station, StationFact]) -> None:
        async with frame.unit_of_work.transaction():
            await stations.save(change)

    outcomes = await asyncio.gather(*map(rival, rivals), return_exceptions=True)

    assert [type(refusal) for refusal in outcomes if refusal] == [StationChangedMeanwhile]
    assert [event for event in await staged() if "opened" in event[0]] == [
        ("registry.station.opened.v1", str(planned.state.id), 2)
    ]


async def test_of_two_stations_that_open_at_once_for_one_area_one_wins(
    frame: Frame, stations: PostgresStations, staged: Staged
) -> None:
    plans = [await a_plan(frame) for _ in range(2)]
    await stations.add_all(plans)

    outcomes = await asyncio.gather(
        *(stations.save(plan.state.open(opened_on=OPENED, at=frame.clock.now())) for plan in plans),
        return_exceptions=True,
    )

    refusals = [outcome for outcome in outcomes if outcome is not None]
    assert [type(refusal) for refusal in refusals] == [AreaAlreadyServed]
    assert len([event for event in await staged() if "opened" in event[0]]) == 1


async def test_an_area_may_have_a_new_station_when_the_old_one_has_closed(
    frame: Frame, stations: PostgresStations
) -> None:
    first = await a_plan(frame, opened_on=OPENED)
    await stations.add_all([first])
    await stations.save(
        first.state.close(closed_on=OPENED, reason=ClosureReason.MERGED, at=frame.clock.now())
    )

    second = await a_plan(frame, opened_on=OPENED)
    await stations.add_all([second])

    assert (await stations.get(second.state.id)).status is StationStatus.OPEN


async def test_an_id_belongs_to_one_station(frame: Frame, stations: PostgresStations) -> None:
    planned = await a_plan(frame)
    await stations.add_all([planned])

    with pytest.raises(StationIdTaken):
        await stations.add_all([planned])


async def test_stations_that_cannot_all_be_are_not_stored_at_all(
    frame: Frame, stations: PostgresStations, staged: Staged
) -> None:
    before = await staged()
    both = [await a_plan(frame, opened_on=OPENED) for _ in range(2)]

    with pytest.raises(AreaAlreadyServed):
        await stations.add_all(both)

    assert await stations.find_many([change.state.id for change in both]) == {}
    assert await staged() == before


async def test_a_batch_of_all_149_townships_is_planned_at_once(frame: Frame) -> None:
    app = build_application(frame)
    await app.import_areas(ImportAreas(within="2102"))
    townships = await formal_townships(frame)
    commands = [
        PlanStation(
            id=None,
            tier=StationTier.STATION,
            name=f"{area.name}社工站",
            area=area.ref,
            planned_on=date(2024, 1, 1),
            opened_on=date(2024, 6, 1),
        )
        for area in townships
    ]

    outcomes = await app.plan_stations(commands, EVERYWHERE)

    assert len(outcomes) == 149
    assert all(not isinstance(outcome, Exception) and outcome.is_new for outcome in outcomes)


async def formal_townships(frame: Frame) -> list[Area]:
    app = build_application(frame)
    wanted = AreaFilter(scheme=AreaScheme.NBS, within="2102", level=AreaLevel.TOWNSHIP)
    found = await app.areas.find_all(wanted, Window(limit=200))
    return [
        await frame.areas.find(record.area.ref) for record in found.items if record.area.is_formal
    ]


async def test_a_page_holds_what_lies_within_the_scope(
    frame: Frame, stations: PostgresStations
) -> None:
    here = await a_plan(frame, opened_on=OPENED)
    elsewhere = await a_plan(frame, area=AreaRef(AreaScheme.NBS, "210204008"))
    await stations.add_all([here, elsewhere])

    in_jinpu = Scope(sub="s", areas=frozenset({AreaRef(AreaScheme.NBS, "210213")}))
    found = await stations.page(StationFilter(), in_jinpu, Window(limit=10))
    nobody = await stations.page(StationFilter(), Scope(sub="n"), Window(limit=10))

    assert [station.id for station in found.items] == [here.state.id]
    assert nobody.items == ()


async def test_filters_add_up(frame: Frame, stations: PostgresStations) -> None:
    here = await a_plan(frame, opened_on=OPENED)
    planned = await a_plan(frame)
    await stations.add_all([here, planned])

    async def found(wanted: StationFilter) -> set[UUID]:
        page = await stations.page(wanted, EVERYWHERE, Window(limit=10))
        return {station.id for station in page.items}

    assert await found(StationFilter(status=StationStatus.OPEN)) == {here.state.id}
    assert await found(StationFilter(status=StationStatus.PLANNED, within=XIANJIN)) == {
        planned.state.id
    }
    assert await found(StationFilter(tier=StationTier.ROOM, within=XIANJIN)) == set()
    assert await found(StationFilter(scheme=AreaScheme.MCA)) == set()


async def test_pages_hold_every_station_once(frame: Frame, stations: PostgresStations) -> None:
    plans = [await a_plan(frame) for _ in range(5)]
    await stations.add_all(plans)

    seen: list[UUID] = []
    window = Window(limit=2)
    while True:
        page = await stations.page(StationFilter(), EVERYWHERE, window)
        seen.extend(station.id for station in page.items)
        if page.next is None:
            break
        window = Window(limit=2, after=page.next)

    assert sorted(seen) == sorted(change.state.id for change in plans)
    assert len(seen) == len(set(seen))
