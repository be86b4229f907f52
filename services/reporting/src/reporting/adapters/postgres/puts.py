"""Putting rows in: one prepared statement for each shape of a row.

Every event that the system ever tells comes through here, so the statements are text that is made
once, and what many events put in goes to the database together; each by itself would cost several
times what the database does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterable

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


class Shape(NamedTuple):
    """What puts have in common that one statement can do."""

    table: str
    key: str
    columns: tuple[str, ...]
    meeting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A row, or some columns of one, on its way into a table."""

    table: str
    key: str
    values: Values
    meeting: Meeting

    @property
    def row(self) -> tuple[str, str]:
        """Which row it is."""
        return self.table, str(self.values[self.key])

    @property
    def shape(self) -> Shape:
        """Which statement puts it in."""
        return Shape(self.table, self.key, tuple(self.values), self.meeting.value)


async def put_in(connection: AsyncConnection, puts: Iterable[Put]) -> None:
    """Put rows in, many at once; what is put into one row keeps its order."""
    turns: dict[tuple[int, Shape], list[Put]] = defaultdict(list)
    last: dict[tuple[str, str], tuple[int, Shape]] = {}
    for put in puts:
        turn, shape = last.get(put.row, (0, put.shape))
        last[put.row] = mine = (turn if shape == put.shape else turn + 1, put.shape)
        turns[mine].append(put)
    # Always in the same order, so that two transactions wait for each other and do not deadlock.
    for (_, shape), together in sorted(turns.items()):
        rows = sorted(together, key=lambda put: put.row)
        await connection.execute(_statement(shape), [put.values for put in rows])


@cache
def _statement(shape: Shape) -> TextClause:
    table, key, columns, _ = shape
    meeting = Meeting(shape.meeting)
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
