"""A real broker for tests: the embedded one, which starts in a tenth of a second.

It keeps everything in memory and begins anew at every start, so a test that restarts it sees what
users of the embedded stack would see.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from wushe.components.broker import BrokerServer, running_broker

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from common.messaging.sender import Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaForTests:
    """Settings that fit the embedded broker, and make nobody wait."""

    kafka_bootstrap: str
    kafka_idempotence: bool = False
    kafka_create_topics: bool = True
    kafka_replication: int = 1
    # A newcomer to a group waits for half of it.
    kafka_session_seconds: float = 2.0
    # It answers an empty fetch only when the time is over.
    kafka_fetch_wait_ms: int = 20
    kafka_fetch_min_bytes: int = 1


@contextmanager
def fresh_broker() -> Generator[BrokerServer]:
    """Yield a broker of one's own that may be stopped and started."""
    directory = Path(tempfile.mkdtemp(prefix="wushe-broker-"))
    try:
        with running_broker(directory) as broker:
            yield broker
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def settings_of(broker: BrokerServer) -> KafkaForTests:
    """Return the settings that lead to a broker."""
    return KafkaForTests(kafka_bootstrap=broker.address)


async def publish(settings: KafkaForTests, records: Iterable[Outgoing]) -> None:
    """Write records as they are, in this order, waiting for all acknowledgements."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap, acks="all", max_request_size=2**21
    )
    await producer.start()
    try:
        futures = [
            await producer.send(
                record.topic, record.value, record.key, headers=list(record.headers)
            )
            for record in records
        ]
        for future in futures:
            await future
    finally:
        await producer.stop()


@dataclass(frozen=True, slots=True)
class Group:
    """A consumer group as the broker sees it."""

    members: int
    is_settled: bool
    """Whether all members know which partitions are theirs."""


async def group_of(settings: KafkaForTests, name: str) -> Group:
    """Return how a group stands."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        (answer,) = await admin.describe_consumer_groups([name])
    finally:
        await admin.close()
    _error, _name, state, _type, _protocol, found = answer.groups[0][:6]
    return Group(len(found), is_settled=state == "Stable")


async def is_settled(settings: KafkaForTests, name: str, *, members: int) -> bool:
    """Tell whether a group has so many members and all know which partitions are theirs."""
    group = await group_of(settings, name)
    return group.is_settled and group.members == members


@dataclass(frozen=True, slots=True)
class Logged:
    """A record found in the log."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes]


async def whole_log(settings: KafkaForTests, topic: str, *, at_least: int) -> list[Logged]:
    """Read a topic from its beginning, partition by partition.

    The embedded broker does not know exactly where a log ends; so it is read until so many records
    were found and then nothing more comes.
    """
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=settings.kafka_bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    found: dict[TopicPartition, list[Logged]] = defaultdict(list)
    try:
        while True:
            batches = await consumer.getmany(timeout_ms=500)
            for place, records in batches.items():
                found[place] += [_logged(record) for record in records]
            if not batches and sum(map(len, found.values())) >= at_least:
                return [record for place in sorted(found) for record in found[place]]
    finally:
        await consumer.stop()


def _logged(record: Any) -> Logged:  # noqa: ANN401 - the driver has no types
    headers = dict(record.headers)
    return Logged(record.partition, record.offset, record.key, record.value, headers)
