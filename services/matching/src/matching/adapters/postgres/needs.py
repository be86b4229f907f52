"""Needs in PostgreSQL: their words as cases tells them, and what workers decide about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from common.persistence.bulk import as_columns, insertion_of_many
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.rows import (
    line_values,
    need_values,
    to_line,
    to_need,
    to_refusal,
)
from matching.adapters.postgres.tables import NeedLineRow, NeedRow, RefusalRow
from matching.app.ports import Needs, Refusal
from matching.domain.errors import LineNotKnown, NeedNotKnown, NeedRevisedMeanwhile
from matching.domain.identity import PartyId
from matching.domain.match import DeclineReason, SaidNo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlmodel.ext.asyncio.session import AsyncSession

    from matching.domain.identity import LineId, NeedId
    from matching.domain.need import Line, Need


_ADD_NEEDS: Final = insertion_of_many(NeedRow).on_conflict_do_nothing().returning(col(NeedRow.id))
_ADD_LINES: Final = insertion_of_many(NeedLineRow)

_LIFT: Final = text("""
    with lifted as (delete from refusal where need_id = :need returning refusal.*)
    insert into past_refusal (need_id, party_id, reason, said_on, recorded_at, lifted_at)
    select need_id, party_id, reason, said_on, recorded_at, :at from lifted
""")

_SAID_NO: Final = text("""
    select party_id, reason, said_on, recorded_at, lifted_at
    from past_refusal where need_id = :need
    union all
    select party_id, reason, said_on, recorded_at, null from refusal where need_id = :need
    order by recorded_at
""")


class PostgresNeeds(Needs):
    """The needs of the transaction that is open."""

    def __init__(self, session: AsyncSession) -> None:
        self._session: Final = session

    @override
    async def find(self, need_id: NeedId) -> Need | None:
        return await self._find(rows_of(NeedRow).where(col(NeedRow.id) == need_id))

    @override
    async def lock(self, need_id: NeedId) -> Need:
        # A plan that relies on a need locks it the same way, so neither overlooks the other; rows
        # that merely refer to the need are not kept waiting.
        wanted = rows_of(NeedRow).where(col(NeedRow.id) == need_id)
        need = await self._find(wanted.with_for_update(key_share=True))
        if need is None:
            raise NeedNotKnown(need_id=need_id)
        return need

    @override
    async def line(self, line_id: LineId) -> Line:
        wanted = rows_of(NeedLineRow).where(col(NeedLineRow.id) == line_id)
        rows = await fetch(self._session, wanted, NeedLineRow)
        if not rows:
            raise LineNotKnown(line_id=line_id)
        return to_line(rows[0])

    @override
    async def add(self, needs: Sequence[Need]) -> None:
        connection = await self._session.connection()
        # Two who tell of the same ones take them in the same order and so never in a circle.
        rows = [need_values(need) for need in sorted(needs, key=lambda need: need.id)]
        found = await connection.execute(_ADD_NEEDS, as_columns(NeedRow, rows))
        added = {row.id for row in found}
        lines = [line for need in needs if need.id in added for line in line_values(need)]
        if lines:
            await connection.execute(_ADD_LINES, as_columns(NeedLineRow, lines))

    @override
    async def save(self, need: Need) -> None:
        connection = await self._session.connection()
        unchanged = (col(NeedRow.id) == need.id) & (col(NeedRow.revision) == need.revision - 1)
        written = await connection.execute(
            update(NeedRow)
            .where(unchanged)
            .values(
                revision=need.revision,
                state=need.state.value,
                search_area=need.search_area.value,
            )
        )
        if written.rowcount == 0:
            raise NeedRevisedMeanwhile(need_id=need.id)
        await connection.execute(
            update(NeedLineRow)
            .where(col(NeedLineRow.id) == bindparam("line"))
            .values(approved_at=bindparam("approved"), urgent_since=bindparam("urgent")),
            [
                {"line": line.id, "approved": line.approved_at, "urgent": line.urgent_since}
                for line in need.lines
            ],
        )

    @override
    async def rewrite(self, need: Need) -> None:
        await self.save(need)
        connection = await self._session.connection()
        told = {k: v for k, v in need_values(need).items() if k != "plan_version"}
        await connection.execute(update(NeedRow).where(col(NeedRow.id) == need.id).values(told))
        for line in line_values(need):
            words = {k: v for k, v in line.items() if k != "planned_match_id"}
            same = col(NeedLineRow.id) == line["id"]
            await connection.execute(update(NeedLineRow).where(same).values(words))

    @override
    async def lift_refusals(self, need_id: NeedId, *, at: datetime) -> None:
        connection = await self._session.connection()
        await connection.execute(_LIFT, {"need": need_id, "at": at})

    @override
    async def refusals(self, need_id: NeedId) -> Sequence[Refusal]:
        wanted = rows_of(RefusalRow).where(col(RefusalRow.need_id) == need_id)
        return [to_refusal(row) for row in await fetch(self._session, wanted, RefusalRow)]

    @override
    async def said_no(self, need_id: NeedId) -> Sequence[tuple[PartyId, SaidNo]]:
        connection = await self._session.connection()
        rows = (await connection.execute(_SAID_NO, {"need": need_id})).all()
        return [
            (
                PartyId(row.party_id),
                SaidNo(
                    reason=DeclineReason(row.reason), said_on=row.said_on, lifted_at=row.lifted_at
                ),
            )
            for row in rows
        ]

    @override
    async def add_refusal(self, refusal: Refusal) -> None:
        connection = await self._session.connection()
        await connection.execute(
            upsert(RefusalRow)
            .values(
                need_id=refusal.need_id,
                party_id=refusal.party_id,
                reason=refusal.reason.value,
                said_on=refusal.said_on,
                recorded_at=refusal.recorded_at,
            )
            .on_conflict_do_nothing()
        )

    async def _find(self, wanted: Select[Any]) -> Need | None:
        found = await fetch(self._session, wanted, NeedRow)
        if not found:
            return None
        lines = (
            rows_of(NeedLineRow)
            .where(col(NeedLineRow.need_id) == found[0].id)
            .order_by(col(NeedLineRow.position))
        )
        return to_need(found[0], await fetch(self._session, lines, NeedLineRow))
