"""Offers in PostgreSQL: a row is guarded by its revision, its events go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.rows import offer_values, to_offer
from matching.adapters.postgres.tables import OfferRow
from matching.adapters.published import about_offer
from matching.app.ports import Offers
from matching.domain.errors import OfferChangedMeanwhile, OfferNotFound
from matching.domain.identity import OfferId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.change import Change
    from common.persistence.outbox import Outbox
    from common.vocabulary import ServiceCode
    from matching.domain.identity import PoolId
    from matching.domain.offer import Offer, OfferFact


class PostgresOffers(Offers):
    """The offers of the transaction that is open."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session: Final = session
        self._outbox: Final = outbox

    @override
    async def get(self, offer_id: OfferId) -> Offer:
        found = await self.find_many([offer_id])
        if offer_id not in found:
            raise OfferNotFound(offer_id=offer_id)
        return found[offer_id]

    @override
    async def find_many(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, Offer]:
        if not offer_ids:
            return {}
        wanted = rows_of(OfferRow).where(among(col(OfferRow.id), offer_ids))
        rows = await fetch(self._session, wanted, OfferRow)
        return {OfferId(row.id): to_offer(row) for row in rows}

    @override
    async def lock(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, Offer]:
        if not offer_ids:
            return {}
        wanted = (
            rows_of(OfferRow)
            .where(among(col(OfferRow.id), offer_ids))
            .order_by(col(OfferRow.id))
            .with_for_update(key_share=True)
        )
        rows = await fetch(self._session, wanted, OfferRow)
        found = {OfferId(row.id): to_offer(row) for row in rows}
        for offer_id in offer_ids:
            if offer_id not in found:
                raise OfferNotFound(offer_id=offer_id)
        return found

    @override
    async def in_pool(self, pool_id: PoolId, services: Collection[ServiceCode]) -> Sequence[Offer]:
        wanted = (
            rows_of(OfferRow)
            .where(
                col(OfferRow.pool_id) == pool_id,
                col(OfferRow.service).in_([service.value for service in services]),
                col(OfferRow.withdrawn_at).is_(None),
            )
            .order_by(col(OfferRow.id))
        )
        return [to_offer(row) for row in await fetch(self._session, wanted, OfferRow)]

    @override
    async def add(self, changes: Sequence[Change[Offer, OfferFact]]) -> frozenset[OfferId]:
        if not changes:
            return frozenset()
        new = upsert(OfferRow).values([offer_values(change.state) for change in changes])
        statement = new.on_conflict_do_nothing().returning(col(OfferRow.id))
        connection = await self._session.connection()
        added = {row.id for row in await connection.execute(statement)}
        stored = [change for change in changes if change.state.id in added]
        messages = [message for change in stored for message in about_offer(change)]
        await self._outbox.stage(self._session, messages)
        return frozenset(change.state.id for change in changes) - added

    @override
    async def save(self, change: Change[Offer, OfferFact]) -> None:
        offer = change.state
        unchanged = (col(OfferRow.id) == offer.id) & (col(OfferRow.revision) == offer.revision - 1)
        connection = await self._session.connection()
        written = await connection.execute(
            update(OfferRow)
            .where(unchanged)
            .values(
                version=offer.version,
                revision=offer.revision,
                held=offer.held,
                withdrawn_at=offer.withdrawn_at,
            )
        )
        if written.rowcount == 0:
            raise OfferChangedMeanwhile(offer_id=offer.id)
        await self._outbox.stage(self._session, list(about_offer(change)))
