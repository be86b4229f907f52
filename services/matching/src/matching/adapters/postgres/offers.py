"""Offers in PostgreSQL: a row is guarded by its revision, its events go with it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, null, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.partitions import pools_of
from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.rows import (
    changing_values,
    offer_values,
    stated_values,
    to_offer,
)
from matching.adapters.postgres.tables import LotHoldRow, OfferRow
from matching.adapters.published import about_offer
from matching.app.offer_ports import OfferCounts, Offers
from matching.domain.errors import OfferChangedMeanwhile, OfferNotFound
from matching.domain.identity import EntryId, MatchId, OfferId, PartyId, PoolId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.change import Change
    from common.persistence.outbox import Outbox
    from common.vocabulary import ServiceCode
    from matching.domain.lot import LotsTaken
    from matching.domain.offer import Offer, OfferFact


_LOCK_PARTIES: Final = text("""
    select from party where id = any(cast(:parties as uuid[])) order by id for no key update
""")

_COUNTS: Final = text("""
    select
        party_id,
        count(*) filter (where withdrawn_at is null and valid_until > :at) as open,
        count(*) filter (where published_at >= :since) as new
    from offer where party_id = any(cast(:parties as uuid[])) and origin_id is null
        and entry_id is null
    group by party_id
""")

_FREE_LOTS: Final = text("""
    delete from lot_hold where match_id = any(cast(:matches as uuid[]))
    returning match_id, number, quantity
""")

_GIVER: Final = text("""
    with theirs as (
        select id from offer
        where party_id = :party and is_giver_active <> :is_active
        order by id for no key update
    )
    update offer set is_giver_active = :is_active, revision = offer.revision + 1
    from theirs where offer.id = theirs.id
""")

_UNCONFIRMED: Final = text("""
    select id from offer
    left join unnest(cast(:others as uuid[]), cast(:own as timestamptz[]))
        as elsewhere (pool, before) on elsewhere.pool = offer.pool_id
    where withdrawn_at is null and confirmation_asked_at is null and valid_until > :at
        and entry_id is null
        and coalesce(confirmed_at, published_at) < :latest
        and coalesce(confirmed_at, published_at) < coalesce(elsewhere.before, :before)
        and pool_id = any(cast(:pools as uuid[]))
    order by coalesce(confirmed_at, published_at), id limit 500
""")


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
    async def note_lots(self, match_id: MatchId, offer_id: OfferId, taken: LotsTaken) -> None:
        connection = await self._session.connection()
        rows = [
            {"match_id": match_id, "number": number, "offer_id": offer_id, "quantity": quantity}
            for number, quantity in taken.items()
        ]
        await connection.execute(insert(LotHoldRow), rows)

    @override
    async def free_lots(self, match_ids: Collection[MatchId]) -> Mapping[MatchId, LotsTaken]:
        connection = await self._session.connection()
        rows = await connection.execute(_FREE_LOTS, {"matches": list(match_ids)})
        found: defaultdict[MatchId, dict[int, int]] = defaultdict(dict)
        for row in rows:
            found[MatchId(row.match_id)][row.number] = row.quantity
        return found

    @override
    async def of_entry(self, entry_id: EntryId) -> Offer | None:
        # What began anew, because somebody else gives it or elsewhere, is later than what ended.
        wanted = (
            rows_of(OfferRow)
            .where(col(OfferRow.entry_id) == entry_id)
            .order_by(col(OfferRow.withdrawn_at).is_not(None), col(OfferRow.published_at).desc())
            .limit(1)
        )
        rows = await fetch(self._session, wanted, OfferRow)
        return to_offer(rows[0]) if rows else None

    @override
    async def restate(self, change: Change[Offer, OfferFact]) -> None:
        offer = change.state
        more = stated_values(offer)
        if offer.openings is None:
            more |= {
                "capacity": offer.supply.capacity,
                "openings": None,
                "coming_sessions": null(),
            }
        await self._save(change, {**changing_values(offer), **more})

    @override
    async def counts(
        self, party_ids: Collection[PartyId], *, since: datetime, at: datetime
    ) -> Mapping[PartyId, OfferCounts]:
        connection = await self._session.connection()
        values = {"parties": list(party_ids), "since": since, "at": at}
        # Whoever publishes for a party at the same moment waits, or both would fit below its limit.
        await connection.execute(_LOCK_PARTIES, values)
        rows = await connection.execute(_COUNTS, values)
        return {PartyId(row.party_id): OfferCounts(open=row.open, new=row.new) for row in rows}

    @override
    async def set_giver_active(self, party_id: PartyId, *, is_active: bool) -> None:
        connection = await self._session.connection()
        await connection.execute(_GIVER, {"party": party_id, "is_active": is_active})

    @override
    async def unconfirmed(
        self,
        partitions: Collection[int],
        *,
        true_before: datetime,
        elsewhere: Mapping[PoolId, datetime],
        at: datetime,
    ) -> Sequence[OfferId]:
        connection = await self._session.connection()
        values = {
            "before": true_before,
            "latest": max([true_before, *elsewhere.values()]),
            "others": list(elsewhere),
            "own": list(elsewhere.values()),
            "at": at,
            "pools": await pools_of(connection, partitions),
        }
        return [OfferId(row.id) for row in await connection.execute(_UNCONFIRMED, values)]

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
        await self._save(change, changing_values(change.state))

    async def _save(self, change: Change[Offer, OfferFact], values: Mapping[str, Any]) -> None:
        offer = change.state
        unchanged = (col(OfferRow.id) == offer.id) & (col(OfferRow.revision) == offer.revision - 1)
        connection = await self._session.connection()
        written = await connection.execute(update(OfferRow).where(unchanged).values(**values))
        if written.rowcount == 0:
            raise OfferChangedMeanwhile(offer_id=offer.id)
        await self._outbox.stage(self._session, list(about_offer(change)))
