"""The planner beside the consumer: woken by batches, sweeping by itself, owner by epoch only."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from matching_desk import DALIAN, Desk
from prometheus_client import REGISTRY

from common.messaging.topics import topic_named
from common.vocabulary import MatchState
from matching.app.planning_ports import Epoch, PlanOutdated
from matching.domain.identity import PoolId
from matching.engine.compiled import play
from matching.entrypoints.planner import AT_A_TIME, Planner
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from matching.app.plan_pool import Planning

FOREVER: Final = 3600.0
PARTITIONS: Final = topic_named("cases.need").partitions


def a_planner(desk: Desk, *, sweep_seconds: float = FOREVER) -> Planner:
    return Planner(desk.app, get_ready=play, sweep_seconds=sweep_seconds, expiry_seconds=FOREVER)


def needs_of(desk: Desk) -> frozenset[tuple[str, int]]:
    partition = desk.app.partition_of(DALIAN)
    return frozenset({("cases.need", partition), ("matching.match", partition)})


@asynccontextmanager
async def running(planner: Planner) -> AsyncGenerator[None]:
    stop = asyncio.Event()
    work = asyncio.create_task(planner.run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await work


async def has_proposed(desk: Desk) -> bool:
    return await desk.states() == [MatchState.PROPOSED]


async def test_a_handled_batch_wakes_the_planner(desk: Desk) -> None:
    planner = a_planner(desk)
    await planner.assigned(needs_of(desk))
    async with running(planner):
        await until(lambda: _is_remembered(desk))
        await desk.offer()
        await desk.need()

        await planner.handled("cases.need", desk.app.partition_of(DALIAN))

        await until(lambda: has_proposed(desk))


async def test_what_a_killed_process_had_marked_is_planned_by_the_next_owner(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    planner = a_planner(desk)

    async with running(planner):
        await planner.assigned(needs_of(desk))

        await until(lambda: has_proposed(desk))


async def test_marks_that_nobody_told_of_are_found_by_the_sweep(desk: Desk) -> None:
    planner = a_planner(desk, sweep_seconds=0.05)
    await planner.assigned(needs_of(desk))
    async with running(planner):
        await desk.offer()
        await desk.need()

        await until(lambda: has_proposed(desk))


async def test_who_owns_no_partition_plans_nothing(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    planner = a_planner(desk)
    await planner.assigned(frozenset({("registry.party", 0)}))

    await planner.sweep(asyncio.Event())

    assert await desk.is_dirty()
    assert await desk.rows("select 1 from partition_owner") == []


async def test_a_revoked_partition_is_planned_no_more(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    planner = a_planner(desk)
    await planner.assigned(needs_of(desk))

    await planner.revoked(needs_of(desk))
    await planner.sweep(asyncio.Event())

    assert await desk.is_dirty()


async def epoch_of(desk: Desk) -> int:
    (owner,) = await desk.rows("select * from partition_owner")
    assert owner.partition == desk.app.partition_of(DALIAN)
    return int(owner.epoch)


async def test_an_epoch_ends_when_somebody_else_is_assigned(desk: Desk) -> None:
    planner, another = a_planner(desk), a_planner(desk.another_process())

    await planner.assigned(needs_of(desk))
    await planner.assigned(needs_of(desk))
    first = await epoch_of(desk)
    await another.assigned(needs_of(desk))
    second = await epoch_of(desk)
    await planner.assigned(needs_of(desk))

    assert (first, second, await epoch_of(desk)) == (1, 2, 3)


async def test_whose_epoch_is_over_does_not_take_it_back(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    zombie, owner = a_planner(desk), a_planner(desk.another_process())
    await zombie.assigned(needs_of(desk))
    await owner.assigned(needs_of(desk))

    await zombie.sweep(asyncio.Event())
    await zombie.sweep(asyncio.Event())

    assert await desk.matches() == []
    await owner.sweep(asyncio.Event())
    assert await has_proposed(desk)


async def test_what_goes_wrong_in_one_plan_is_tried_again(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    trouble = iter([ConnectionError("gone"), RuntimeError("a defect"), PlanOutdated()])

    async def plan_pool(pool_id: PoolId, epoch: Epoch) -> Planning:
        for error in trouble:
            raise error
        return await desk.app.plan_pool(pool_id, epoch)

    stubborn = replace(desk, app=replace(desk.app, plan_pool=plan_pool))
    planner = a_planner(stubborn, sweep_seconds=0.05)
    await planner.assigned(needs_of(desk))
    before = _figures()

    async with running(planner):
        await until(lambda: has_proposed(desk))
        await until(lambda: _figures()[1] > before[1])

    dropped, planned, changed = (now - then for now, then in zip(_figures(), before, strict=True))
    assert (dropped, changed) == (1, 1)
    assert planned >= 1
    assert REGISTRY.get_sample_value("matching_plan_gap") == 0


async def test_pools_that_cannot_be_planned_keep_no_other_from_its_plan(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    broken = [PoolId(uuid4()) for _ in range(2 * AT_A_TIME)]

    async def dirty_pools(partitions: frozenset[int]) -> Sequence[PoolId]:
        return [*broken, *await desk.app.dirty_pools(partitions)]

    async def plan_pool(pool_id: PoolId, epoch: Epoch) -> Planning:
        if pool_id in broken:
            raise LookupError
        return await desk.app.plan_pool(pool_id, epoch)

    app = replace(desk.app, dirty_pools=dirty_pools, plan_pool=plan_pool)
    planner = a_planner(replace(desk, app=app))
    await planner.assigned(frozenset({("cases.need", number) for number in range(PARTITIONS)}))

    await planner.sweep(asyncio.Event())

    assert await has_proposed(desk)


async def test_what_takes_long_to_load_is_loaded_before_the_first_plan(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    done: list[str] = []

    async def plan_pool(pool_id: PoolId, epoch: Epoch) -> Planning:
        done.append("planned")
        return await desk.app.plan_pool(pool_id, epoch)

    planner = Planner(
        replace(desk.app, plan_pool=plan_pool),
        get_ready=lambda: done.append("ready"),
        sweep_seconds=FOREVER,
        expiry_seconds=FOREVER,
    )
    await planner.assigned(needs_of(desk))
    async with running(planner):
        await until(lambda: has_proposed(desk))

    assert done == ["ready", "planned"]


def _figures() -> tuple[float, ...]:
    outdated = REGISTRY.get_sample_value("matching_plans_dropped_total", {"reason": "outdated"})
    planned = REGISTRY.get_sample_value("matching_planning_duration_seconds_count")
    changed = REGISTRY.get_sample_value("matching_planned_changes_total")
    return tuple(value or 0.0 for value in (outdated, planned, changed))


async def _is_remembered(desk: Desk) -> bool:
    return bool(await desk.rows("select 1 from policy_document"))


async def test_planning_keeps_up_while_needs_pour_in(desk: Desk) -> None:
    for n in range(6):
        await desk.offer(f"offer {n}", party=f"party {n}", capacity=30)
    planner = a_planner(desk)
    await planner.assigned(needs_of(desk))
    async with running(planner):
        for batch in range(20):
            async with desk.frame.unit_of_work.transaction():
                for n in range(10):
                    await desk.need(f"need {batch} {n}")
            await planner.handled("cases.need", desk.app.partition_of(DALIAN))

        await until(lambda: _is_planned(desk))

    versions = await desk.rows("select plan_version from need")
    assert len(versions) == 200
    assert {row.plan_version for row in versions} >= {1}
    taken = await desk.rows(
        "select offer_id, sum(quantity) as total from match where state = 'proposed' group by 1"
    )
    assert [row.total for row in taken] == [30] * 6


async def _is_planned(desk: Desk) -> bool:
    behind = await desk.rows(
        "select 1 from pool where wanted_sequence > planned_sequence"
        " union all select 1 from need where plan_version = 0"
    )
    return not behind


async def test_a_pool_that_moved_away_is_forgotten_and_one_that_comes_back_is_not(
    desk: Desk,
) -> None:
    planner = a_planner(desk)
    await desk.need()
    await planner.assigned(needs_of(desk))
    await desk.plan()

    await planner.revoked(needs_of(desk))
    await planner.assigned(needs_of(desk))
    back = await desk.plan()
    await planner.revoked(needs_of(desk))
    await planner.assigned(frozenset())
    anew = await desk.plan()

    assert (back.is_from_scratch, anew.is_from_scratch) == (False, True)
