"""The tables that the migrations make are the tables that the code expects."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from common.persistence.engine import create_engine
from common.persistence.migrations import downgrade, migrate
from matching.adapters.postgres.tables import MatchingRow
from testing.postgres import fresh_database, owner_url

Columns = dict[str, tuple[str, bool]]

# What the database fills in by itself and the code never reads.
UNREAD = {("partition_owner", "since")}


def in_the_database(connection: Connection) -> dict[str, Columns]:
    found = inspect(connection)
    return {
        table: {
            str(column["name"]): (
                column["type"].compile(connection.dialect),
                bool(column["nullable"]),
            )
            for column in found.get_columns(table)
            if (table, column["name"]) not in UNREAD
        }
        for table in MatchingRow.metadata.tables
    }


def in_the_code(connection: Connection) -> dict[str, Columns]:
    return {
        name: {
            column.name: (column.type.compile(connection.dialect), bool(column.nullable))
            for column in table.columns
        }
        for name, table in MatchingRow.metadata.tables.items()
    }


# Text has no length here, and how large a number may be is the database's business.
SAME = {
    "VARCHAR": "TEXT",
    "SMALLINT": "INTEGER",
    "BIGINT": "INTEGER",
    "FLOAT": "DOUBLE PRECISION",
}


def alike(tables: dict[str, Columns]) -> dict[str, Columns]:
    return {
        table: {
            name: (SAME.get(kind, kind).partition("(")[0], nullable)
            for name, (kind, nullable) in columns.items()
        }
        for table, columns in tables.items()
    }


async def test_every_table_has_the_columns_of_its_row() -> None:
    async with fresh_database("matching") as url:
        engine = create_engine(url, pool=1, application_name="test")
        async with engine.connect() as connection:
            found = await connection.run_sync(in_the_database)
            expected = await connection.run_sync(in_the_code)
        await engine.dispose()

    assert len(found) == 11
    assert alike(found) == alike(expected)


async def test_every_migration_can_be_undone_and_done_again() -> None:
    async with fresh_database("matching") as url:
        await downgrade("matching", owner_url(url), "base")
        engine = create_engine(url, pool=1, application_name="test")
        async with engine.connect() as connection:
            left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        await migrate("matching", owner_url(url))
        async with engine.connect() as connection:
            again = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        await engine.dispose()

    assert left == ["alembic_version"]
    assert {"need", "offer", "match", "pool", "proposal_feed", "outbox"} <= set(again)
