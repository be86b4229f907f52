from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import text
from structlog.testing import capture_logs

from common.contracts.registry import PartyVetted
from common.messaging import dead_letters
from common.messaging.consumer import Consumer, Handlers, Pace
from common.messaging.dead_letters import Selection
from common.messaging.fates import Patience, Reason
from common.messaging.kafka import Cluster, Partition
from common.messaging.topics import topic_named
from common.persistence.relay import Relay
from testing.kafka import KafkaForTests, publish
from testing.ledger.audit import assert_exactly_once, have, stage
from testing.ledger.book import (
    SERVICE,
    TOPIC,
    count,
    effects,
    inversions,
    message,
    note,
    noting,
    outgoing,
)
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest
    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope
    from wushe.components.broker import BrokerServer

ALL = {Partition(TOPIC, number) for number in range(topic_named(TOPIC).partitions)}
QUICK = Pace(watch=0.5, sweep=0.2)


@dataclass
class Diary:
    """A listener that writes down what it is told."""

    ours: frozenset[tuple[str, int]] = frozenset()
    handled_at: Counter[tuple[str, int]] = field(default_factory=Counter)
    times_assigned: int = 0

    async def assigned(self, partitions: frozenset[tuple[str, int]]) -> None:
        self.ours = partitions
        self.times_assigned += 1

    async def revoked(self, partitions: frozenset[tuple[str, int]]) -> None:
        assert partitions == self.ours
        self.ours = frozenset()

    async def handled(self, topic: str, partition: int) -> None:
        assert (topic, partition) in self.ours
        self.handled_at[topic, partition] += 1


async def test_the_story_of_a_consumer(engine: AsyncEngine, kafka: KafkaForTests) -> None:
    good, flaky, late, wrong = uuid4(), uuid4(), uuid4(), uuid4()
    attempts: Counter[tuple[str, int]] = Counter()
    is_corrected = asyncio.Event()
    handlers = Handlers()

    @handlers.on(PartyVetted)
    async def handle(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        attempts[envelope.subject, envelope.version] += 1
        await note(envelope, session)
        if envelope.subject == str(flaky) and attempts[envelope.subject, envelope.version] == 1:
            message = "only once"
            raise ValueError(message)
        if (envelope.subject, envelope.version) == (str(wrong), 1) and not is_corrected.is_set():
            raise ZeroDivisionError

    twice, second = outgoing(message(good, 1)), outgoing(message(late, 2))
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    await publish(
        kafka,
        [
            *(twice, twice, second),
            *(outgoing(message(flaky, 1)), outgoing(message(flaky, 2))),
            *(outgoing(message(wrong, 1)), outgoing(message(wrong, 2))),
            replace(twice, value=b"{", headers=()),
            outgoing(message(late, 1)),
        ],
    )
    consumer = Consumer(
        *("ledger", handlers, engine, kafka), patience=Patience(first_retry=0.01), pace=QUICK
    )
    async with running(consumer.run):
        await until(partial(have, engine, 5))
        await until(partial(are_dead, engine, 2))
        assert await count(engine, "effect") == 5
        assert attempts[str(wrong), 1] == 5

        is_corrected.set()
        await dead_letters.discard(engine, Selection(reason=Reason.UNREADABLE))
        await dead_letters.replay(engine, Selection(reason=Reason.DEFECT))
        await until(partial(have, engine, 7))

    done = [(effect.subject, effect.version) for effect in await effects(engine)]
    assert Counter(done) == Counter(
        {(str(good), 1): 1} | {(str(p), v): 1 for p in (flaky, late, wrong) for v in (1, 2)}
    )
    assert inversions(done) == 0


async def are_dead(engine: AsyncEngine, number: int) -> bool:
    return await count(engine, "held_event", "state = 'dead'") == number


async def test_consumers_share_the_partitions_and_their_listeners_know_it(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    parties = [uuid4() for _ in range(60)]
    one, two = Diary(), Diary()
    first = Consumer("ledger", noting(), engine, kafka, one, pace=QUICK)
    second = Consumer("ledger", noting(), engine, kafka, two, pace=QUICK)
    async with running(Relay(SERVICE, url, kafka).run, first.run):
        await until(lambda: one.ours == ALL, what="all partitions")
        await stage(engine, parties, 1)
        await until(partial(have, engine, 60))
        async with running(second.run):
            await until(lambda: len(one.ours) == len(two.ours) == 3, what="a share")
            assert one.ours | two.ours == ALL
            await stage(engine, parties, 2)
            await until(partial(have, engine, 120))
        await until(lambda: one.ours == ALL, seconds=10, what="what the other one left")

    assert set(one.handled_at) == ALL
    assert set(two.handled_at) < ALL
    assert one.ours == two.ours == frozenset()
    await assert_exactly_once(engine, parties, 2)


async def test_a_broker_that_forgets_everything_costs_nothing(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests, broker: BrokerServer
) -> None:
    parties = [uuid4() for _ in range(40)]
    consumer = Consumer("ledger", noting(), engine, kafka, pace=QUICK)
    async with running(Relay(SERVICE, url, kafka).run, consumer.run):
        for version in range(1, 31):
            await stage(engine, parties, version)
            if version in (10, 20):
                # In the middle of whatever is on its way.
                await until(partial(have, engine, version * 20))
                broker.stop()
                broker.start()
        await until(partial(have, engine, 1_200), seconds=60)

    await assert_exactly_once(engine, parties, 30)


async def test_a_database_that_throws_everybody_out_costs_nothing(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    parties = [uuid4() for _ in range(40)]
    consumer = Consumer("ledger", noting(), engine, kafka, pace=QUICK)
    async with running(Relay(SERVICE, url, kafka).run, consumer.run):
        for version in range(1, 11):
            await stage_anyhow(engine, parties, version)
            await throw_out(engine)
        await until(partial(have_despite_all, engine, 400), seconds=60)

    await assert_exactly_once(engine, parties, 10)


async def stage_anyhow(engine: AsyncEngine, parties: Sequence[UUID], version: int) -> None:
    """Stage in one transaction, as often as it needs to be committed once."""

    async def staged() -> bool:
        try:
            if await count(engine, "outbox", f"version = {version}"):
                return True
            await stage(engine, parties, version)
        except Exception:  # noqa: BLE001 - whatever it is, we look again
            return False
        return True

    await until(staged)


async def have_despite_all(engine: AsyncEngine, number: int) -> bool:
    try:
        return await have(engine, number)
    except Exception:  # noqa: BLE001 - a connection that was thrown out
        return False


async def throw_out(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(
            text("""
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
            """)
        )


async def test_a_partition_that_waits_lets_the_others_go_on(
    engine: AsyncEngine, kafka: KafkaForTests
) -> None:
    unlucky, lucky = uuid4(), [uuid4() for _ in range(40)]
    is_back = asyncio.Event()
    handlers = Handlers()

    @handlers.on(PartyVetted)
    async def handle(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        if envelope.subject == str(unlucky) and not is_back.is_set():
            raise ConnectionResetError
        await note(envelope, session)

    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    await publish(kafka, [outgoing(message(unlucky, 1))])
    consumer = Consumer("ledger", handlers, engine, kafka, pace=replace(QUICK, busy=0.2))
    async with running(consumer.run):
        await publish(kafka, [outgoing(message(party, 1)) for party in lucky])
        await until(partial(have, engine, 25))
        assert await count(engine, "held_event") == 0

        is_back.set()
        await until(partial(have, engine, 41))


async def test_a_listener_in_trouble_disturbs_nobody(
    engine: AsyncEngine, kafka: KafkaForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    diary = Diary()

    async def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(diary, "handled", fail)
    monkeypatch.setattr(diary, "assigned", fail)
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    await publish(kafka, [outgoing(message(uuid4(), 1)) for _ in range(10)])

    async with running(Consumer("ledger", noting(), engine, kafka, diary, pace=QUICK).run):
        await until(partial(have, engine, 10))


async def test_a_consumer_without_a_broker_waits_and_says_that_it_lives(
    engine: AsyncEngine, kafka: KafkaForTests, broker: BrokerServer
) -> None:
    broker.stop()
    consumer = Consumer("ledger", noting(), engine, kafka, pace=QUICK)
    async with running(consumer.run):
        before = consumer.last_progress
        await until(lambda: consumer.last_progress > before)
        broker.start()
        async with Cluster(kafka) as cluster:
            await cluster.ensure_topics([TOPIC])
        await publish(kafka, [outgoing(message(uuid4(), 1))])
        await until(partial(have, engine, 1))


async def test_a_consumer_whose_group_does_not_settle_begins_anew_and_says_that_it_lives(
    engine: AsyncEngine, kafka: KafkaForTests
) -> None:
    # The embedded broker lets a newcomer wait for half of this.
    patient = replace(kafka, kafka_session_seconds=120)
    consumer = Consumer("ledger", noting(), engine, patient, pace=replace(QUICK, settle=0.5))
    with capture_logs() as logs:
        async with running(consumer.run):
            await until(lambda: len(given_up(logs)) == 2)
            before = consumer.last_progress
            await until(lambda: consumer.last_progress > before)


def given_up(logs: Sequence[Mapping[str, object]]) -> list[object]:
    return [line for line in logs if "does not settle" in str(line.get("error"))]


async def test_a_record_that_nobody_can_read_stops_only_its_partition(
    engine: AsyncEngine, kafka: KafkaForTests
) -> None:
    before, after = uuid4(), [uuid4() for _ in range(40)]
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    await publish(kafka, [outgoing(message(before, 1))])
    # Only the driver's slow half can be talked into writing what the protocol forbids.
    subprocess.run(  # noqa: S603, ASYNC221
        (sys.executable, "-c", ILLEGIBLE, kafka.kafka_bootstrap, TOPIC, str(before)),
        env={"AIOKAFKA_NO_EXTENSIONS": "1"},
        check=True,
    )
    consumer = Consumer("ledger", noting(), engine, kafka, pace=QUICK)
    async with running(consumer.run):
        await publish(kafka, [outgoing(message(party, 1)) for party in after])
        await until(partial(have, engine, 25))


ILLEGIBLE = """
import asyncio, sys
from aiokafka import AIOKafkaProducer
class NotText(str):
    def encode(self, *_):
        return b"\\xff\\xfe"
async def main(bootstrap, topic, key):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    await producer.send_and_wait(topic, b"{}", key.encode(), headers=[(NotText("x"), b"")])
    await producer.stop()
asyncio.run(main(*sys.argv[1:]))
"""
