from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from common.persistence import outbox
from common.persistence.outbox import EventTooLarge, Outbox, slot_of
from common.persistence.unit_of_work import UnitOfWork
from common.telemetry import working_on
from testing.ledger.book import count, message
from testing.postgres import server

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_events_are_numbered_in_the_order_in_which_they_were_staged(
    engine: AsyncEngine,
) -> None:
    party = uuid4()

    async with UnitOfWork(engine).transaction() as session:
        await Outbox("registry").stage(session, [message(party, v) for v in range(1, 201)])

    async with engine.connect() as connection:
        rows = await connection.execute(text("select version from outbox order by seq"))
        assert [row.version for row in rows] == list(range(1, 201))


async def test_a_row_says_what_debezium_and_our_relay_need(engine: AsyncEngine) -> None:
    party = uuid4()

    with working_on(traceparent=TRACEPARENT):
        async with UnitOfWork(engine).transaction() as session:
            await Outbox("registry").stage(session, [message(party, 1)])

    async with engine.connect() as connection:
        row = (await connection.execute(text("select * from outbox"))).one()
    assert row.aggregatetype == "registry.party"
    assert row.aggregateid == row.partitionkey == str(party)
    assert row.type == "registry.party.vetted.v1"
    assert row.payload["party_id"] == str(party)
    assert row.source == "urn:wushe:registry"
    assert row.slot == slot_of(str(party))
    assert row.traceparent == TRACEPARENT
    assert row.sent_at is None


async def test_what_is_rolled_back_was_never_staged(engine: AsyncEngine) -> None:
    async def fail_after_staging() -> None:
        async with UnitOfWork(engine).transaction() as session:
            await Outbox("registry").stage(session, [message(uuid4(), 1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_staging()

    assert await count(engine, "outbox") == 0


async def test_nothing_to_stage_costs_nothing(engine: AsyncEngine) -> None:
    async with UnitOfWork(engine).transaction() as session:
        await Outbox("registry").stage(session, [])

    assert await count(engine, "outbox") == 0


async def test_an_event_that_no_consumer_would_take_is_refused(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_EVENT_BYTES", 10)

    with pytest.raises(EventTooLarge):
        async with UnitOfWork(engine).transaction() as session:
            await Outbox("registry").stage(session, [message(uuid4(), 1)])


async def test_a_commit_wakes_the_relay(engine: AsyncEngine) -> None:
    heard = asyncio.Event()
    database = str(engine.url.database)
    connection = await asyncpg.connect(server().dsn(database))
    await connection.add_listener(outbox.CHANNEL, lambda *_: heard.set())

    async with UnitOfWork(engine).transaction() as session:
        await Outbox("registry").stage(session, [message(uuid4(), 1)])

    await asyncio.wait_for(heard.wait(), 5)
    await connection.close()


def test_a_slot_is_the_same_in_every_process() -> None:
    assert [slot_of(key) for key in ("a", "b", "北京")] == [3, 1, 1]
