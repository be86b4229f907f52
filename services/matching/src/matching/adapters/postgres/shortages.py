"""The shortage ledger in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, text
from sqlmodel import col
from typing_extensions import override

from common.paging import Slice, cut
from common.persistence.keyset import after
from common.places import AreaRef
from common.vocabulary import AreaScheme, ServiceCode, Unit
from matching.adapters.postgres.explaining_tables import ShortageRow
from matching.adapters.postgres.gathering import (
    needs_where,
    offers_where,
    parties_of,
    refusals_of,
)
from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.tables import MatchRow, NeedLineRow, NeedRow, OfferRow
from matching.app.count_shortages import CountedShortage, Shortages
from matching.domain.identity import PoolId
from matching.domain.match import HOLDING, STANDING
from matching.domain.need import NeedState
from matching.domain.shortage import Shortage, Unmet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Key
    from common.persistence.unit_of_work import UnitOfWork
    from matching.app.count_shortages import FindShortages

_LIVE: Final = sorted(state.value for state in STANDING | HOLDING)

_CLAIM: Final = text("""
    with due as (
        select pool.id, pool.planned_sequence from pool
        left join shortage_count as last on last.pool_id = pool.id
        where last.pool_id is null or (
            last.plan_sequence < pool.planned_sequence and last.counted_at <= :before
        )
        order by last.counted_at nulls first, pool.id
        limit 1
    )
    insert into shortage_count as mine (pool_id, plan_sequence, counted_at)
    select id, planned_sequence, :at from due
    on conflict (pool_id) do update
        set plan_sequence = excluded.plan_sequence, counted_at = excluded.counted_at
        where mine.counted_at <= :before
    returning pool_id
""")


class PostgresShortages(Shortages):
    """Each ability is a transaction of its own."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def claim(self, *, at: datetime, counted_before: datetime) -> PoolId | None:
        values = {"at": at, "before": counted_before}
        async with self._unit_of_work.transaction() as session:
            found = (await (await session.connection()).execute(_CLAIM, values)).first()
        return None if found is None else PoolId(found.pool_id)

    @override
    async def unmet(self, pool_id: PoolId, *, at: datetime) -> Unmet:
        # One instant for all reads: a line that was filled meanwhile lacks nothing.
        async with self._unit_of_work.snapshot() as session:
            is_open = col(NeedRow.state) == NeedState.OPEN.value
            of_pool = col(NeedRow.pool_id) == pool_id
            needs = await needs_where(session, of_pool, is_open, _lacks_something())
            filled = await _filled(session, {need.id for need in needs})
            offers = await offers_where(
                session,
                col(OfferRow.pool_id) == pool_id,
                col(OfferRow.withdrawn_at).is_(None),
                col(OfferRow.valid_until) > at,
            )
            return Unmet(
                lines=[
                    (need, line) for need in needs for line in need.lines if line.id not in filled
                ],
                offers=offers,
                parties=await parties_of(session, offers, at=at),
                refusals=await refusals_of(session, needs),
            )

    @override
    async def replace(self, pool_id: PoolId, counted: Sequence[Shortage], *, at: datetime) -> None:
        rows = [
            {
                "pool_id": pool_id,
                "scheme": each.area.scheme.value,
                "area": each.area.code,
                "service": each.service.value,
                "unit": each.unit.value,
                "reason": each.reason,
                "lines": each.lines,
                "quantity": each.quantity,
                "waiting_since": each.waiting_since,
                "counted_at": at,
            }
            for each in counted
        ]
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            await connection.execute(delete(ShortageRow).where(col(ShortageRow.pool_id) == pool_id))
            if rows:
                await connection.execute(insert(ShortageRow), rows)

    @override
    async def find(self, query: FindShortages, within: Scope) -> Slice[CountedShortage]:
        row = ShortageRow
        names = (row.area, row.scheme, row.service, row.unit, row.reason, row.pool_id)
        order = (-col(row.lines), *map(col, names))
        wanted = (
            rows_of(row)
            .where(
                self._areas.within(within, col(row.scheme), col(row.area)),
                *self._claims(query),
                after(query.window, *order),
            )
            .order_by(*order)
            .limit(query.window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, row)
        found = cut(rows, query.window, _place_of)
        return Slice(items=tuple(map(_to_shortage, found.items)), next=found.next)

    def _claims(self, query: FindShortages) -> Iterator[ColumnElement[bool]]:
        row = ShortageRow
        if query.scheme is not None:
            yield col(row.scheme) == query.scheme.value
        if query.within is not None:
            yield self._areas.under(frozenset({query.within}), col(row.scheme), col(row.area))
        if query.service is not None:
            yield col(row.service) == query.service.value


def _lacks_something() -> ColumnElement[bool]:
    """Return the condition that a line of a need has no match; most needs lack nothing."""
    fills = (col(MatchRow.line_id) == col(NeedLineRow.id)) & col(MatchRow.state).in_(_LIVE)
    is_filled = select(col(MatchRow.id)).where(fills).exists()
    return (
        select(col(NeedLineRow.id))
        .where(col(NeedLineRow.need_id) == col(NeedRow.id), ~is_filled)
        .exists()
    )


async def _filled(session: AsyncSession, need_ids: Collection[UUID]) -> frozenset[UUID]:
    wanted = select(col(MatchRow.line_id)).where(
        among(col(MatchRow.need_id), need_ids), col(MatchRow.state).in_(_LIVE)
    )
    return frozenset((await (await session.connection()).execute(wanted)).scalars())


def _to_shortage(row: ShortageRow) -> CountedShortage:
    shortage = Shortage(
        area=AreaRef(AreaScheme(row.scheme), row.area),
        service=ServiceCode(row.service),
        unit=Unit(row.unit),
        reason=row.reason,
        lines=row.lines,
        quantity=row.quantity,
        waiting_since=row.waiting_since,
    )
    return CountedShortage(shortage, row.counted_at)


def _place_of(row: ShortageRow) -> Key:
    return (-row.lines, row.area, row.scheme, row.service, row.unit, row.reason, row.pool_id)
