from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from common.messaging.kafka import Cluster, Partition
from common.messaging.sender import Acknowledged, Outgoing, Sender, unbroken
from common.messaging.topics import topic_named
from common.persistence.outbox import SLOTS, Outbox
from common.persistence.outbox_rows import OutboxRows
from common.persistence.relay import Relay
from common.persistence.slots import Slots
from common.persistence.unit_of_work import UnitOfWork
from common.persistence.wake_up import AWAY
from testing.chance import seeded
from testing.kafka import KafkaForTests, publish, whole_log
from testing.ledger.audit import stage
from testing.ledger.book import SERVICE, TOPIC, count, inversions, message
from testing.ledger.pace import QUICK
from testing.ledger.processes import roles
from testing.postgres import server
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

    from testing.kafka import Logged
    from wushe.components.broker import BrokerServer


async def some_sent(engine: AsyncEngine, number: int) -> bool:
    return await count(engine, "outbox", "sent_at is not null") >= number


async def all_sent(engine: AsyncEngine) -> bool:
    return await count(engine, "outbox", "sent_at is null") == 0


def versions(log: Sequence[Logged]) -> list[tuple[str, int]]:
    return [
        (record.headers["ce_subject"].decode(), int(record.headers["ce_subjectversion"]))
        for record in log
    ]


async def test_what_is_staged_is_sent_and_noted(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    parties = [uuid4() for _ in range(10)]
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        for version in (1, 2, 3):
            await stage(engine, parties, version)
        await until(partial(all_sent, engine))

    log = await whole_log(kafka, TOPIC, at_least=30)
    assert sorted(versions(log)) == sorted((str(p), v) for p in parties for v in (1, 2, 3))
    assert inversions(versions(log)) == 0
    async with engine.connect() as connection:
        noted = await connection.execute(
            text("select id::text, kafka_partition, kafka_offset from outbox")
        )
        found = {(r.headers["ce_id"].decode(), r.partition, r.offset) for r in log}
        assert {tuple(row) for row in noted} == found


async def test_missing_topics_are_made_as_they_are_listed(
    url: SecretStr, kafka: KafkaForTests, engine: AsyncEngine
) -> None:
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        await stage(engine, [uuid4()], 1)
        await until(partial(all_sent, engine))

    async with Cluster(kafka) as cluster:
        partitions = [Partition(TOPIC, n) for n in range(topic_named(TOPIC).partitions)]
        assert (await cluster.ends(partitions)).keys() == set(partitions)


async def test_f15_no_gap_is_skipped_whatever_the_order_of_commits(
    engine: AsyncEngine,
    url: SecretStr,
    kafka: KafkaForTests,
    record_property: Callable[[str, object], None],
) -> None:
    chance = seeded()
    parties = [uuid4() for _ in range(30)]
    for party in parties:
        await execute(engine, "insert into account_book values (:party, 0)", party=party)

    async def write_150_times() -> None:
        for _ in range(150):
            await change_one(engine, chance.choice(parties), chance.random() * 0.01)

    with roles(url, kafka) as processes:
        relays = [processes.start("relay") for _ in range(3)]
        await until(partial(is_shared_by, engine, 3), what="a fair share")
        writers = asyncio.gather(*(write_150_times() for _ in range(20)))
        for killed, relay in enumerate(relays, start=1):
            await until(partial(some_sent, engine, killed * 600), seconds=60)
            relay.kill()
            processes.start("relay")
        await writers
        await until(partial(all_sent, engine), seconds=60)

    log = await whole_log(kafka, TOPIC, at_least=3_000)
    once = list(dict.fromkeys(versions(log)))
    repeated = len(log) - len(once)
    record_property("sent_again", repeated)
    assert len(once) == 3_000, "nothing is lost"
    assert inversions(once) == 0, "every subject's events are in order"
    assert repeated <= 30, "at most one in a hundred is sent twice"


async def execute(engine: AsyncEngine, statement: str, **values: object) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(statement), values)


async def change_one(engine: AsyncEngine, party: UUID, seconds: float) -> None:
    """Write as a store does: the aggregate's row first, then its event; commit a little later."""
    statement = text(
        "update account_book set version = version + 1 where account = :party returning version"
    )
    async with UnitOfWork(engine).transaction() as session:
        connection = await session.connection()
        await connection.execute(text("set local lock_timeout = '30s'"))
        changed = await connection.execute(statement, {"party": party})
        await Outbox(SERVICE).stage(session, [message(party, changed.scalar_one())])
        await asyncio.sleep(seconds)


async def test_two_relays_share_the_slots_and_keep_the_order(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    parties = [uuid4() for _ in range(40)]

    relays = [Relay(SERVICE, url, kafka, QUICK) for _ in range(2)]
    async with running(*(relay.run for relay in relays)):
        await until(partial(is_shared_by, engine, 2), what="a fair share")
        for version in range(1, 11):
            await stage(engine, parties, version)
        await until(partial(all_sent, engine))

    log = await whole_log(kafka, TOPIC, at_least=400)
    assert len(log) == 400
    assert inversions(versions(log)) == 0


async def is_shared_by(engine: AsyncEngine, number: int) -> bool:
    found = (await locks(engine)).values()
    return len(found) == number and sum(found) == SLOTS and max(found) == -(-SLOTS // number)


async def locks(engine: AsyncEngine) -> dict[int, int]:
    async with engine.connect() as connection:
        rows = await connection.execute(
            text("""
                select pid, count(*) as held from pg_locks
                where locktype = 'advisory' and granted
                  and database = (select oid from pg_database where datname = current_database())
                group by pid
            """)
        )
        return {row.pid: row.held for row in rows}


async def test_a_relay_whose_connection_ends_marks_nothing_and_begins_again(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    parties = [uuid4() for _ in range(20)]
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        for version in range(1, 11):
            await stage(engine, parties, version)
            await execute(
                engine,
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name like :name and datname = current_database()",
                name=f"{SERVICE}-relay%",
            )
        await until(partial(all_sent, engine))

    once = list(dict.fromkeys(versions(await whole_log(kafka, TOPIC, at_least=200))))
    assert len(once) == 200
    assert inversions(once) == 0


async def test_a_stale_relay_cannot_mark_what_another_one_owns(engine: AsyncEngine) -> None:
    dsn = server().dsn(str(engine.url.database))
    stale, heir = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    old, new = Slots(stale, SERVICE), Slots(heir, SERVICE)
    assert len(await old.share()) == SLOTS
    assert not await new.share()

    await heir.execute("select pg_terminate_backend($1)", stale.get_server_pid())
    with pytest.raises(AWAY):
        await stale.execute("update outbox set sent_at = now()")

    async def inherited() -> bool:
        await heir.execute("delete from relay_member")
        await new.share()
        return len(new.held) == SLOTS

    await until(inherited)
    await heir.close()
    stale.terminate()


async def test_a_log_that_lost_its_memory_is_filled_again(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests, broker: BrokerServer
) -> None:
    parties = [uuid4() for _ in range(10)]
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        await stage(engine, parties, 1)
        await until(partial(all_sent, engine))

        broker.stop()
        await stage(engine, parties, 2)
        broker.start()
        await until(partial(refilled, engine, kafka))

    log = versions(await whole_log(kafka, TOPIC, at_least=20))
    assert len(set(log)) == 20
    # Before the loss was noticed, some may have been written to the new log; in the end all are
    # there in order.
    assert inversions(list(dict.fromkeys(reversed(log)))[::-1]) == 0
    assert await count(engine, "outbox", "kafka_offset is null") == 0


async def refilled(engine: AsyncEngine, kafka: KafkaForTests) -> bool:
    async with Cluster(kafka) as cluster:
        present = await cluster.id()
    return await count(engine, "outbox", f"cluster_id is distinct from '{present}'") == 0


async def test_what_everybody_has_read_is_not_sent_again_and_goes_in_time(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests, broker: BrokerServer
) -> None:
    parties = [uuid4() for _ in range(10)]
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        await stage(engine, parties, 1)
        await until(partial(all_sent, engine))
        ends = await read_by_all(kafka)
        assert sum(ends.values()) == 10

        async def confirmed() -> bool:
            return await count(engine, "outbox", "confirmed_at is not null") == 10

        await until(confirmed)
        await stage(engine, parties[:1], 2)
        broker.stop()
        broker.start()
        await until(partial(refilled_only_unconfirmed, engine, kafka))
        assert {v for _, v in versions(await whole_log(kafka, TOPIC, at_least=1))} == {2}

        await execute(
            engine, "update outbox set sent_at = sent_at - interval '4 days' where version = 1"
        )

        async def pruned() -> bool:
            return await count(engine, "outbox") == 1

        await until(pruned)


async def refilled_only_unconfirmed(engine: AsyncEngine, kafka: KafkaForTests) -> bool:
    async with Cluster(kafka) as cluster:
        present = await cluster.id()
    where = f"confirmed_at is null and cluster_id is distinct from '{present}'"
    return await count(engine, "outbox", where) == 0


async def read_by_all(kafka: KafkaForTests) -> dict[Partition, int]:
    """Commit the end of every partition for every group that the topic's row must wait for."""
    ends: dict[Partition, int] = {}
    for record in await whole_log(kafka, TOPIC, at_least=10):
        where = Partition(TOPIC, record.partition)
        ends[where] = max(ends.get(where, 0), record.offset + 1)
    for group in topic_named(TOPIC).groups:
        await commit(kafka, group, ends)
    return ends


async def commit(kafka: KafkaForTests, group: str, ends: dict[Partition, int]) -> None:
    from aiokafka import AIOKafkaConsumer, TopicPartition  # noqa: PLC0415

    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka.kafka_bootstrap, group_id=group, enable_auto_commit=False
    )
    consumer.assign([TopicPartition(*where) for where in ends])
    await consumer.start()
    try:
        await consumer.commit({TopicPartition(*where): end for where, end in ends.items()})
    finally:
        await consumer.stop()


async def test_a_partition_that_was_made_anew_shows_by_its_next_acknowledgement(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    party = uuid4()
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        await stage(engine, [party], 1)
        await until(partial(all_sent, engine))
    # As if the log had been longer, and had been made anew in the same cluster.
    await execute(engine, "update outbox set kafka_offset = kafka_offset + 5")

    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        await stage(engine, [party], 2)

        async def sent_again() -> bool:
            return await count(engine, "outbox", "kafka_offset between 0 and 4") == 2

        await until(sent_again)

    log = await whole_log(kafka, TOPIC, at_least=3)
    assert {version for _, version in versions(log)} == {1, 2}


async def test_a_topic_that_is_not_there_does_not_stop_the_others(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    party, parties = uuid4(), [uuid4() for _ in range(30)]
    await stage(engine, [party], 1)
    await execute(engine, "update outbox set aggregatetype = 'registry.nothing'")
    async with running(Relay(SERVICE, url, replace(kafka, kafka_create_topics=False), QUICK).run):
        await stage(engine, parties, 1)

        async def others_sent() -> bool:
            return await count(engine, "outbox", "sent_at is not null") == 30

        await until(others_sent)

    assert await count(engine, "outbox", "sent_at is null") == 1


async def test_a_producer_is_thrown_away_after_trouble(
    kafka: KafkaForTests, broker: BrokerServer
) -> None:
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    sender = Sender(kafka)
    record = Outgoing(topic=TOPIC, key=b"k", value=b"{}", headers=())
    never = asyncio.Event()
    assert (await sender.send([record], seconds=5, give_up=never))[0] is not None

    broker.stop()
    assert await sender.send([record], seconds=0.5, give_up=never) == [None]
    broker.start()
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])

    fates = await sender.send([record], seconds=5, give_up=never)
    assert fates == [Acknowledged(Partition(TOPIC, fates[0].partition.number), 0)]  # type: ignore[union-attr]
    # What the first producer had not sent when it was thrown away never came.
    assert len(await whole_log(kafka, TOPIC, at_least=1)) == 1
    await sender.discard()


async def test_while_there_is_no_broker_news_does_not_make_the_relay_try_more_often(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests, broker: BrokerServer
) -> None:
    broker.kill()
    begun = time.monotonic()
    with capture_logs() as logged:
        async with running(Relay(SERVICE, url, kafka, QUICK).run):
            for version in range(1, 101):
                await stage(engine, [uuid4()], version)
            await until(lambda: any(it["event"] == "log_unreachable" for it in logged))
    passed = time.monotonic() - begun

    tries = sum(it["event"] == "log_unreachable" for it in logged)
    assert tries <= passed / QUICK.poll + 2


async def test_waiting_for_a_log_that_is_gone_can_be_given_up(
    kafka: KafkaForTests, broker: BrokerServer
) -> None:
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    sender, give_up = Sender(kafka), asyncio.Event()
    record = Outgoing(topic=TOPIC, key=b"k", value=b"{}", headers=())
    await sender.send([record], seconds=5, give_up=give_up)
    broker.stop()

    sending = asyncio.create_task(sender.send([record], seconds=60, give_up=give_up))
    give_up.set()

    assert await asyncio.wait_for(sending, 10) == [None]


def test_nothing_counts_as_sent_after_a_failure_of_its_subject() -> None:
    ack = Acknowledged(Partition(TOPIC, 0), 1)

    assert unbroken(["a", "b", "a", "a", "b"], [ack, None, None, ack, ack]) == [0]
    assert unbroken(["a", "b", "a"], [ack, ack, ack]) == [0, 1, 2]


async def test_records_of_others_do_no_harm(kafka: KafkaForTests) -> None:
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    await publish(kafka, [Outgoing(topic=TOPIC, key=b"k", value=b"x", headers=())])

    found: Any = await whole_log(kafka, TOPIC, at_least=1)

    assert found[0].value == b"x"


async def test_where_the_broker_does_not_know_how_far_groups_are_age_alone_decides(
    engine: AsyncEngine,
) -> None:
    await stage(engine, [uuid4() for _ in range(6)], 1)
    await execute(engine, "update outbox set sent_at = now() - interval '4 days'")
    await stage(engine, [uuid4() for _ in range(3)], 1)
    connection = await asyncpg.connect(server().dsn(str(engine.url.database)))
    rows, age = OutboxRows(connection), timedelta(days=3)

    kept = await rows.prune(range(SLOTS), age=age, also_unconfirmed=False, limit=4)
    some = await rows.prune(range(SLOTS), age=age, also_unconfirmed=True, limit=4)
    rest = await rows.prune(range(SLOTS), age=age, also_unconfirmed=True, limit=4)

    assert (kept, some, rest) == (0, 4, 2)
    assert (await rows.pending())[0] == 3
    await connection.close()
