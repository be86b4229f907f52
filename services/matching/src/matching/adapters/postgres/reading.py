"""Reading rows as they are in the database now.

Writes here go around the session's memory of objects, so reads must not be answered from it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import ARRAY, Uuid, any_, inspect, literal, select

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Executable, Select
    from sqlmodel.ext.asyncio.session import AsyncSession

    from matching.adapters.postgres.tables import MatchingRow

R = TypeVar("R", bound="MatchingRow")


@cache
def rows_of(kind: type[MatchingRow]) -> Select[Any]:
    """Return the statement that selects every column of a table."""
    return select(*inspect(kind).columns)


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:  # noqa: ANN401 - any column
    """Return the condition that an id is one of these; one statement, however many there are."""
    found: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(Uuid())))
    return found


async def fetch(session: AsyncSession, statement: Executable, kind: type[R]) -> Sequence[R]:
    """Return the rows that a statement finds; they have the columns of this kind of row."""
    del kind
    connection = await session.connection()
    return cast("Sequence[R]", (await connection.execute(statement)).all())
