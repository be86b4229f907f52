"""Pools in PostgreSQL: what happened is counted in the transaction that made it happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.tables import OfferRow
from matching.adapters.published import about_pool
from matching.app.ports import Pools
from matching.domain.identity import PoolId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.outbox import Outbox
    from matching.domain.identity import PartyId

_MARK: Final = text("""
    insert into pool (id, wanted_sequence, planned_sequence, told_version) values (:id, 1, 0, 0)
    on conflict (id) do update set wanted_sequence = pool.wanted_sequence + 1
""")

_TELL: Final = text("""
    insert into pool (id, wanted_sequence, planned_sequence, told_version)
    select id, 0, 0, 1 from unnest(cast(:ids as uuid[])) as told (id) order by id
    on conflict (id) do update set told_version = pool.told_version + 1
    returning id, told_version
""")


class PostgresPools(Pools):
    """The pools of the transaction that is open."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session: Final = session
        self._outbox: Final = outbox

    @override
    async def mark(self, pool_id: PoolId) -> None:
        connection = await self._session.connection()
        await connection.execute(_MARK, {"id": pool_id})

    @override
    async def of_party(self, party_id: PartyId) -> Sequence[PoolId]:
        connection = await self._session.connection()
        wanted = select(col(OfferRow.pool_id)).where(col(OfferRow.party_id) == party_id).distinct()
        return sorted(PoolId(row.pool_id) for row in await connection.execute(wanted))

    @override
    async def tell(self, pool_ids: Sequence[PoolId], *, at: datetime) -> None:
        if not pool_ids:
            return
        connection = await self._session.connection()
        told = (await connection.execute(_TELL, {"ids": list(pool_ids)})).all()
        messages = [about_pool(PoolId(row.id), version=row.told_version, at=at) for row in told]
        await self._outbox.stage(self._session, messages)
