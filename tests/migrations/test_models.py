"""From nothing to the newest revision, the tables become what the code takes them for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Connection, Integer, MetaData, Table, Text
from sqlmodel import AutoString

from common.persistence.engine import create_engine
from common.persistence.table import Row
from support.steps import SERVICES, take
from testing.postgres import fresh_database, owner_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import SecretStr

# What the database fills in by itself and the code never reads.
UNREAD: Final = {("partition_owner", "since"), ("idempotency_key", "created_at")} | {
    # Read by the public directory, and written by no row.
    (table, "modified_at")
    for table in ("station", "party", "service_entry")
}
# What is spoken to in SQL alone.
NO_MODEL: Final = {"outbox", "relay_member", "inbox", "subject_state", "held_event"}
# The database keeps more rules, and finds rows in more ways, than a row declares.
MORE: Final = ("remove_index", "remove_fk", "remove_constraint")


def rows_below(row: type[Row]) -> Iterator[type[Row]]:
    for below in row.__subclasses__():
        yield below
        yield from rows_below(below)


def models_of(service: str) -> MetaData:
    """Return the tables that the code of a service knows, the frame's too."""
    import_module(f"{service}.bootstrap")
    ours = MetaData()
    for row in rows_below(Row):
        table = getattr(row, "__table__", None)
        if isinstance(table, Table) and row.__module__.split(".")[0] in {service, "common"}:
            table.to_metadata(ours)
    return ours


def is_other_type(
    _context: object, _inspected: object, _column: object, in_table: object, in_row: object
) -> bool | None:
    """Leave the judgement to Alembic, but for what is one to the driver.

    Text and varchar are, and so are numbers of any width: how large one may be is the table's rule.
    """
    if isinstance(in_table, Text) and isinstance(in_row, AutoString):
        return False
    if isinstance(in_table, Integer) and isinstance(in_row, Integer):
        return isinstance(in_row, BigInteger) and not isinstance(in_table, BigInteger)
    return None


def is_modelled(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
    if kind == "table":
        return name not in NO_MODEL
    return kind != "column" or (parents["table_name"], name) not in UNREAD


async def differences(url: SecretStr, models: MetaData) -> Sequence[object]:
    """Return what would have to be done to the tables to make them what the models say."""

    def compare(connection: Connection) -> Sequence[object]:
        options = {"include_name": is_modelled, "compare_type": is_other_type}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), models)
        return [difference for difference in found if difference[0] not in MORE]

    engine = create_engine(owner_url(url), pool=1, application_name="models")
    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_from_nothing_to_the_newest_revision_equals_the_models(service: str) -> None:
    models = models_of(service)

    async with fresh_database(service) as url:
        found = await differences(url, models)

    assert found == []
    assert {"area", "account"} < set(models.tables)


@pytest.mark.parametrize(
    "step",
    [
        "alter table station drop column name",
        "alter table station add column phone text",
        "alter table station alter column name drop not null",
        "alter table station alter column name type date using null",
        "drop table party cascade",
        "create table unheard_of (id uuid primary key)",
    ],
)
async def test_a_table_that_the_models_do_not_describe_is_noticed(step: str) -> None:
    async with fresh_database("registry") as url:
        await take(step, url)

        assert len(await differences(url, models_of("registry"))) == 1
