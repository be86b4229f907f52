"""A long backlog is taken in whole, in order, and in little memory."""

from __future__ import annotations

import signal
import subprocess
import sys
from itertools import count, islice
from typing import TYPE_CHECKING, Final

import pytest
from reporting_story import Story
from sqlalchemy import text

from common.messaging.codec import encode
from common.messaging.kafka import Cluster
from common.persistence.engine import create_engine
from common.persistence.outbox_rows import Staged
from testing.backlog import drained
from testing.kafka import fresh_broker, publish, settings_of
from testing.postgres import all_seeing, fresh_database
from wushe.launch import tie_to_parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from common.messaging.event import Envelope, Event
    from common.messaging.sender import Outgoing

MOST_MIB: Final = 300


def told() -> Iterator[Envelope[Event]]:
    for number in count():
        yield from Story(f"need {number}").met()


def record_of(event: Envelope[Event]) -> Outgoing:
    return encode(
        Staged(
            id=event.id,
            source=event.source,
            type=event.type,
            topic=event.data.topic(),
            partition_key=event.subject,
            payload=event.data.model_dump_json(),
            subject=event.subject,
            version=event.version,
            time=event.time,
            traceparent=None,
        )
    )


@pytest.mark.parametrize(
    ("events", "least_per_second"),
    [(2_000, 0), pytest.param(100_000, 2_000, marks=pytest.mark.long)],
)
async def test_a_backlog_is_taken_in_whole_and_in_little_memory(
    events: int, least_per_second: int
) -> None:
    records = [record_of(event) for event in islice(told(), events)]
    async with fresh_database("reporting") as url:
        engine = create_engine(all_seeing(url), pool=2, application_name="tests")

        async def journalled() -> int:
            async with engine.connect() as connection:
                return (await connection.execute(text("select count(*) from journal"))).scalar_one()

        with fresh_broker() as broker:
            kafka = settings_of(broker)
            async with Cluster(kafka) as cluster:
                await cluster.ensure_topics({record.topic for record in records})
            await publish(kafka, records)
            reporting = subprocess.Popen(  # noqa: ASYNC220
                (sys.executable, "-m", "reporting", "consume"),
                env={
                    "REPORTING_DATABASE_URL": url.get_secret_value(),
                    "REPORTING_KAFKA_BOOTSTRAP": broker.address,
                    "REPORTING_KAFKA_CREATE_TOPICS": "true",
                    "REPORTING_KAFKA_IDEMPOTENCE": "false",
                    "REPORTING_KAFKA_SESSION_SECONDS": "4",
                    "REPORTING_KAFKA_FETCH_WAIT_MS": "20",
                    "REPORTING_OIDC_ISSUER": "https://issuer.invalid",
                    "REPORTING_OIDC_JWKS": "nowhere.json",
                },
                stdout=subprocess.DEVNULL,
                preexec_fn=tie_to_parent(signal.SIGKILL),  # noqa: PLW1509  # One system call.
            )
            try:
                took = await drained(reporting.pid, journalled, events, seconds=events / 50)
            finally:
                reporting.terminate()
                reporting.wait()
        async with engine.connect() as connection:
            inversions = await connection.execute(text(INVERSIONS))
            assert inversions.scalar_one() == 0
            assert (
                await connection.execute(text("select count(*) from held_event"))
            ).scalar_one() == 0
        await engine.dispose()

    print(took)  # noqa: T201 - pytest -s shows it
    assert took.peak_mib < MOST_MIB
    assert took.per_second > least_per_second


INVERSIONS: Final = """
    select count(*) from (
        select version, lag(version) over (partition by topic, subject order by position) as before
        from journal
    ) as told
    where version <> coalesce(before, 0) + 1
"""
