"""The migrations make the tables that the rows describe, and can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from cases.adapters.postgres import tables
from common.persistence.migrations import downgrade, migrate
from common.persistence.table import Row
from testing.postgres import fresh_database, owner_url

if TYPE_CHECKING:
    from pydantic import SecretStr
    from sqlalchemy import Connection

OURS = {
    row.__tablename__
    for row in vars(tables).values()
    if isinstance(row, type) and issubclass(row, Row) and row is not Row
}


def our_metadata() -> MetaData:
    ours = MetaData()
    for name in OURS:
        Row.metadata.tables[name].to_metadata(ours)
    return ours


def differences(connection: Connection) -> list[object]:
    def is_ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        return kind != "table" or name in OURS

    options = {"include_object": is_ours, "compare_type": True}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, our_metadata()))


async def tables_of(url: SecretStr) -> set[str]:
    engine = create_async_engine(url.get_secret_value(), poolclass=NullPool)
    query = text("select tablename from pg_tables where schemaname = 'public'")
    async with engine.connect() as connection:
        return set((await connection.execute(query)).scalars())


async def test_the_migrated_tables_are_those_of_the_rows() -> None:
    async with fresh_database("cases") as url:
        engine = create_async_engine(url.get_secret_value(), poolclass=NullPool)
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []


async def test_every_step_can_be_taken_back_and_again() -> None:
    async with fresh_database("cases") as url:
        before = await tables_of(url)
        await downgrade("cases", owner_url(url), "base")
        assert not OURS & await tables_of(url)
        await migrate("cases", owner_url(url))
        assert await tables_of(url) == before
