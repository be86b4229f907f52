"""Many rows in one statement: each column travels as one array.

A statement with a place for every value would have to be parsed anew for every number of rows, and
one statement a row would cost a plan and a reply each; this is about twice as fast as either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from common.persistence.additions import Addition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.sql.dml import ReturningInsert

    from common.persistence.table import Row


def insertion_of_many(row: type[Row]) -> Insert:
    """Return the statement that inserts any number of rows of a table."""
    columns = _table(row).columns
    arrays = (bindparam(column.name, type_=ARRAY(column.type)) for column in columns)
    names = [column.name for column in columns]
    rows = func.unnest(*arrays).table_valued(*names).render_derived()
    return insert(_table(row)).from_select(names, select(rows))


def as_columns(row: type[Row], values: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """Turn rows into the arrays that the statement takes."""
    return {column.name: [value[column.name] for value in values] for column in _table(row).columns}


@dataclass(frozen=True, slots=True)
class DriverStatement:
    """A statement in the driver's words, and which column each of its places takes."""

    text: str
    columns: tuple[str, ...]

    def addition(
        self, columns: Mapping[str, list[object]], *, rows: int, after: bool = False
    ) -> Addition:
        """Return it with the rows to add."""
        arguments = [columns[name] for name in self.columns]
        return Addition(statement=self.text, arguments=arguments, rows=rows, after=after)


def on_driver(statement: ReturningInsert[Any]) -> DriverStatement:
    """Return a statement as the driver takes it, who knows nothing of our columns."""
    compiled = statement.compile(dialect=dialect())  # type: ignore[no-untyped-call]
    return DriverStatement(str(compiled), tuple(compiled.positiontup or ()))


def _table(row: type[Row]) -> Any:  # noqa: ANN401 - SQLModel does not declare it
    return row.__table__  # type: ignore[attr-defined]
