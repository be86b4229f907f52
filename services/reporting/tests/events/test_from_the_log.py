"""The whole way in: from a real broker through the consumer into journal and facts."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from reporting_story import Story
from sqlalchemy import text

from common.messaging.codec import encode
from common.messaging.consumer import Consumer
from common.persistence.outbox_rows import Staged
from common.runtime import reactions
from reporting.bootstrap import build
from reporting.settings import Settings
from testing.api import api
from testing.kafka import fresh_broker, publish, settings_of
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from common.messaging.event import Envelope, Event
    from common.messaging.sender import Outgoing
    from common.service import Service
    from testing.kafka import KafkaForTests


def record_of(event: Envelope[Event]) -> Outgoing:
    """Return an event as it lies in the log, with a field from a later version of the contracts."""
    data = {**event.data.model_dump(mode="json"), "from_the_future": True}
    return encode(
        Staged(
            id=event.id,
            source=event.source,
            type=event.type,
            topic=event.data.topic(),
            partition_key=event.partition_key,
            payload=json.dumps(data),
            subject=event.subject,
            version=event.version,
            time=event.time,
            traceparent=None,
        )
    )


@asynccontextmanager
async def consuming(service: Service, kafka: KafkaForTests) -> AsyncGenerator[None]:
    stop = asyncio.Event()
    consumer = Consumer("reporting", reactions(service), service.frame.engine, kafka)
    work = asyncio.create_task(consumer.run(stop))
    try:
        yield
    finally:
        stop.set()
        await work


async def journalled(service: Service) -> Sequence[tuple[str, int | None, int | None, bool]]:
    query = "select subject, log_partition, log_offset, data ? 'from_the_future' from journal"
    async with service.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        return [(row[0], row[1], row[2], row[3]) for row in await connection.execute(text(query))]


async def test_every_event_of_the_log_is_journalled_once_with_its_place() -> None:
    stories = [Story(f"need {number}") for number in range(20)]
    told = [event for story in stories for event in story.met()]
    records = [record_of(event) for event in told]
    async with api(build, Settings, "reporting") as client:
        with fresh_broker() as broker:
            kafka = settings_of(broker)

            async def is_complete() -> bool:
                return len(await journalled(client.service)) >= len(told)

            async with consuming(client.service, kafka):
                # Each record twice, as a relay that was killed before it could mark them would.
                await publish(kafka, [*records, *records])
                await until(is_complete, seconds=60)

        found = await journalled(client.service)
        officer = await client.signed_in("officer", area="2102")
        report = await officer.get("/reporting/v1/linkage?scheme=nbs&area=2102")

    assert len(found) == len(told)
    assert all(partition is not None and offset is not None for _, partition, offset, _ in found)
    assert all(is_word_for_word for *_, is_word_for_word in found)
    assert report.json()["needs"]["met"] == 20
    assert report.json()["measures"]["person_times"] == 20 * 58
