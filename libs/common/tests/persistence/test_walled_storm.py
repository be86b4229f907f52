"""F18 behind the walls: callers of two counties go away in the middle of everything, on one pool.

A connection on which somebody was broken off goes to somebody else. Nobody may find there what the
one before was allowed to see.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from common.area_lists import replace_areas
from common.clearance import cleared, of_scope, system
from common.grants import Scope
from common.persistence.engine import create_engine
from common.persistence.unit_of_work import UnitOfWork
from common.places import AreaRef
from common.vocabulary import AreaScheme
from testing.api import small_tree
from testing.chance import seeded
from testing.postgres import fresh_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from random import Random

    from sqlalchemy.ext.asyncio import AsyncConnection

    from common.clearance import Clearance

AT_ONCE: Final = 50
POOL: Final = 10
LONGEST: Final = 0.03
"""When somebody goes away, in seconds; about as long as fifty of them take."""
RECENT: Final = 5
COUNTIES: Final = ("210213", "210204")

_WRITE: Final = """
    insert into note (note_id, version, title, scheme, area, written_at, is_closed)
    values ($1, 1, 'storm', 'nbs', $2, now(), false)
"""
_SEE: Final = text("select note_id from note where note_id = any(:notes)")
_LEFT_OPEN: Final = text("""
    select count(*) from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'
""")


@dataclass
class Storm:
    """Callers who write in their own county and look around, and what they saw."""

    engine: AsyncEngine
    written: dict[str, list[UUID]] = field(
        default_factory=lambda: {county: [] for county in COUNTIES}
    )
    looks: int = 0
    wrongly_seen: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> set[UUID]:
        return {note for notes in self.written.values() for note in notes}

    def caller(self, random: Random) -> Awaitable[None]:
        county = random.choice(COUNTIES)
        doing: list[Callable[[str, UUID], Awaitable[None]]] = [
            self.write,
            self.write,
            self.write_by_driver,
            self.reach_wider,
            self.look_undeclared,
        ]
        return random.choice(doing)(county, UUID(int=random.getrandbits(128)))

    async def write(self, county: str, note: UUID) -> None:
        with cleared(_of(county)):
            async with UnitOfWork(self.engine).transaction() as session:
                connection = await session.connection()
                await self.look(connection, f"a caller of {county}", county)
                await connection.exec_driver_sql(_WRITE, (note, county))
        self.written[county].append(note)

    async def write_by_driver(self, county: str, note: UUID) -> None:
        with cleared(_of(county)):
            async with UnitOfWork(self.engine).on_driver() as driver:
                await driver.execute(_WRITE, note, county)
        self.written[county].append(note)

    async def reach_wider(self, county: str, note: UUID) -> None:
        """Write as an ability does that reaches farther than its caller's sight."""
        unit_of_work = UnitOfWork(self.engine)
        with cleared(_of(county)):
            async with unit_of_work.transaction() as session:
                connection = await session.connection()
                with cleared(system("the storm")):
                    async with unit_of_work.transaction():
                        await self.look(connection, "the service itself", *COUNTIES)
                await self.look(connection, f"a caller of {county}, after", county)
                await connection.exec_driver_sql(_WRITE, (note, county))
        self.written[county].append(note)

    async def look_undeclared(self, _county: str, _note: UUID) -> None:
        async with self.engine.connect() as connection:
            await self.look(connection, "nobody")

    async def look(self, connection: AsyncConnection, who: str, *counties: str) -> None:
        known = {county: self.written[county][-RECENT:] for county in COUNTIES}
        asked = [note for notes in known.values() for note in notes]
        shown = set((await connection.execute(_SEE, {"notes": asked})).scalars())
        self.looks += 1
        if shown != {note for county in counties for note in known[county]}:
            self.wrongly_seen.append(who)

    async def rage(self, random: Random, operations: int) -> int:
        """Let so many callers come, break half of them off, and tell how many that met."""
        broken_off = 0
        for _ in range(operations // AT_ONCE):
            tasks = [asyncio.ensure_future(self.caller(random)) for _ in range(AT_ONCE)]
            for task in random.sample(tasks, AT_ONCE // 2):
                asyncio.get_running_loop().call_later(random.uniform(0, LONGEST), task.cancel)
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            broken_off += sum(isinstance(each, asyncio.CancelledError) for each in outcomes)
            assert not [each for each in outcomes if isinstance(each, Exception)]
        return broken_off


def _of(county: str) -> Clearance:
    ref = AreaRef(AreaScheme.NBS, county)
    return of_scope(Scope(sub=f"worker of {county}", areas=frozenset({ref})))


@pytest.fixture
async def engine() -> AsyncGenerator[AsyncEngine]:
    async with fresh_database("testing.desk") as url:
        engine = create_engine(url, pool=POOL, application_name="storm")
        async with UnitOfWork(engine).transaction() as session:
            await replace_areas(session, "nbs", uuid4(), small_tree())
        yield engine
        await engine.dispose()


@pytest.mark.parametrize("operations", [2_000, pytest.param(10_000, marks=pytest.mark.long)])
async def test_a_storm_of_cancellations_opens_no_wall(operations: int, engine: AsyncEngine) -> None:
    storm = Storm(engine)

    broken_off = await storm.rage(seeded(), operations)

    assert storm.wrongly_seen == []
    assert broken_off > operations // 10
    assert storm.looks > operations // 4
    async with UnitOfWork(engine).transaction() as session:
        connection = await session.connection()
        kept = set((await connection.execute(text("select note_id from note"))).scalars())
    assert storm.acknowledged <= kept
    # Every connection of the pool can be had at once, and none has anything begun or knows anybody.
    connections = [await engine.connect() for _ in range(POOL)]
    left_open = await connections[0].scalar(_LEFT_OPEN)
    for connection in connections:
        await storm.look(connection, "nobody, at last")
        await connection.close()
    assert (left_open, storm.wrongly_seen) == (0, [])
