"""A picture of everything a service has stored, to see whether a request left a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from testing.api import Api

# Kept answers are about requests; the areas are large and nobody's to change.
_NO_EFFECTS: Final = ("idempotency_key", "alembic_version", "area")
_TABLES: Final = text("""
    select tablename from pg_tables
    where schemaname = current_schema() and tablename <> all(:others) order by 1
""")
_ROWS: Final = (
    "select md5(coalesce(string_agg(md5(t::text), '' order by t::text), '')) from {} as t"
)


async def imprint(api: Api) -> str:
    """Return a digest of all rows of all tables that requests can have an effect on."""
    async with api.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        tables = (await connection.execute(_TABLES, {"others": list(_NO_EFFECTS)})).scalars()
        query = " || ".join(f"({_ROWS.format(_quoted(table))})" for table in tables)
        found: str = (await connection.execute(text(f"select {query}"))).scalar_one()
    return found


def _quoted(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'
