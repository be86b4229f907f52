"""Reading needs with what belongs to them, in as many statements for many as for one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col, select

from cases.adapters.postgres.need_mapping import to_derived_line, to_need
from cases.adapters.postgres.tables import DerivedLineRow, MatchRow, NeedLineRow
from cases.domain.line import LineId
from cases.domain.need import NeedId
from cases.domain.progress import DerivedLine, Progress
from common.vocabulary import MatchState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from sqlmodel.ext.asyncio.session import AsyncSession

    from cases.adapters.postgres.tables import NeedRow
    from cases.domain.need import Need


async def with_lines(session: AsyncSession, rows: Sequence[NeedRow]) -> Sequence[Need]:
    """Return the needs of these rows, in their order."""
    query = (
        select(NeedLineRow)
        .where(col(NeedLineRow.need_id).in_([row.id for row in rows]))
        .order_by(col(NeedLineRow.need_id), col(NeedLineRow.position))
    )
    lines: defaultdict[UUID, list[NeedLineRow]] = defaultdict(list)
    for line in await session.exec(query):
        lines[line.need_id].append(line)
    return [to_need(row, lines[row.id]) for row in rows]


async def progress_of(
    session: AsyncSession, need_ids: Collection[NeedId]
) -> dict[NeedId, Progress]:
    """Return how far each of the needs has come."""
    fulfilled = await _fulfilled(session, need_ids)
    derived = await _derived(session, need_ids)
    return {
        need_id: Progress(fulfilled=frozenset(fulfilled[need_id]), derived=tuple(derived[need_id]))
        for need_id in need_ids
    }


async def _fulfilled(
    session: AsyncSession, need_ids: Collection[NeedId]
) -> defaultdict[NeedId, list[LineId]]:
    query = select(MatchRow.need_id, MatchRow.line_id).where(
        col(MatchRow.need_id).in_(need_ids), MatchRow.state == MatchState.FULFILLED.value
    )
    lines: defaultdict[NeedId, list[LineId]] = defaultdict(list)
    for need_id, line_id in await session.exec(query):
        lines[NeedId(need_id)].append(LineId(line_id))
    return lines


async def _derived(
    session: AsyncSession, need_ids: Collection[NeedId]
) -> defaultdict[NeedId, list[DerivedLine]]:
    query = (
        select(DerivedLineRow)
        .where(col(DerivedLineRow.need_id).in_(need_ids))
        .order_by(col(DerivedLineRow.id))
    )
    lines: defaultdict[NeedId, list[DerivedLine]] = defaultdict(list)
    for row in await session.exec(query):
        lines[NeedId(row.need_id)].append(to_derived_line(row))
    return lines
