"""Putting rows in: one prepared statement for each shape of a row.

Every event that the system ever tells comes through here, so the statements are text that is made
once; building them anew for each event would cost several times what the database does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import TextClause
    from sqlalchemy.ext.asyncio import AsyncConnection

Values: TypeAlias = Mapping[str, Any]


class Meeting(Enum):
    """What happens to a row that meets one with the same key."""

    LEAVES = "nothing"
    """The old row stays as it is."""
    CHANGES = "update"
    """The new values take the place of the old ones."""
    FILLS = "fill"
    """The new values are put where there were none."""
    EXPECTS = "expect"
    """There is an old row, and the new values take the place of the old ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A row, or some columns of one, on its way into a table."""

    table: str
    key: str
    values: Values
    meeting: Meeting

    async def into(self, connection: AsyncConnection) -> None:
        """Put it in."""
        statement = _statement(self.table, self.key, tuple(self.values), self.meeting)
        await connection.execute(statement, self.values)


@cache
def _statement(table: str, key: str, columns: tuple[str, ...], meeting: Meeting) -> TextClause:
    # Tables and columns are named by the code of this package and by nobody else.
    if meeting is Meeting.EXPECTS:
        changes = ", ".join(f"{column} = :{column}" for column in columns if column != key)
        return text(f"update {table} set {changes} where {key} = :{key}")  # noqa: S608
    names = ", ".join(columns)
    values = ", ".join(f":{column}" for column in columns)
    return text(
        f"insert into {table} ({names}) values ({values}) "  # noqa: S608
        f"on conflict ({key}) do {_action(table, key, columns, meeting)}"
    )


def _action(table: str, key: str, columns: tuple[str, ...], meeting: Meeting) -> str:
    if meeting is Meeting.LEAVES:
        return "nothing"
    new = "{0} = excluded.{0}"
    if meeting is Meeting.FILLS:
        new = f"{{0}} = coalesce({table}.{{0}}, excluded.{{0}})"
    return "update set " + ", ".join(new.format(column) for column in columns if column != key)
