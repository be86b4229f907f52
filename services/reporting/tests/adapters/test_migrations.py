from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, Text, inspect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import AutoString

from common.persistence.migrations import downgrade, migrate
from reporting.adapters.postgres.tables import ReportRow
from testing.postgres import fresh_database, owner_url

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pydantic import SecretStr
    from sqlalchemy import Connection


@pytest.fixture
async def url() -> AsyncGenerator[SecretStr]:
    async with fresh_database("reporting") as url:
        yield url


async def looked_at(url: SecretStr) -> tuple[list[object], set[str]]:
    """Return how the tables differ from the rows, and what tables there are."""
    engine = create_async_engine(url.get_secret_value(), poolclass=NullPool)

    def look(connection: Connection) -> tuple[list[object], set[str]]:
        options = {"include_name": _is_ours, "compare_type": _is_other_type}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, ReportRow.metadata)
        return list(differences), set(inspect(connection).get_table_names())

    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def _is_other_type(
    _context: object, _inspected: object, _column: object, in_table: object, in_row: object
) -> bool | None:
    """Leave the judgement to Alembic, but for text: to PostgreSQL, text and varchar are one."""
    return False if isinstance(in_table, Text) and isinstance(in_row, AutoString) else None


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    # Indexes serve queries and are no part of a row.
    if kind == "table":
        return name in ReportRow.metadata.tables
    return kind in {"schema", "column"}


async def test_the_migrations_make_the_tables_that_the_rows_describe(url: SecretStr) -> None:
    differences, tables = await looked_at(url)

    assert differences == []
    assert tables > set(ReportRow.metadata.tables)


async def test_every_step_goes_down_and_up_again(url: SecretStr) -> None:
    await downgrade("reporting", owner_url(url), "base")
    _, bare = await looked_at(url)
    await migrate("reporting", owner_url(url))

    differences, _ = await looked_at(url)

    assert bare == {"alembic_version"}
    assert differences == []
