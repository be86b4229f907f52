"""Reading the log without being part of any group: from where on, and until told to stop."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from common.messaging.illegible import finding_illegible
from common.messaging.kafka import REQUEST_TIMEOUT_MS, Partition, Record

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence

ANSWER_SECONDS: Final = 8.0
_POLL_MS: Final = 200


@dataclass(frozen=True, slots=True)
class Since:
    """Where to begin: at an instant, at the beginning (``None``), or with what comes next."""

    at: datetime | None = None
    is_beginning: bool = False


class LogUnreachable(Exception):
    """No broker answered at this address."""


class UnknownTopics(Exception):
    """The log has no topics of these names."""


class LogReader:
    """Reads whole topics."""

    def __init__(self, consumer: Any) -> None:  # noqa: ANN401 - the driver has no types
        self._consumer: Final = consumer

    async def follow(
        self, topics: Collection[str], since: Since, stop: asyncio.Event
    ) -> AsyncIterator[Record]:
        """Yield records as they come, those of one fetch by their time, until told to stop."""
        begun = datetime.now(UTC)
        await self._begin(await self._partitions(topics), since)
        at = None if since.is_beginning else (since.at or begun)
        while not stop.is_set():
            for record in await self._fetch():
                # Not every broker finds an instant in its log, or knows exactly where it ends.
                if at is None or record.logged_at >= at:
                    yield record

    async def record_at(self, partition: Partition, offset: int) -> Record | None:
        """Return what lies at a place of the log now, if anything does."""
        where = TopicPartition(*partition)
        self._consumer.assign([where])
        self._consumer.seek(where, offset)
        for _ in range(10):
            for record in await self._fetch():
                return record if record.offset == offset else None
        return None

    async def _partitions(self, topics: Collection[str]) -> list[TopicPartition]:
        known: set[str] = await self._consumer.topics()
        if missing := set(topics) - known:
            raise UnknownTopics(*sorted(missing))
        return [
            TopicPartition(topic, number)
            for topic in topics
            for number in sorted(self._consumer.partitions_for_topic(topic) or ())
        ]

    async def _begin(self, partitions: Sequence[TopicPartition], since: Since) -> None:
        self._consumer.assign(partitions)
        if since.is_beginning or since.at is not None:
            await self._consumer.seek_to_beginning(*partitions)
        else:
            await self._consumer.seek_to_end(*partitions)
        if since.at is not None:
            await self._seek(partitions, since.at)

    async def _seek(self, partitions: Sequence[TopicPartition], at: datetime) -> None:
        wanted = {where: round(at.timestamp() * 1000) for where in partitions}
        try:
            places = await self._consumer.offsets_for_times(wanted)
        except KafkaError:
            return
        for where, place in places.items():
            if place is not None:
                self._consumer.seek(where, place.offset)

    async def _fetch(self) -> list[Record]:
        with finding_illegible():
            found = await self._consumer.getmany(timeout_ms=_POLL_MS)
        records = [_record(record) for batch in found.values() for record in batch]
        return sorted(records, key=lambda record: record.logged_at)


@asynccontextmanager
async def reading(bootstrap: str) -> AsyncGenerator[LogReader]:
    """Yield a reader of the log at an address.

    Raises:
        LogUnreachable: Nobody answers there.
    """
    consumer: Any = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        fetch_max_wait_ms=_POLL_MS,
    )
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await consumer.start()
    except (KafkaError, OSError) as error:
        await consumer.stop()
        raise LogUnreachable(bootstrap) from error
    try:
        yield LogReader(consumer)
    finally:
        await consumer.stop()


def _record(record: Any) -> Record:  # noqa: ANN401 - the driver has no types
    return Record(
        partition=Partition(record.topic, record.partition),
        offset=record.offset,
        cluster_id="",
        logged_at=datetime.fromtimestamp(max(0, record.timestamp) / 1000, UTC),
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
    )
