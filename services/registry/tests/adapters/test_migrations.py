"""The tables that the migrations make are the tables that the code expects."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, inspect
from sqlmodel import SQLModel

from common.accounts import AccountRow
from common.areas import AreaListRow, AreaRow
from common.persistence.engine import create_engine
from common.persistence.migrations import downgrade, migrate
from registry.adapters.postgres.tables import PartyRow, StationRow
from testing.postgres import fresh_database, owner_url

Columns = dict[str, bool]


def found_columns(connection: Connection, table: str) -> Columns:
    return {
        str(column["name"]): bool(column["nullable"])
        for column in inspect(connection).get_columns(table)
    }


def expected_columns(row: type[SQLModel]) -> Columns:
    table = SQLModel.metadata.tables[str(row.__tablename__)]
    return {column.name: bool(column.nullable) for column in table.columns}


@pytest.mark.parametrize("row", [StationRow, PartyRow, AreaRow, AreaListRow, AccountRow])
async def test_a_table_has_the_columns_of_its_row(row: type[SQLModel]) -> None:
    async with fresh_database("registry") as url:
        engine = create_engine(url, pool=1, application_name="test")
        async with engine.connect() as connection:
            found = await connection.run_sync(found_columns, str(row.__tablename__))
        await engine.dispose()

    assert found == expected_columns(row)


async def test_every_migration_can_be_undone_and_done_again() -> None:
    async with fresh_database("registry") as url:
        await downgrade("registry", owner_url(url), "base")
        engine = create_engine(url, pool=1, application_name="test")
        async with engine.connect() as connection:
            left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        await migrate("registry", owner_url(url))
        async with engine.connect() as connection:
            again = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        await engine.dispose()

    assert left == ["alembic_version"]
    assert {"station", "party", "outbox", "area"} <= set(again)
