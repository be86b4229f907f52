"""Slow consumers: handlers that wait for long, that block, and that have much before them."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest

from common.contracts.registry import PartyVetted
from common.messaging.consumer import Consumer, Handlers
from common.messaging.kafka import Cluster
from testing.backlog import drained
from testing.kafka import is_settled, publish
from testing.ledger.audit import assert_exactly_once, have
from testing.ledger.book import TOPIC, count, message, note, outgoing
from testing.ledger.processes import roles
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope
    from testing.kafka import KafkaForTests

MOST_MIB: Final = 300


class Assignments:
    """A listener that counts how often it was given partitions."""

    times = 0

    async def assigned(self, _partitions: frozenset[tuple[str, int]]) -> None:
        self.times += 1

    async def revoked(self, _partitions: frozenset[tuple[str, int]]) -> None: ...

    async def handled(self, _topic: str, _partition: int) -> None: ...


async def test_a_handler_may_wait_for_longer_than_the_session(
    engine: AsyncEngine, kafka: KafkaForTests
) -> None:
    assignments, handlers = Assignments(), Handlers()

    @handlers.on(PartyVetted)
    async def handle(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        await asyncio.sleep(kafka.kafka_session_seconds * 1.5)
        await note(envelope, session)

    await put(kafka, [uuid4()])
    async with running(Consumer("ledger", handlers, engine, kafka, assignments).run):
        await until(partial(have, engine, 1))
    assert assignments.times == 1


async def test_a_handler_that_blocks_loses_its_partitions_and_nothing_else(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    parties = [uuid4() for _ in range(40)]
    assignments, handlers = Assignments(), Handlers()
    blocks = [kafka.kafka_session_seconds * 2]

    @handlers.on(PartyVetted)
    async def handle(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        if blocks:
            time.sleep(blocks.pop())  # noqa: ASYNC251 - what is tested
        await note(envelope, session)

    with roles(url, kafka) as processes:
        processes.start("consume")
        async with running(Consumer("ledger", handlers, engine, kafka, assignments).run):
            await until(partial(is_settled, kafka, "ledger", members=2))
            times = assignments.times
            await put(kafka, parties)
            await until(lambda: assignments.times > times, what="another share")
            await until(partial(have, engine, len(parties)))

    assert not blocks
    await assert_exactly_once(engine, parties, 1)


async def put(kafka: KafkaForTests, parties: Iterable[UUID], versions: int = 1) -> None:
    """Write facts about each party into the log, without an outbox."""
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    facts = (message(party, version + 1) for version in range(versions) for party in parties)
    await publish(kafka, map(outgoing, facts))


@pytest.mark.long
@pytest.mark.parametrize(
    ("role", "events", "least_per_second"),
    [
        ("consume-together", 100_000, 2_000),
        ("consume", 100_000, 0),
    ],
)
async def test_a_backlog_is_taken_in_whole_and_in_little_memory(
    engine: AsyncEngine,
    url: SecretStr,
    kafka: KafkaForTests,
    role: str,
    events: int,
    least_per_second: int,
) -> None:
    parties, versions = [uuid4() for _ in range(events // 10)], 10
    await put(kafka, parties, versions)

    with roles(url, kafka) as processes:
        pid = processes.start(role).pid
        took = await drained(pid, partial(count, engine, "effect"), events, seconds=events / 20)

    print(role, took)  # noqa: T201 - pytest -s shows it
    await assert_exactly_once(engine, parties, versions)
    assert took.peak_mib < MOST_MIB
    assert took.per_second > least_per_second
