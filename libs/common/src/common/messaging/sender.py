"""Writing to the log, on aiokafka, by producers that are thrown away after the first trouble.

A time-out says nothing about whether the record is in the log, and a producer that had one may go
on trying. So after any error the producer is discarded, and what it did not acknowledge counts as
unknown: it is sent again, by another producer.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

from common.messaging.kafka import REQUEST_TIMEOUT_MS, Partition
from common.waiting import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.messaging.kafka import KafkaSettings

DISCARD_SECONDS: Final = 0.5
MAX_REQUEST_BYTES: Final = 1024 * 1024

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A record about to be written."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Where a record was written, as the broker says."""

    partition: Partition
    offset: int


class Sender:
    """Sends batches; at most one is on its way."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings: Final = settings
        self._producer: Any = None
        self.missing: frozenset[str] = frozenset()
        """The topics that the last batch found no partition of."""

    async def send(
        self, records: Sequence[Outgoing], *, seconds: float, give_up: asyncio.Event
    ) -> Sequence[Acknowledged | None]:
        """Write records in this order; ``None`` stands for a record whose fate is unknown.

        Args:
            records: Of any topics.
            seconds: How long to wait; an idempotent producer never gives up by itself.
            give_up: Set when waiting has become senseless.

        Raises:
            KafkaError: No broker was found; nothing was sent.
        """
        producer = await self._ready()
        batch = _Batch(producer, records)
        try:
            fates = await _within(seconds, give_up, batch)
        except BaseException:
            await self.discard()
            raise
        self.missing = frozenset(batch.missing)
        if any(fate is None for fate in fates):
            await self.discard()
        return fates

    async def discard(self) -> None:
        """Throw the producer away, with whatever it has not sent yet."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        # What waits in its buffer must not be sent later, after others have sent it again; nor may
        # a request that is on its way, and fails, put its batch back.
        accumulator = producer._message_accumulator  # noqa: SLF001
        for batch in chain(accumulator._pending_batches, *accumulator._batches.values()):  # noqa: SLF001
            batch._drain_waiter.add_done_callback(_look_at)  # noqa: SLF001
        accumulator.fail_all(ProducerClosed())
        accumulator.reenqueue = _forget
        stopping = asyncio.ensure_future(producer.stop())
        await asyncio.wait({stopping}, timeout=DISCARD_SECONDS)
        if not stopping.done():
            stopping.cancel()
            await producer.client.close()
        await asyncio.gather(stopping, return_exceptions=True)

    async def _ready(self) -> Any:  # noqa: ANN401 - the driver has no types
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._settings.kafka_bootstrap,
                acks="all",
                enable_idempotence=self._settings.kafka_idempotence,
                request_timeout_ms=REQUEST_TIMEOUT_MS,
                max_request_size=MAX_REQUEST_BYTES,
                max_batch_size=MAX_REQUEST_BYTES,
                compression_type="lz4",
                metadata_max_age_ms=30_000,
            )
            try:
                await whole(producer.start())
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer


class _Batch:
    """The records of one call, and what became of each so far."""

    def __init__(self, producer: Any, records: Sequence[Outgoing]) -> None:  # noqa: ANN401
        self._producer: Final = producer
        self._records: Final = records
        self._futures: Final[dict[int, asyncio.Future[Any]]] = {}
        self.missing: Final[set[str]] = set()

    async def run(self) -> None:
        for place, record in enumerate(self._records):
            if record.topic in self.missing:
                continue
            try:
                future = await self._producer.send(
                    record.topic, record.value, record.key, headers=list(record.headers)
                )
                # An error that nobody looks at would be logged as a defect.
                future.add_done_callback(_look_at)
                self._futures[place] = future
            except KafkaError as error:
                # Another topic may well be there.
                self.missing.add(record.topic)
                log.warning("topic_not_writable", topic=record.topic, error=repr(error))
        if self._futures:
            await asyncio.wait(self._futures.values())

    def flaws(self) -> set[str]:
        ended = (future for future in self._futures.values() if future.done())
        errors = (None if future.cancelled() else future.exception() for future in ended)
        return {repr(error) for error in errors if error is not None}

    def fates(self) -> list[Acknowledged | None]:
        fates = [self._fate(place) for place in range(len(self._records))]
        # An idempotent producer may be told that records are there, but not where: then those of
        # the partition are counted from -1.
        vague = {fate.partition for fate in fates if fate is not None and fate.offset < 0}
        return [None if fate is None or fate.partition in vague else fate for fate in fates]

    def _fate(self, place: int) -> Acknowledged | None:
        future = self._futures.get(place)
        if future is None or not future.done() or future.cancelled() or future.exception():
            return None
        written = future.result()
        return Acknowledged(Partition(written.topic, written.partition), written.offset)


async def _within(
    seconds: float, give_up: asyncio.Event, batch: _Batch
) -> list[Acknowledged | None]:
    running = asyncio.ensure_future(batch.run())
    giving_up = asyncio.ensure_future(give_up.wait())
    try:
        await asyncio.wait(
            {running, giving_up}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        giving_up.cancel()
        running.cancel()
        await asyncio.wait({running})
    if not running.cancelled() and (error := running.exception()) is not None:
        raise error
    fates = batch.fates()
    if missing := fates.count(None):
        log.warning("not_acknowledged", records=missing, of=len(fates), errors=batch.flaws())
    return fates


def _forget(_batch: object) -> None:
    pass


def _look_at(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()


def unbroken(subjects: Sequence[object], fates: Sequence[Acknowledged | None]) -> list[int]:
    """Return the places that count as sent: none after a failed one of the same subject.

    Otherwise a later event of a subject could be marked as sent while an earlier one is not in
    the log.
    """
    broken: dict[object, bool] = defaultdict(bool)
    sent: list[int] = []
    for place, (subject, fate) in enumerate(zip(subjects, fates, strict=True)):
        if fate is None or broken[subject]:
            broken[subject] = True
        else:
            sent.append(place)
    return sent
