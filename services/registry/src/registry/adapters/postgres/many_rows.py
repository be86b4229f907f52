"""Many rows at once: one statement whose text does not grow with them.

A statement of SQLAlchemy's names every value of every row and is put together anew each time, which
costs more than the database takes to write them. Here the rows travel as one document.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Uuid, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.operators import ColumnOperators
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.table import Row

_IDS: Final = ARRAY(Uuid())


async def insert_many(
    session: AsyncSession, into: type[Row], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add rows of one table, all with the same columns; those that are not told get defaults.

    Raises:
        IntegrityError: One of them breaks a rule, and none is added.
    """
    if not rows:
        return
    # Beneath the session, which would not know what it still has to write.
    await session.flush()
    statement = _insertion(into, tuple(rows[0]))
    document = json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=str)
    await (await session.connection()).exec_driver_sql(statement, (document,))


async def update_many(
    session: AsyncSession,
    of: type[Row],
    rows: Sequence[Mapping[str, Any]],
    *,
    before: Sequence[int],
    key: str = "id",
) -> int:
    """Change rows, told by their key, that are still at a version; return how many there were.

    Raises:
        IntegrityError: One of them would break a rule, and none is changed.
    """
    await session.flush()
    document = json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=str)
    arguments = (document, [row[key] for row in rows], list(before))
    statement = _change(of, key, tuple(rows[0]))
    return (await (await session.connection()).exec_driver_sql(statement, arguments)).rowcount


def is_among(column: ColumnOperators, ids: Collection[UUID]) -> ColumnElement[bool]:
    """Return the condition that a column is one of these ids; they are one value."""
    return column == any_(bindparam(None, list(ids), type_=_IDS))


@cache
def _insertion(into: type[Row], columns: tuple[str, ...]) -> str:
    table, named = into.__tablename__, ", ".join(columns)
    return (
        f"insert into {table} ({named})"  # noqa: S608 - names of our own
        f" select {named} from json_populate_recordset(null::{table}, $1::json)"
    )


@cache
def _change(of: type[Row], key: str, columns: tuple[str, ...]) -> str:
    table = of.__tablename__
    values = ", ".join(f"{column} = told.{column}" for column in columns if column != key)
    return (
        f"update {table} set {values}"  # noqa: S608 - names of our own
        f" from json_populate_recordset(null::{table}, $1::json) as told"
        f" join unnest($2::uuid[], $3::bigint[]) as seen ({key}, version) using ({key})"
        f" where {table}.{key} = told.{key} and {table}.version = seen.version"
        # A table that this transaction has filled counts as empty; it is still not read through
        # for every row.
        f" and {table}.{key} = any($2::uuid[])"
    )
