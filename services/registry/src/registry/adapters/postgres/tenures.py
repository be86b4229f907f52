"""What all records have that hold for a term, as PostgreSQL keeps them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from sqlalchemy import func, select

from registry.adapters.postgres.records import PostgresRecords
from registry.adapters.postgres.tenure_tables import TenureRow
from registry.app.ports.records import Record
from registry.domain.tenure import Tenure
from registry.domain.term import Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from uuid import UUID

    from sqlalchemy import ColumnElement

T = TypeVar("T", bound=Record)
F = TypeVar("F")
W = TypeVar("W")


S = TypeVar("S", bound=TenureRow)


class PostgresTenures(PostgresRecords[T, F, W, S]):
    """The records of one kind that hold for a term; ``outer`` is the column of what they are in."""

    outer: ClassVar[str | None] = None

    @abstractmethod
    def tenure_of(self, record: T) -> Tenure:
        """Return for how long a record holds."""

    async def last_within(self, outer: UUID, /) -> date | None:
        """Return the last day of all that lies within, if anything does."""
        assert self.outer is not None, "it lies within nothing"
        last = select(func.max(self._last_on())).where(self._column(self.outer) == outer)
        async with self._unit_of_work.transaction() as session:
            found: date | None = (await (await session.connection()).execute(last)).scalar_one()
        return found

    def holding(self, day: date | None) -> Iterator[ColumnElement[bool]]:
        """Yield what has to be so for a row to hold on a day, if one is asked for."""
        if day is not None:
            yield self._column("begins_on") <= day
            yield self._last_on() >= day

    def kept(self, record: T) -> Mapping[str, Any]:
        """Return the columns that each of these tables has."""
        tenure = self.tenure_of(record)
        return {
            "id": record.id,
            "version": record.version,
            "scheme": record.area.scheme.value,
            "area": record.area.code,
            "begins_on": tenure.term.begins_on,
            "ends_on": tenure.term.ends_on,
            "ended_on": tenure.ended_on,
        }

    def _last_on(self) -> Any:  # noqa: ANN401 - a column of days
        return func.coalesce(self._column("ended_on"), self._column("ends_on"))


def to_tenure(row: TenureRow) -> Tenure:
    """Return for how long a row holds."""
    return Tenure(term=Term(begins_on=row.begins_on, ends_on=row.ends_on), ended_on=row.ended_on)
