"""The floor beneath every event's way: produce a record, consume it, on the same broker."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

FETCH_WAIT_MS: Final = 20
"""What the services of the embedded stack are told; see ``wushe.components.service``."""
_SIZE: Final = 400
_WITHIN_SECONDS: Final = 30.0


async def produce_to_consume(bootstrap: str, *, records: int, rate: float) -> list[float]:
    """Return how many milliseconds each record was on its way, at a steady rate."""
    topic = f"benchmark-{uuid4()}"
    await _create(bootstrap, topic)
    sent_at: dict[bytes, float] = {}
    taken: list[float] = []
    async with (
        _started(
            AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=False)
        ) as producer,
        _started(
            AIOKafkaConsumer(bootstrap_servers=bootstrap, fetch_max_wait_ms=FETCH_WAIT_MS)
        ) as consumer,
    ):
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        async with asyncio.timeout(_WITHIN_SECONDS + records / rate):
            hearing = asyncio.create_task(_hear(consumer, records, sent_at, taken))
            for number in range(records):
                key = str(number).encode()
                sent_at[key] = time.perf_counter()
                await producer.send(topic, b"x" * _SIZE, key)
                await asyncio.sleep(1 / rate)
            await hearing
    return taken


async def _hear(
    consumer: Any,  # noqa: ANN401 - the driver has no types
    records: int,
    sent_at: dict[bytes, float],
    taken: list[float],
) -> None:
    while len(taken) < records:
        record = await consumer.getone()
        taken.append(1000 * (time.perf_counter() - sent_at[record.key]))


async def _create(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        await admin.close()


@asynccontextmanager
async def _started(client: Any) -> AsyncGenerator[Any]:  # noqa: ANN401
    await client.start()
    try:
        yield client
    finally:
        await client.stop()
