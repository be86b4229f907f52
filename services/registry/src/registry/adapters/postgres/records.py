"""Dated records in PostgreSQL: the row is guarded by its version, its events go with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from sqlalchemy import insert, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from common.paging import cut
from common.persistence.table import Row
from registry.adapters.postgres.integrity import broken_rule
from registry.app.ports.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.change import Change
    from common.errors import Conflict
    from common.grants import Scope
    from common.messaging.event import Message
    from common.paging import Slice, Window
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork

T = TypeVar("T", bound=Record)
F = TypeVar("F")
W = TypeVar("W")
S = TypeVar("S", bound=Row)


class PostgresRecords(ABC, Generic[T, F, W, S]):
    """The records of one kind; a subclass says how they are written, read and told.

    Its row has ``id``, ``version``, ``scheme`` and ``area``, and ``row_org`` if an organisation may
    see it wherever it stands.
    """

    row: type[S]
    row_org: ClassVar[str | None] = None

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox
        self._areas: Final = areas

    @abstractmethod
    def to_record(self, row: S) -> T:
        """Return what a row stands for."""

    @abstractmethod
    def to_row(self, record: T) -> S:
        """Return the row of a record."""

    @abstractmethod
    def told(self, fact: F) -> Message | None:
        """Return what others are told of a fact, if anything."""

    @abstractmethod
    def claims(self, wanted: W) -> Iterator[ColumnElement[bool]]:
        """Yield what has to hold of a row that is wanted."""

    @property
    @abstractmethod
    def rules(self) -> Mapping[str, Callable[[T], Conflict]]:
        """What the breach of a rule of the database means; that of the key is ``""``."""

    @abstractmethod
    def changed(self, record: T) -> Conflict:
        """Say that somebody else was faster."""

    async def write_parts(self, session: AsyncSession, records: Sequence[T]) -> None:
        """Write what a record has in other tables; most have nothing."""

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, T]:
        """Return those of the records that exist."""
        wanted = select(self.row).where(self._column("id").in_(ids))
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        records = [self.to_record(row) for row in rows]
        return {record.id: record for record in records}

    async def hold(self, record_id: UUID, /) -> None:
        """Let nobody change a record, or hold it, before the open transaction ends."""
        held = select(self._column("id")).where(self._column("id") == record_id).with_for_update()
        async with self._unit_of_work.transaction() as session:
            await session.exec(held)

    async def add_all(self, changes: Sequence[Change[T, F]], /) -> None:
        """Store new records and stage their facts, all or none."""
        if not changes:
            return
        records = [change.state for change in changes]
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    rows = [self.to_row(record).model_dump() for record in records]
                    await session.exec(insert(self.row).values(rows))
                    await self.write_parts(session, records)
            except IntegrityError as error:
                raise self._refusal(error, records[0]) from error
            await self._tell(session, changes)

    async def save(self, change: Change[T, F], /) -> None:
        """Store a record's new state and stage its facts."""
        record = change.state
        before = record.version - len(change.facts)
        unchanged = (self._column("id") == record.id) & (self._column("version") == before)
        statement = update(self.row).where(unchanged).values(**self.to_row(record).model_dump())
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    written = await session.exec(statement)
                    await self.write_parts(session, [record])
            except IntegrityError as error:
                raise self._refusal(error, record) from error
            if written.rowcount == 0:
                raise self.changed(record)
            await self._tell(session, [change])

    async def page(self, wanted: W, scope: Scope, window: Window, /) -> Slice[T]:
        """Return the records within the scope, in the order of their ids."""
        statement = (
            select(self.row)
            .where(self.lies_within(scope), *self.claims(wanted))
            .order_by(self._column("id"))
            .limit(window.probe)
        )
        if window.after is not None:
            statement = statement.where(self._column("id") > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        return cut([self.to_record(row) for row in rows], window, lambda record: (record.id,))

    def lies_within(self, scope: Scope) -> ColumnElement[bool]:
        """Return the condition that a row is one that the scope covers."""
        in_area = self._areas.within(scope, self._column("scheme"), self._column("area"))
        if self.row_org is None:
            return in_area
        return or_(in_area, self._column(self.row_org).in_(scope.orgs))

    def placed(self, wanted: Any) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401 - any filter with a place
        """Yield what has to hold of where a row stands, by ``within`` and ``scheme``."""
        if wanted.within is not None:
            roots = frozenset({wanted.within})
            yield self._areas.under(roots, self._column("scheme"), self._column("area"))
        if wanted.scheme is not None:
            yield self._column("scheme") == wanted.scheme.value

    def _column(self, name: str) -> Any:  # noqa: ANN401 - a column of whichever kind
        return col(getattr(self.row, name))

    def _refusal(self, error: IntegrityError, record: T) -> Conflict:
        rules = self.rules
        return rules.get(broken_rule(error) or "", rules[""])(record)

    async def _tell(self, session: AsyncSession, changes: Sequence[Change[T, F]]) -> None:
        messages = [self.told(fact) for change in changes for fact in change.facts]
        await self._outbox.stage(session, [message for message in messages if message is not None])
