"""F23, the part that stands still: the code of the last release still runs on the newest schema.

What it says to its databases is kept in ``spoken``; ``make spoken`` writes it anew at a release.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from asyncpg import PostgresError
from sqlalchemy import text

from common.persistence.engine import create_engine
from common.persistence.migrations import downgrade
from common.persistence.revisions import is_behind
from support.steps import PARTS, SERVICES, connected, take
from testing.postgres import fresh_database, owner_url
from testing.spoken import note_what_is_said, one_of_each, statements_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

SPOKEN: Final = Path(__file__).with_name("spoken")
RELEASED: Final = {
    "registry": "2026_11_22_0400",
    "cases": "cases_0002",
    "matching": "2026_11_22_0400",
    "reporting": "2026_11_22_0400",
}
"""The newest step of each service when ``spoken`` was written."""
INSERT: Final = re.compile(r"\binsert into (\w+)(?: as \w+)?(?: \(([^)]*)\))?", re.IGNORECASE)
NEEDED: Final = """
    select relname, array_agg(attname::text)
    from pg_attribute join pg_class on pg_class.oid = attrelid
    where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0
        and not attisdropped and attnotnull and not atthasdef and attidentity = ''
    group by relname
"""


def spoken_by(part: str) -> Sequence[str]:
    return statements_in(SPOKEN / f"{part.replace('.', '_')}.sql")


async def complaints(url: SecretStr, statements: Sequence[str]) -> list[str]:
    """Return what the database, asked as the application, would refuse of these statements."""
    found: list[str] = []
    connection = await connected(url)
    for statement in statements:
        try:
            # It is read, resolved, planned and its rights are looked at, and nothing is done.
            await connection.execute(f"explain (generic_plan) {statement}")
        except PostgresError as error:
            found.append(f"{error}: {statement}")
    needed = {table: set(columns) for table, columns in await connection.fetch(NEEDED)}
    await connection.close()
    return found + [line for each in statements for line in left_out_by(each, needed)]


def left_out_by(statement: str, needed: dict[str, set[str]]) -> list[str]:
    """Return the columns that an insertion would have to name and does not."""
    return [
        f"{table}.{column} is left out: {statement}"
        for table, names in INSERT.findall(statement)
        for column in sorted(needed.get(table, set()) - set(names.replace(" ", "").split(",")))
    ]


@pytest.mark.parametrize("part", PARTS)
async def test_the_last_release_is_understood_by_the_newest_schema(part: str) -> None:
    async with fresh_database(part) as url:
        assert await complaints(url, spoken_by(part)) == []


@pytest.mark.parametrize("part", SERVICES)
async def test_every_table_of_a_service_is_spoken_of(part: str) -> None:
    spoken = [*spoken_by(part), *spoken_by("testing.ledger"), *spoken_by("testing.desk")]
    words = {word for statement in spoken for word in re.findall(r"\w+", statement)}

    async with fresh_database(part) as url:
        # Of tables that came later the last release could say nothing.
        await downgrade(part, owner_url(url), RELEASED[part])
        connection = await connected(url)
        tables = {row[0] for row in await connection.fetch(NEEDED)}
        await connection.close()

    assert tables - words == set()


async def test_noted_is_what_shipped_code_says_and_not_what_a_test_asks(tmp_path: Path) -> None:
    keep = note_what_is_said(tmp_path)
    async with fresh_database("registry") as url:
        engine = create_engine(url, pool=1, application_name="spoken")
        async with engine.connect() as connection:
            await connection.execute(text("select name from station"))
            assert not await is_behind(connection, "registry")
        await engine.dispose()
    keep()

    said = statements_in(tmp_path / "registry.sql")

    assert said == ["select version_num from alembic_version"]


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        ("alter table station drop column name", "name"),
        ("alter table station rename column name to title", "name"),
        ("alter table station rename to place", '"station" does not exist'),
        ("drop table party cascade", '"party" does not exist'),
        ("alter table station alter column planned_on type int using 0", "is of type integer"),
        ("alter table station add column phone text not null", "station.phone is left out"),
        ("revoke select on station from application", "permission denied for table station"),
    ],
)
async def test_a_step_that_older_code_cannot_stand_on_is_noticed(step: str, complaint: str) -> None:
    async with fresh_database("registry") as url:
        await take(step, url)

        found = await complaints(url, spoken_by("registry"))

    assert any(complaint in each for each in found)


@pytest.mark.parametrize(
    "step",
    [
        "alter table station add column phone text",
        "alter table station add column phone text not null default ''",
        "alter table station add column n bigint not null generated always as identity",
        "create table unheard_of (id uuid primary key)",
        "drop index station_area",
    ],
)
async def test_a_step_that_expands_is_let_pass(step: str) -> None:
    async with fresh_database("registry") as url:
        await take(step, url)

        assert await complaints(url, spoken_by("registry")) == []


def test_statements_that_differ_in_the_number_of_values_are_one() -> None:
    found = one_of_each(
        [
            "select a from t where b in ($1::UUID, $2::UUID) and c = $3",
            "select a from t where b in ($1::UUID) and c = $2",
            "select a from t where b in ($1::TEXT) and c = $2",
        ]
    )

    assert found == [
        "select a from t where b in ($1::TEXT) and c = $2",
        "select a from t where b in ($1::UUID) and c = $2",
    ]
