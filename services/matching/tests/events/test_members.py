"""Several processes of one service on a real log: each plans the pools of its own partitions."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from matching_builders import GATE, NOW

from common.contracts.cases import LineAsked, NeedSubmitted, Point
from common.contracts.registry import PlaceCode
from common.messaging.consumer import Consumer
from common.messaging.event import Message
from common.persistence.relay import Relay
from common.vocabulary import AreaScheme, Beneficiary, LineKind, ServiceCode, Unit
from matching.domain.identity import PoolId
from matching.engine.compiled import play
from matching.entrypoints.events import reactions
from matching.entrypoints.planner import Planner
from testing.api import STREET
from testing.kafka import KafkaForTests, fresh_broker, settings_of
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from matching_desk import Desk


@asynccontextmanager
async def member(desk: Desk, settings: KafkaForTests) -> AsyncGenerator[None]:
    """One process that consumes and plans."""
    planner = Planner(desk.app, get_ready=play, sweep_seconds=0.5, expiry_seconds=3600)
    consumer = Consumer("matching", reactions(desk.app), desk.frame.engine, settings, planner)
    async with running(consumer.run, planner.run):
        yield


async def submit(desk: Desk, count: int) -> None:
    """Let cases tell of needs, each in a pool of its own."""
    async with desk.frame.unit_of_work.transaction() as session:
        await desk.frame.outbox.stage(
            session, [_submitted(uuid4(), pool_id=uuid4()) for _ in range(count)]
        )


def _submitted(need_id: UUID, *, pool_id: UUID) -> Message:
    event = NeedSubmitted(
        need_id=need_id,
        pool_id=pool_id,
        place=PlaceCode(scheme=AreaScheme.NBS, code=STREET),
        point=Point(longitude=GATE.longitude, latitude=GATE.latitude),
        beneficiary=Beneficiary.GROUP,
        persons=1,
        urgency=1,
        lines=(
            LineAsked(
                line_id=uuid4(),
                kind=LineKind.SERVICE,
                service=ServiceCode.COUNSELLING,
                quantity=1,
                unit=Unit.PERSON_TIME,
            ),
        ),
        submitted_at=NOW,
    )
    return Message(event=event, version=1, partition_key=str(pool_id), occurred_at=NOW)


async def planned(desk: Desk) -> list[int]:
    rows = await desk.rows("select plan_version from need where plan_version > 0")
    return [row.plan_version for row in rows]


async def owners(desk: Desk) -> set[UUID]:
    return {row.member for row in await desk.rows("select member from partition_owner")}


async def test_members_share_the_pools_and_one_takes_over_from_the_other(desk: Desk) -> None:
    with fresh_broker() as broker:
        settings = settings_of(broker)
        relay = Relay("matching", desk.settings.database_url, settings)
        async with asyncio.timeout(90), running(relay.run), member(desk, settings):
            async with member(desk.another_process(), settings):
                await until(lambda: _has_two_owners(desk))
                await submit(desk, 40)
                await until(lambda: _are_planned(desk, 40))
            await submit(desk, 20)
            await until(lambda: _are_planned(desk, 60))

    assert await planned(desk) == [1] * 60
    assert await desk.rows("select 1 from held_event") == []
    assert len(await owners(desk)) == 1
    sent = await desk.rows(
        "select partitionkey, kafka_partition from outbox where kafka_partition is not null"
    )
    assert len(sent) >= 60
    assert all(
        desk.app.partition_of(PoolId(UUID(row.partitionkey))) == row.kafka_partition for row in sent
    )


async def _has_two_owners(desk: Desk) -> bool:
    return len(await owners(desk)) == 2


async def _are_planned(desk: Desk, count: int) -> bool:
    return len(await planned(desk)) == count
