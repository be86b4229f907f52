"""A service's database with a row of ours and a foreign one in every table, and looks into it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.clearance import cleared, system
from common.persistence.engine import create_engine
from common.persistence.unit_of_work import UnitOfWork
from support.rows import Owner, is_row, put, row_of, tables_of
from testing.postgres import fresh_database, superuser_url

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from common.clearance import Clearance
    from support.rows import Column

OURS: Final = Owner(area="210213")
FOREIGN: Final = Owner(area="210204")
_NO_RIGHT: Final = "42501"
_NOT_WITH_WALLS: Final = "0A000"
_RAISED: Final = "P0001"
"""By a trigger, as that of a table to which one can only add."""


class Walled:
    """Looks, as the application's role, at what somebody is shown."""

    def __init__(self, engine: AsyncEngine, tables: Mapping[str, Sequence[Column]]) -> None:
        self.tables: Final = tables
        self._engine: Final = engine

    @asynccontextmanager
    async def seen_by(self, clearance: Clearance | None) -> AsyncGenerator[AsyncConnection]:
        """Yield a transaction of somebody, or of nobody; it is undone at the end."""
        if clearance is None:
            async with self._engine.connect() as connection:
                yield connection
            return
        with cleared(clearance):
            async with (
                UnitOfWork(self._engine).transaction() as session,
                session.begin_nested() as attempt,
            ):
                yield await session.connection()
                await attempt.rollback()

    async def rows(self, clearance: Clearance | None) -> dict[str, int]:
        """Return how many rows of each table somebody is shown."""
        async with self.seen_by(clearance) as connection:
            return {table: await _count(connection, table, "true") for table in self.tables}

    async def shown(self, clearance: Clearance, owner: Owner) -> set[str]:
        """Name the tables in which somebody is shown an owner's row."""
        async with self.seen_by(clearance) as connection:
            return {
                table
                for table, columns in self.tables.items()
                if await _count(connection, table, is_row(table, columns), self._row(table, owner))
            }

    async def taken(self, clearance: Clearance, owner: Owner) -> set[str]:
        """Name the tables that take one more row of an owner from somebody."""
        return {
            table
            for table in self.tables
            if await self._is_let(clearance, table, self._row(table, owner, salt="+"))
        }

    async def reached(self, clearance: Clearance, owner: Owner) -> set[str]:
        """Name the tables in which somebody can delete or change an owner's row."""
        return {table for table in self.tables if await self._reaches(clearance, table, owner)}

    async def refuses(self, clearance: Clearance, statement: str) -> bool:
        """Tell whether the database refuses a statement for want of rights."""
        try:
            async with self.seen_by(clearance) as connection:
                await connection.exec_driver_sql(statement)
        except DBAPIError as error:
            return _state(error) in {_NO_RIGHT, _NOT_WITH_WALLS}
        return False

    def _row(self, table: str, owner: Owner, *, salt: str = "") -> str:
        return row_of(table, self.tables[table], owner, salt=salt)

    async def _is_let(self, clearance: Clearance, table: str, row: str) -> bool:
        try:
            async with self.seen_by(clearance) as connection:
                await put(connection, table, row)
        except DBAPIError as error:
            if _state(error) != _NO_RIGHT:
                raise
            return False
        return True

    async def _reaches(self, clearance: Clearance, table: str, owner: Owner) -> bool:
        columns = self.tables[table]
        which = {"row": self._row(table, owner)}
        name = columns[-1].name
        condition = is_row(table, columns)
        change = f'update {table} set "{name}" = "{name}" where {condition}'  # noqa: S608
        reached = 0
        for statement in (change, f"delete from {table} where {condition}"):  # noqa: S608
            try:
                async with self.seen_by(clearance) as connection:
                    reached += (await connection.execute(text(statement), which)).rowcount
            except DBAPIError as error:
                if _state(error) not in {_NO_RIGHT, _RAISED}:
                    raise
        return bool(reached)


@asynccontextmanager
async def walled(service: str) -> AsyncGenerator[Walled]:
    """Yield a service's database with two rows in every table: ours and a foreign one."""
    async with fresh_database(service) as url:
        engine = create_engine(superuser_url(url), pool=1, application_name="builder")
        async with engine.begin() as connection:
            # Rows as they are, without regard to how they came to be.
            await connection.execute(text("set local session_replication_role = replica"))
            await connection.execute(text(_FORGET_RULES))
            tables = await tables_of(connection)
            for table, columns in tables.items():
                await connection.execute(text(f"delete from {table}"))  # noqa: S608
                for owner in (OURS, FOREIGN):
                    await put(connection, table, row_of(table, columns, owner))
        await engine.dispose()
        engine = create_engine(url, pool=2, application_name="somebody")
        yield Walled(engine, tables)
        await engine.dispose()


SYSTEM: Final = system("a look from outside")
# Rows that fit every rule would have to be thought of for each table.
_FORGET_RULES: Final = """
    do $$
    declare rule record;
    begin
        for rule in
            select conrelid::regclass as of, conname from pg_constraint
            where contype in ('c', 'x') and connamespace = 'public'::regnamespace
        loop
            execute format('alter table %s drop constraint %I', rule.of, rule.conname);
        end loop;
    end
    $$
"""


async def _count(
    connection: AsyncConnection, table: str, condition: str, row: str | None = None
) -> int:
    counted = f"select count(*) from {table} where {condition}"  # noqa: S608
    found = await connection.execute(text(counted), {} if row is None else {"row": row})
    return int(found.scalar_one())


def _state(error: DBAPIError) -> str | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state
