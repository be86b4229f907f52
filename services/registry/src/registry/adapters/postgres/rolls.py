"""Rolls in PostgreSQL: the people of each training or examination, each once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from common.paging import Slice, cut
from common.persistence.table import Row

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from common.paging import Window
    from common.persistence.unit_of_work import UnitOfWork

E = TypeVar("E")
S = TypeVar("S", bound=Row)


class PostgresRoll(ABC, Generic[E, S]):
    """The roll of one table; a subclass says which columns hold what it is of, and the people."""

    row: type[S]
    of_column: ClassVar[str]
    person_column: ClassVar[str]

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @abstractmethod
    def to_entry(self, row: S) -> E:
        """Return what a row stands for."""

    @property
    def of(self) -> Any:  # noqa: ANN401 - a column
        """Return the column of what the roll is of."""
        return col(getattr(self.row, self.of_column))

    @property
    def person(self) -> Any:  # noqa: ANN401 - a column
        """Return the column of the people."""
        return col(getattr(self.row, self.person_column))

    async def people(self, of: UUID, /) -> frozenset[UUID]:
        """Return who is on the roll."""
        async with self._unit_of_work.transaction() as session:
            return frozenset((await session.exec(select(self.person).where(self.of == of))).all())

    async def add(self, of: UUID, people: Collection[UUID], /) -> None:
        """Put people on the roll; who is there stays there once."""
        if not people:
            return
        rows = [{self.of_column: of, self.person_column: each} for each in sorted(people)]
        async with self._unit_of_work.transaction() as session:
            await session.exec(insert(self.row).values(rows).on_conflict_do_nothing())

    async def page(self, of: UUID, window: Window, /) -> Slice[E]:
        """Return the roll in the order of the people's ids."""
        statement = select(self.row).where(self.of == of).order_by(self.person).limit(window.probe)
        if window.after is not None:
            statement = statement.where(self.person > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        found = cut(rows, window, lambda row: (getattr(row, self.person_column),))
        return Slice(items=tuple(map(self.to_entry, found.items)), next=found.next)
