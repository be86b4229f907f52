"""What becomes of the log, and of what is told through it, when a broker ends and comes back."""

from __future__ import annotations

import asyncio
import gc
import struct
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from common.messaging.consumer import Consumer
from common.messaging.kafka import Cluster
from common.messaging.sender import Outgoing, Sender
from common.persistence.relay import Relay
from testing.kafka import whole_log
from testing.ledger.audit import Load, assert_exactly_once, have, stage
from testing.ledger.book import SERVICE, TOPIC, count, noting
from testing.ledger.pace import BRISK, QUICK
from testing.waiting import running, until

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

    from testing.brokers import AnyBroker
    from testing.kafka import KafkaForTests


async def are_sent(engine: AsyncEngine, number: int) -> bool:
    return await count(engine, "outbox", "sent_at is not null") >= number


async def cluster_id(kafka: KafkaForTests) -> str:
    async with Cluster(kafka) as cluster:
        return await cluster.id()


def read_again(group: str) -> float:
    """Return how many records the group has seen that it had taken in before."""
    labels = {"group": group, "topic": TOPIC}
    return REGISTRY.get_sample_value("inbox_duplicates_total", labels) or 0.0


async def test_after_a_restart_in_order_only_what_was_forgotten_is_told_again(
    engine: AsyncEngine, url: SecretStr, broker: AnyBroker, kafka: KafkaForTests, group: str
) -> None:
    parties, before = [uuid4() for _ in range(20)], await cluster_id(kafka)
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        async with running(Consumer(group, noting(), engine, kafka, pace=BRISK).run):
            await stage(engine, parties, 1)
            await stage(engine, parties, 2)
            await until(partial(have, engine, 40))
        await until(partial(are_sent, engine, 40))

        broker.server.stop()
        await stage(engine, parties, 3)
        await broker.come_back()

        async with running(Consumer(group, noting(), engine, kafka, pace=BRISK).run):
            await stage(engine, parties, 4)
            await until(partial(have, engine, 80), seconds=60)
        await until(partial(are_sent, engine, 80))

    await assert_exactly_once(engine, parties, 4)
    assert (await cluster_id(kafka) == before) is broker.keeps_its_log
    assert (read_again(group) == 0) is broker.keeps_its_log
    if broker.keeps_its_log:
        # What is told during a restart may be told twice; what was acknowledged before it, never.
        versions = [
            it.headers["ce_subjectversion"] for it in await whole_log(kafka, TOPIC, at_least=80)
        ]
        assert Counter(versions)[b"1"] == Counter(versions)[b"2"] == len(parties)


async def test_a_log_that_was_lost_is_filled_again(
    engine: AsyncEngine, url: SecretStr, broker: AnyBroker, kafka: KafkaForTests, group: str
) -> None:
    parties, before = [uuid4() for _ in range(20)], await cluster_id(kafka)
    relay = Relay(SERVICE, url, kafka, QUICK)
    async with running(relay.run, Consumer(group, noting(), engine, kafka, pace=BRISK).run):
        await stage(engine, parties, 1)
        await until(partial(have, engine, 20))

        await broker.come_back_empty()
        await stage(engine, parties, 2)
        await until(partial(have, engine, 40), seconds=60)
        after = await cluster_id(kafka)
        # Nobody had confirmed the first ones: the new log holds them too. Of what is taken in the
        # relay may still wait for the word of the log.
        await until(partial(are_sent_to, engine, after, 40), seconds=60)

    assert after != before
    await assert_exactly_once(engine, parties, 2)
    in_the_log = {it.headers["ce_id"] for it in await whole_log(kafka, TOPIC, at_least=40)}
    assert len(in_the_log) == 40


async def are_sent_to(engine: AsyncEngine, cluster: str, events: int) -> bool:
    """Tell whether the relay knows that so many events are in the log of a cluster."""
    return await count(engine, "outbox", f"cluster_id = '{cluster}'") == events


async def test_a_producer_that_is_thrown_away_in_trouble_says_nothing_more(
    broker: AnyBroker, kafka: KafkaForTests
) -> None:
    complaints: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    record = Outgoing(topic=TOPIC, key=b"k", value=b"{}", headers=())
    sender, never = Sender(kafka), asyncio.Event()
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    assert None not in await sender.send([record], seconds=10, give_up=never)

    broker.server.stop()
    assert await sender.send([record], seconds=0.5, give_up=never) == [None]
    await broker.come_back()
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    assert None not in await sender.send([record], seconds=10, give_up=never)
    await sender.discard()

    # What nobody has looked at complains when it is collected.
    gc.collect()
    assert complaints == []
    # What it had in hand when it was thrown away never came.
    records = len(await whole_log(kafka, TOPIC, at_least=1))
    assert records == (2 if broker.keeps_its_log else 1)
    if kafka.kafka_idempotence:
        assert all(number >= 0 for number in producers_of(broker.home / "data"))


def producers_of(log: Path) -> list[int]:
    """Return who wrote the first batch of each partition; Kafka numbers idempotent producers."""
    written = [file.read_bytes() for file in log.glob(f"{TOPIC}-*/*.log")]
    return [struct.unpack_from(">q", batches, 43)[0] for batches in written if batches]


@pytest.mark.parametrize("kills", [1, pytest.param(10, marks=pytest.mark.long)])
async def test_f7_a_broker_that_is_killed_under_load_loses_and_doubles_nothing(
    engine: AsyncEngine,
    url: SecretStr,
    broker: AnyBroker,
    kafka: KafkaForTests,
    group: str,
    kills: int,
) -> None:
    load = Load(engine, parties=20, pause=0.1)
    relay = Relay(SERVICE, url, kafka, QUICK)
    async with running(relay.run, Consumer(group, noting(), engine, kafka, pace=BRISK).run):
        async with running(load.run):
            for _ in range(kills):
                reached = await count(engine, "effect")
                await until(partial(have, engine, reached + 200), seconds=60)
                broker.server.kill()
                await broker.come_back()
        await load.caught_up(seconds=180)
        # What comes twice may come last.
        await until(partial(are_sent, engine, 20 * load.versions))

    await load.assert_exactly_once()
