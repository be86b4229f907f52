"""Allotments in PostgreSQL; an allotment is written by whoever holds its offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, text, update
from sqlmodel import col
from typing_extensions import override

from common.paging import cut
from common.persistence.keyset import before
from common.places import AreaRef
from common.vocabulary import AreaScheme
from matching.adapters.postgres.partitions import pools_of
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.tables import AllotmentRow
from matching.adapters.published import about_allotment
from matching.app.allotment_ports import Allotments
from matching.domain.allotment import Allotment
from matching.domain.identity import AllotmentId, OfferId, PoolId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.change import Change
    from common.paging import Key, Slice, Window
    from common.persistence.outbox import Outbox
    from matching.domain.allotment import AllotmentFact

# As the partial index has it.
_TO_RETURN: Final = text("""
    select id from offer
    where origin_id is not null and (withdrawn_at is null or returns = 0 or held < capacity)
        and (withdrawn_at is not null or valid_until <= :at)
        and pool_id = any(cast(:pools as uuid[]))
    order by valid_until, id limit 200
""")


class PostgresAllotments(Allotments):
    """The allotments of the transaction that is open."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session: Final = session
        self._outbox: Final = outbox

    @override
    async def find(self, allotment_id: AllotmentId) -> Allotment | None:
        wanted = rows_of(AllotmentRow).where(col(AllotmentRow.id) == allotment_id)
        rows = await fetch(self._session, wanted, AllotmentRow)
        return to_allotment(rows[0]) if rows else None

    @override
    async def add(self, change: Change[Allotment, AllotmentFact]) -> None:
        connection = await self._session.connection()
        await connection.execute(insert(AllotmentRow).values(**_values(change.state)))
        await self._outbox.stage(self._session, list(about_allotment(change)))

    @override
    async def save(self, change: Change[Allotment, AllotmentFact]) -> None:
        allotment = change.state
        connection = await self._session.connection()
        await connection.execute(
            update(AllotmentRow)
            .where(col(AllotmentRow.id) == allotment.id)
            .values(**_changing_values(allotment))
        )
        await self._outbox.stage(self._session, list(about_allotment(change)))

    @override
    async def granted(self, offer_id: OfferId) -> Sequence[Allotment]:
        wanted = (
            rows_of(AllotmentRow)
            .where(
                col(AllotmentRow.offer_id) == offer_id,
                col(AllotmentRow.recalled_at).is_(None),
                col(AllotmentRow.returned_at).is_(None),
            )
            .order_by(col(AllotmentRow.id))
        )
        return [to_allotment(row) for row in await fetch(self._session, wanted, AllotmentRow)]

    @override
    async def page(self, offer_id: OfferId, window: Window) -> Slice[Allotment]:
        order = (col(AllotmentRow.granted_at), col(AllotmentRow.id))
        wanted = (
            rows_of(AllotmentRow)
            .where(col(AllotmentRow.offer_id) == offer_id, before(window, *order))
            .order_by(*(column.desc() for column in order))
            .limit(window.probe)
        )
        rows = await fetch(self._session, wanted, AllotmentRow)
        return cut([to_allotment(row) for row in rows], window, _time_of)

    @override
    async def to_return(self, partitions: Collection[int], *, at: datetime) -> Sequence[OfferId]:
        connection = await self._session.connection()
        values = {"at": at, "pools": await pools_of(connection, partitions)}
        return [OfferId(row.id) for row in await connection.execute(_TO_RETURN, values)]


def to_allotment(row: AllotmentRow) -> Allotment:
    """Return what a row says."""
    return Allotment(
        id=AllotmentId(row.id),
        version=row.version,
        offer_id=OfferId(row.offer_id),
        home=PoolId(row.home_pool_id),
        pool_id=PoolId(row.pool_id),
        area=AreaRef(AreaScheme(row.scheme), row.area),
        quantity=row.quantity,
        lots={each["number"]: each["quantity"] for each in row.lots},
        until=row.until,
        granted_at=row.granted_at,
        recalled_at=row.recalled_at,
        returns=row.returns,
        returned=row.returned,
        returned_at=row.returned_at,
    )


def _values(allotment: Allotment) -> Mapping[str, Any]:
    return {
        "id": allotment.id,
        "offer_id": allotment.offer_id,
        "home_pool_id": allotment.home,
        "pool_id": allotment.pool_id,
        "scheme": allotment.area.scheme.value,
        "area": allotment.area.code,
        "quantity": allotment.quantity,
        "lots": [
            {"number": number, "quantity": quantity}
            for number, quantity in sorted(allotment.lots.items())
        ],
        "until": allotment.until,
        "granted_at": allotment.granted_at,
        **_changing_values(allotment),
    }


def _changing_values(allotment: Allotment) -> Mapping[str, Any]:
    return {
        "version": allotment.version,
        "recalled_at": allotment.recalled_at,
        "returns": allotment.returns,
        "returned": allotment.returned,
        "returned_at": allotment.returned_at,
    }


def _time_of(allotment: Allotment) -> Key:
    return (allotment.granted_at, allotment.id)
