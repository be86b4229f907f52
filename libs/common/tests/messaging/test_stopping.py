"""A consumer that is told to stop ends in time, whatever it is waiting for."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import psutil
from sqlalchemy import text

from common.contracts.registry import PartyVetted
from common.messaging.consumer import Consumer, Handlers
from common.messaging.kafka import Cluster
from testing.kafka import KafkaForTests, fresh_broker, group_of, publish, settings_of
from testing.ledger.audit import Load
from testing.ledger.book import TOPIC, message, noting, outgoing
from testing.ledger.processes import END_SECONDS, roles
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import Generator

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope


class Member:
    """A consumer beside the test, and whether it has partitions."""

    has_partitions = False

    def __init__(
        self, engine: AsyncEngine, kafka: KafkaForTests, handlers: Handlers | None = None
    ) -> None:
        self._stop: Final = asyncio.Event()
        consumer = Consumer("ledger", handlers or noting(), engine, kafka, self)
        self._running: Final = asyncio.create_task(consumer.run(self._stop))

    async def joined(self) -> None:
        await until(lambda: self.has_partitions, what="a share")

    async def stop(self) -> float:
        """Return how many seconds it took to end."""
        begin = time.monotonic()
        self._stop.set()
        await self._running
        return time.monotonic() - begin

    async def assigned(self, _partitions: object) -> None:
        self.has_partitions = True

    async def revoked(self, _partitions: object) -> None:
        self.has_partitions = False

    async def handled(self, _topic: str, _partition: int) -> None: ...


async def while_it_joins(engine: AsyncEngine) -> float:
    with fresh_broker() as broker:
        # The embedded broker lets a newcomer wait for half of this.
        member = Member(engine, replace(settings_of(broker), kafka_session_seconds=120))
        await until(partial(has_a_member, settings_of(broker)))
        return await member.stop()


async def has_a_member(kafka: KafkaForTests) -> bool:
    return (await group_of(kafka, "ledger")).members == 1


async def while_its_group_settles(engine: AsyncEngine) -> float:
    with fresh_broker() as broker:
        kafka = replace(settings_of(broker), kafka_session_seconds=6)
        first = Member(engine, kafka)
        await first.joined()
        second = Member(engine, kafka)
        await until(lambda: not first.has_partitions)
        return max(await asyncio.gather(first.stop(), second.stop()))


async def while_it_looks_for_a_frozen_broker(engine: AsyncEngine) -> float:
    with fresh_broker() as broker, frozen(broker.pid):
        member = Member(engine, settings_of(broker))
        await asyncio.sleep(1)
        return await member.stop()


async def while_its_broker_is_frozen(engine: AsyncEngine) -> float:
    with fresh_broker() as broker:
        member = Member(engine, settings_of(broker))
        await member.joined()
        with frozen(broker.pid):
            await asyncio.sleep(1)
            return await member.stop()


async def while_its_broker_is_gone(engine: AsyncEngine) -> float:
    with fresh_broker() as broker:
        member = Member(engine, settings_of(broker))
        await member.joined()
        broker.stop()
        await asyncio.sleep(1)
        return await member.stop()


async def while_a_handler_is_busy(engine: AsyncEngine) -> float:
    began = asyncio.Event()
    handlers = Handlers()

    @handlers.on(PartyVetted)
    async def handle(_envelope: Envelope[PartyVetted], _session: AsyncSession) -> None:
        began.set()
        await asyncio.sleep(3600)

    with fresh_broker() as broker:
        async with Cluster(settings_of(broker)) as cluster:
            await cluster.ensure_topics([TOPIC])
        await publish(settings_of(broker), [outgoing(message(uuid4(), 1))])
        member = Member(engine, settings_of(broker), handlers)
        await began.wait()
        return await member.stop()


async def test_a_consumer_ends_in_time(engine: AsyncEngine) -> None:
    stops = (
        while_it_joins,
        while_its_group_settles,
        while_it_looks_for_a_frozen_broker,
        while_its_broker_is_frozen,
        while_its_broker_is_gone,
        while_a_handler_is_busy,
    )
    seconds = await asyncio.gather(*(stop(engine) for stop in stops))

    took = {stop.__name__: round(each, 1) for stop, each in zip(stops, seconds, strict=True)}
    assert max(seconds) < END_SECONDS, took


async def test_processes_end_in_time_while_the_database_is_frozen(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    load = Load(engine)
    async with engine.connect() as connection:
        backend = (await connection.execute(text("select pg_backend_pid()"))).scalar_one()
    with roles(url, kafka) as processes:
        processes.start("relay")
        consumer = processes.start("consume")
        async with running(load.run):
            await until(lambda: load.versions > 3)
            await load.caught_up()
        with frozen(psutil.Process(backend).ppid()):
            await asyncio.sleep(1)
            await asyncio.to_thread(processes.end, consumer)


@contextmanager
def frozen(pid: int | None) -> Generator[None]:
    """Freeze a process and its children as long as the block."""
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            process.resume()
