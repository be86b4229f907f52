"""Needs in PostgreSQL: their rows, their lines, and what is known of their progress."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlmodel import col, select, update
from typing_extensions import override

from cases.adapters.postgres.need_mapping import (
    derived_line_values,
    ending_values,
    line_values,
    need_values,
    place_values,
)
from cases.adapters.postgres.reading import progress_of, with_lines
from cases.adapters.postgres.tables import DerivedLineRow, NeedLineRow, NeedRow
from cases.adapters.published import messages_of
from cases.app.ports import Needs
from cases.domain.errors import LineIdTaken, NeedChangedMeanwhile, NeedNotFound
from cases.domain.line import LineId
from cases.domain.need import Need, NeedFact, NeedId, NeedWasChanged, NeedWasSubmitted
from common.persistence.bulk import as_columns, insertion_of_many

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy.sql.dml import ReturningInsert
    from sqlmodel.ext.asyncio.session import AsyncSession
    from sqlmodel.sql.expression import SelectOfScalar

    from cases.domain.progress import DerivedLine, Progress
    from common.areas import Areas
    from common.change import Change
    from common.grants import Scope
    from common.persistence.outbox import Outbox

ADD_NEEDS: Final = insertion_of_many(NeedRow).on_conflict_do_nothing().returning(col(NeedRow.id))
ADD_LINES: Final = (
    insertion_of_many(NeedLineRow).on_conflict_do_nothing().returning(col(NeedLineRow.id))
)
_ADD_DERIVED: Final = insertion_of_many(DerivedLineRow)
_FORGET_DERIVED: Final = text(
    "delete from derived_line where need_id = any(cast(:needs as uuid[]))"
)


class PostgresNeeds(Needs):
    """The needs as of one transaction."""

    def __init__(self, session: AsyncSession, outbox: Outbox, areas: Areas) -> None:
        self._session: Final = session
        self._outbox: Final = outbox
        self._areas: Final = areas

    @override
    async def get(self, need_id: NeedId, *, within: Scope) -> Need:
        return await self._one(need_id, self._visible(need_id, within))

    @override
    async def hold(self, need_id: NeedId, *, within: Scope) -> Need:
        # Shared by all who record services; whoever ends the need waits for them.
        held = self._visible(need_id, within).with_for_update(read=True, of=NeedRow)
        return await self._one(need_id, held)

    @override
    async def add(
        self, changes: Sequence[Change[Need, NeedWasSubmitted]]
    ) -> Mapping[NeedId, Need | None]:
        if not changes:
            return {}
        # Two batches with needs in common take them in the same order and so never in a circle.
        changes = sorted(changes, key=lambda change: change.state.id)
        rows = [need_values(change.state) for change in changes]
        added = await self._insert(ADD_NEEDS, as_columns(NeedRow, rows))
        new = [change for change in changes if change.state.id in added]
        await self._add_lines([change.state for change in new])
        messages = chain.from_iterable(messages_of(change) for change in new)
        await self._outbox.stage(self._session, list(messages))
        earlier = {change.state.id for change in changes} - added
        return {**dict.fromkeys(earlier), **await self._all(earlier)}

    @override
    async def save(self, change: Change[Need, NeedFact]) -> None:
        need = change.state
        unchanged = (
            col(NeedRow.id) == need.id,
            col(NeedRow.version) == need.version - len(change.facts),
        )
        # The row goes first: its lock keeps the events of one need in the order of commits.
        written = await self._session.exec(
            update(NeedRow)
            .where(*unchanged)
            .values(version=need.version, **place_values(need), **ending_values(need))
        )
        if written.rowcount == 0:
            raise NeedChangedMeanwhile(need_id=need.id)
        if any(isinstance(fact, NeedWasChanged) for fact in change.facts):
            await self._rewrite_lines(need)
        await self._outbox.stage(self._session, list(messages_of(change)))

    @override
    async def owners_of(self, line_ids: Collection[LineId]) -> Mapping[LineId, NeedId]:
        query = select(NeedLineRow.id, NeedLineRow.need_id).where(col(NeedLineRow.id).in_(line_ids))
        found = await self._session.exec(query)
        return {LineId(line_id): NeedId(need_id) for line_id, need_id in found}

    @override
    async def progress_of(self, need_id: NeedId) -> Progress:
        return (await progress_of(self._session, [need_id]))[need_id]

    @override
    async def derive(self, lines: Mapping[NeedId, Sequence[DerivedLine]]) -> None:
        connection = await self._session.connection()
        await connection.execute(_FORGET_DERIVED, {"needs": list(lines)})
        rows = [derived_line_values(need_id, line) for need_id in lines for line in lines[need_id]]
        if rows:
            await self._session.exec(_ADD_DERIVED, params=as_columns(DerivedLineRow, rows))

    async def _rewrite_lines(self, need: Need) -> None:
        for line in line_values(need):
            same = col(NeedLineRow.id) == line["id"]
            await self._session.exec(update(NeedLineRow).where(same).values(line))

    async def _add_lines(self, needs: Sequence[Need]) -> None:
        rows = sorted(
            (row for need in needs for row in line_values(need)), key=lambda row: row["id"]
        )
        if not rows:
            return
        added = await self._insert(ADD_LINES, as_columns(NeedLineRow, rows))
        for row in rows:
            if row["id"] not in added:
                raise LineIdTaken(line_id=row["id"])

    async def _insert(
        self, statement: ReturningInsert[Any], columns: dict[str, list[object]]
    ) -> frozenset[UUID]:
        return frozenset((await self._session.exec(statement, params=columns)).scalars())

    async def _one(self, need_id: NeedId, query: SelectOfScalar[NeedRow]) -> Need:
        rows = (await self._session.exec(query)).all()
        if not rows:
            raise NeedNotFound(need_id=need_id)
        [need] = await with_lines(self._session, rows)
        return need

    async def _all(self, need_ids: Collection[NeedId]) -> Mapping[NeedId, Need]:
        if not need_ids:
            return {}
        query = select(NeedRow).where(col(NeedRow.id).in_(need_ids))
        rows = (await self._session.exec(query)).all()
        return {need.id: need for need in await with_lines(self._session, rows)}

    def _visible(self, need_id: NeedId, within: Scope) -> SelectOfScalar[NeedRow]:
        visible = self._areas.within(within, col(NeedRow.scheme), col(NeedRow.area))
        query = select(NeedRow).where(NeedRow.id == need_id, visible)
        # A row that this session has read before is read again, not remembered.
        return query.execution_options(populate_existing=True)
