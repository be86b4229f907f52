"""What the frame asks of a broker, on every broker that it is run on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from sqlalchemy import text

from common.contracts.registry import PartyRegistered, PartyVetted, PlaceCode, StationClosed
from common.messaging import dead_letters
from common.messaging.consumer import Consumer, Handlers
from common.messaging.dead_letters import Selection
from common.messaging.event import Message
from common.messaging.fates import Patience, Reason
from common.messaging.kafka import Cluster, Partition
from common.messaging.reader import GroupMember, Membership
from common.messaging.topics import topic_named
from common.persistence.outbox import MAX_EVENT_BYTES, Outbox
from common.persistence.relay import Relay
from common.persistence.unit_of_work import UnitOfWork
from common.vocabulary import AreaScheme, Society, StationTier
from testing.chance import seeded
from testing.kafka import KafkaForTests, publish, whole_log
from testing.ledger.audit import have, stage
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
from testing.ledger.pace import BRISK, QUICK
from testing.ledger.poison import KINDS
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope
    from common.messaging.kafka import Record
    from common.messaging.sender import Outgoing
    from testing.brokers import AnyBroker

ALL = [Partition(TOPIC, number) for number in range(topic_named(TOPIC).partitions)]


async def test_what_is_staged_is_written_noted_and_handled_once_in_order(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests, group: str
) -> None:
    parties = [uuid4() for _ in range(30)]
    consumer = Consumer(group, noting(), engine, kafka, pace=BRISK)
    async with running(Relay(SERVICE, url, kafka, QUICK).run, consumer.run):
        for version in range(1, 6):
            await stage(engine, parties, version)
        await until(partial(have, engine, 150))

    done = [(effect.subject, effect.version) for effect in await effects(engine)]
    assert Counter(done) == Counter((str(p), v) for p in parties for v in range(1, 6))
    assert inversions(done) == 0
    async with engine.connect() as connection:
        noted = await connection.execute(
            text("select id::text, kafka_partition, kafka_offset from outbox")
        )
        log = await whole_log(kafka, TOPIC, at_least=150)
        found = {(it.headers["ce_id"].decode(), it.partition, it.offset) for it in log}
        assert {tuple(row) for row in noted} == found


async def test_topics_are_made_as_they_are_listed(kafka: KafkaForTests) -> None:
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
        await cluster.ensure_topics([TOPIC, "registry.area_list"])
        ends = await cluster.ends(ALL)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.kafka_bootstrap)
    await admin.start()
    described = await admin.describe_topics()
    await admin.close()

    assert ends == dict.fromkeys(ALL, 0)
    found = {topic["topic"]: len(topic["partitions"]) for topic in described}
    assert {name: found.get(name) for name in (TOPIC, "registry.area_list")} == {
        TOPIC: 6,
        "registry.area_list": 1,
    }


@dataclass
class Diary:
    """A listener that writes down what it owns, by topic."""

    owns: dict[str, set[int]] = field(default_factory=dict[str, set[int]])

    async def assigned(self, partitions: frozenset[tuple[str, int]]) -> None:
        topics = {topic for topic, _ in partitions}
        self.owns = {name: {n for topic, n in partitions if topic == name} for name in topics}

    async def revoked(self, partitions: frozenset[tuple[str, int]]) -> None:
        assert partitions
        self.owns = {}

    async def handled(self, topic: str, partition: int) -> None:
        assert partition in self.owns[topic]


async def test_members_own_the_same_partitions_of_all_topics_whoever_comes_and_goes(
    engine: AsyncEngine, kafka: KafkaForTests, group: str, broker: AnyBroker
) -> None:
    # Long enough that a partition which changes hands early shows that its owner said goodbye.
    kafka = replace(kafka, kafka_session_seconds=20 if broker.keeps_its_log else 2)
    handlers = noting()
    handlers.on(StationClosed)(note)
    everything = {TOPIC: {0, 1, 2, 3, 4, 5}, "registry.station": {0, 1, 2, 3, 4, 5}}
    one, two = Diary(), Diary()
    parties = [uuid4() for _ in range(40)]

    first = Consumer(group, handlers, engine, kafka, one, pace=BRISK)
    second = Consumer(group, handlers, engine, kafka, two, pace=BRISK)
    async with running(first.run):
        await until(lambda: one.owns == everything, what="everything")
        async with running(second.run):
            await until(lambda: one.owns and two.owns and one.owns != everything, what="a share")
            shares = [diary.owns[TOPIC] for diary in (one, two)]
            assert [diary.owns["registry.station"] for diary in (one, two)] == shares
            assert sorted(map(sorted, shares)) == [[0, 1, 2], [3, 4, 5]]
            await publish(kafka, [outgoing(message(party, 1)) for party in parties])
            await until(partial(have, engine, 40))
        await until(lambda: one.owns == everything, seconds=15, what="what the other one left")
        await publish(kafka, [outgoing(closed(uuid4())) for _ in range(10)])
        await until(partial(have, engine, 50))

    assert await count(engine, "effect") == 50


def closed(station: UUID) -> Message:
    event = StationClosed(
        station_id=station,
        tier=StationTier.STATION,
        place=PlaceCode(scheme=AreaScheme.NBS, code="210213009"),
        closed_on=date(2026, 1, 5),
    )
    return Message(
        event=event, version=1, partition_key=str(station), occurred_at=datetime.now(UTC)
    )


async def test_a_dead_letter_waits_and_its_subject_with_it_until_it_is_replayed(
    engine: AsyncEngine, kafka: KafkaForTests, group: str
) -> None:
    good, wrong = uuid4(), uuid4()
    bugs = {str(wrong)}
    handlers = Handlers()

    @handlers.on(PartyVetted)
    async def handle(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        await note(envelope, session)
        if envelope.subject in bugs:
            raise ZeroDivisionError

    consumer = Consumer(
        *(group, handlers, engine, kafka), patience=Patience(first_retry=0.01), pace=BRISK
    )
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    async with running(consumer.run):
        facts = [message(party, version) for version in (1, 2) for party in (wrong, good)]
        await publish(kafka, map(outgoing, facts))
        await until(partial(are_dead, engine, 1))
        await until(partial(have, engine, 2))
        assert {effect.subject for effect in await effects(engine)} == {str(good)}

        bugs.clear()
        await dead_letters.replay(engine, Selection(reason=Reason.DEFECT))
        await until(partial(have, engine, 4))

    done = [(effect.subject, effect.version) for effect in await effects(engine)]
    assert Counter(done) == Counter((str(p), v) for p in (good, wrong) for v in (1, 2))
    assert inversions(done) == 0


async def are_dead(engine: AsyncEngine, number: int) -> bool:
    return await count(engine, "held_event", "state = 'dead'") == number


async def test_every_kind_of_poison_is_set_aside_and_the_rest_goes_on(
    engine: AsyncEngine, kafka: KafkaForTests, group: str
) -> None:
    # A record of a mebibyte is refused by Kafka itself; one of this size is for us to refuse.
    kinds = {"too large": too_large, **KINDS}
    poisoned = [
        spoil(outgoing(message(uuid4(), 1)))
        for kind, spoil in kinds.items()
        if kind not in {"handler bug", "1 MiB"}
    ]
    healthy = [outgoing(message(uuid4(), 1)) for _ in poisoned]
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])

    async with running(Consumer(group, noting(), engine, kafka, pace=BRISK).run):
        await publish(kafka, [it for pair in zip(poisoned, healthy, strict=True) for it in pair])
        await until(partial(have, engine, len(healthy)))
        await until(partial(are_dead, engine, len(poisoned)))

    letters = await dead_letters.find(engine, Selection(), most=100)
    assert {letter.reason for letter in letters} == {Reason.UNREADABLE}
    assert await count(engine, "effect") == len(healthy)


def too_large(record: Outgoing) -> Outgoing:
    return replace(record, value=record.value[:-1] + b" " * MAX_EVENT_BYTES + b"}")


async def test_the_biggest_events_pass_though_they_cannot_be_compressed(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests, group: str
) -> None:
    # One key, so that they share a batch, and words that repeat nothing.
    chance, key = seeded(), str(uuid4())
    events = [big_event(uuid4(), chance) for _ in range(5)]
    handled: list[str] = []
    handlers = Handlers()

    @handlers.on(PartyRegistered)
    async def handle(envelope: Envelope[PartyRegistered], session: AsyncSession) -> None:
        await note(envelope, session)
        handled.append(envelope.data.public_name)

    async with UnitOfWork(engine).transaction() as session:
        messages = [
            Message(event=event, version=1, partition_key=key, occurred_at=datetime.now(UTC))
            for event in events
        ]
        await Outbox(SERVICE).stage(session, messages)
    consumer = Consumer(group, handlers, engine, kafka, pace=BRISK)
    async with running(Relay(SERVICE, url, kafka, QUICK).run, consumer.run):
        await until(partial(have, engine, 5))

    assert handled == [event.public_name for event in events]


def big_event(party: UUID, chance: Random) -> PartyRegistered:
    def named(name: str) -> PartyRegistered:
        return PartyRegistered(
            party_id=party,
            society=Society.COMMUNITY,
            public_name=name,
            place=PlaceCode(scheme=AreaScheme.NBS, code="210213009"),
        )

    room = MAX_EVENT_BYTES - len(named("").model_dump_json().encode())
    # Each of these letters has three bytes.
    return named("".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(room // 3)))


async def test_the_broker_knows_how_far_groups_are_and_rows_go_when_all_have_read_them(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    slowest, *others = sorted(topic_named(TOPIC).groups)
    parties = [uuid4() for _ in range(12)]
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        await stage(engine, parties, 1)
        await until(partial(are, engine, 12, "sent_at is not null"))
        ends = await ends_of(kafka, at_least=12)
        for group in others:
            await commit(kafka, group, ends)
        first = min(ends)
        await commit(kafka, slowest, {first: ends[first]})
        await until(partial(are, engine, ends[first], "confirmed_at is not null"))

        await commit(kafka, slowest, ends)
        await until(partial(are, engine, 12, "confirmed_at is not null"))
        async with engine.begin() as connection:
            await connection.execute(text("update outbox set sent_at = now() - interval '4 days'"))
        await until(partial(are, engine, 0, "true"))

    async with Cluster(kafka) as cluster:
        assert await cluster.committed(slowest, ALL) == ends
        assert await cluster.committed(f"nobody-{uuid4()}", ALL) == {}


async def are(engine: AsyncEngine, number: int, where: str) -> bool:
    return await count(engine, "outbox", where) == number


async def ends_of(kafka: KafkaForTests, *, at_least: int) -> dict[Partition, int]:
    counted = Counter(it.partition for it in await whole_log(kafka, TOPIC, at_least=at_least))
    return {Partition(TOPIC, number): records for number, records in counted.items()}


async def commit(kafka: KafkaForTests, group: str, ends: dict[Partition, int]) -> None:
    offsets = {TopicPartition(*where): end for where, end in ends.items()}
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka.kafka_bootstrap, group_id=group, enable_auto_commit=False
    )
    consumer.assign(list(offsets))
    await consumer.start()
    try:
        await consumer.commit(offsets)
    finally:
        await consumer.stop()


async def test_a_group_goes_on_where_it_stood(
    engine: AsyncEngine, kafka: KafkaForTests, group: str
) -> None:
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
    for done in (20, 40):
        await publish(kafka, [outgoing(message(uuid4(), 1)) for _ in range(20)])
        async with running(Consumer(group, noting(), engine, kafka, pace=BRISK).run):
            await until(partial(have, engine, done))
        # Now only the group's offsets keep it from handling everything again.
        async with engine.begin() as connection:
            await connection.execute(text("delete from inbox"))
            await connection.execute(text("delete from subject_state"))

    assert await count(engine, "effect") == 40


@pytest.mark.parametrize("reads", ["before", "after"])
async def test_who_is_no_longer_known_commits_nothing_though_the_group_is_empty(
    kafka: KafkaForTests, group: str, reads: str
) -> None:
    # As it is when the log was replaced by another: there, 20 would lie behind unread events.
    member = GroupMember(
        Membership(
            group=group,
            topics=frozenset({TOPIC}),
            cluster_id="",
            assigned=nothing,
            revoked=nothing,
        ),
        kafka,
    )
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])
        await publish(kafka, [outgoing(message(uuid4(), 1)) for _ in range(20)])
        await member.join()
        read = await some(member, most=1)
        await member.commit(read, 1)
        assert await cluster.committed(group, ALL) == {read: 1}

        coordinator = member._consumer._coordinator  # noqa: SLF001 - what a heartbeat would do
        if reads == "before":
            await member._end_coordination()  # noqa: SLF001
        await member._say_goodbye()  # noqa: SLF001
        coordinator.reset_generation()
        if reads == "after":
            # What was fetched as somebody is handed over as nobody, until aiokafka joins again.
            read = await some(member, most=1)
        before = await cluster.committed(group, ALL)
        await member.commit(read, 20)

        assert await cluster.committed(group, ALL) == before
    await member.leave()


async def nothing(_partitions: frozenset[Partition]) -> None:
    """Take no interest in what is shared out."""


async def some(member: GroupMember, *, most: int = 500) -> Partition:
    """Return the first partition of which records come."""
    found: Mapping[Partition, Sequence[Record]] = {}
    while not found:
        found = await member.poll(seconds=0.5, most=most)
    return next(iter(found))
