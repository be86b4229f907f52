"""F18: clients go away in the middle of everything; what was committed stays, nothing hangs on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import text

from common.persistence.unit_of_work import UnitOfWork
from testing.chance import seeded
from testing.ledger.book import effects

if TYPE_CHECKING:
    from random import Random

    from sqlalchemy.ext.asyncio import AsyncEngine

AT_ONCE = 50
_WRITE = text("insert into effect (subject, version, event_id) values (:subject, 1, :event_id)")
_LEFT_OPEN = text("""
    select count(*) from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'
""")


async def write(unit_of_work: UnitOfWork, subject: UUID, written: set[str]) -> None:
    async with unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(text("select 1"))
        await connection.execute(_WRITE, {"subject": str(subject), "event_id": subject})
    written.add(str(subject))


async def storm(unit_of_work: UnitOfWork, random: Random, operations: int) -> tuple[set[str], int]:
    """Write so many rows, fifty at a time, and break half of the writing off at random."""
    written: set[str] = set()
    broken_off = 0
    for _ in range(operations // AT_ONCE):
        subjects = [UUID(int=random.getrandbits(128)) for _ in range(AT_ONCE)]
        tasks = [asyncio.ensure_future(write(unit_of_work, each, written)) for each in subjects]
        for task in random.sample(tasks, AT_ONCE // 2):
            for _ in range(random.randrange(6)):
                await asyncio.sleep(0)
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        broken_off += sum(isinstance(each, asyncio.CancelledError) for each in outcomes)
        assert not [each for each in outcomes if isinstance(each, Exception)]
    return written, broken_off


@pytest.mark.parametrize("operations", [2_000, pytest.param(6_000, marks=pytest.mark.long)])
async def test_a_storm_of_cancellations_loses_nothing_and_leaves_nothing_open(
    operations: int, engine: AsyncEngine
) -> None:
    unit_of_work = UnitOfWork(engine)

    written, broken_off = await storm(unit_of_work, seeded(), operations)

    assert broken_off > operations // 10
    assert written <= {effect.subject for effect in await effects(engine)}
    # Every connection of the pool can be had at once, and none has anything begun.
    connections = [await engine.connect() for _ in range(20)]
    left_open = await connections[0].scalar(_LEFT_OPEN)
    for connection in connections:
        await connection.close()
    assert left_open == 0
