"""Reading many needs, offers and what is around them in one go, for what looks at all of a pool."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import col

from matching.adapters.postgres.allotments import to_allotment
from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.reliabilities import with_records
from matching.adapters.postgres.rows import to_need, to_offer, to_party
from matching.adapters.postgres.schedules import to_session
from matching.adapters.postgres.tables import (
    AllotmentRow,
    NeedLineRow,
    NeedRow,
    OfferRow,
    PartyRow,
    RefusalRow,
    SessionRow,
)
from matching.domain.identity import NeedId, OfferId, PartyId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from matching.domain.allotment import Allotment
    from matching.domain.match import DeclineReason
    from matching.domain.need import Need
    from matching.domain.offer import Offer
    from matching.domain.party import Party
    from matching.domain.session import Opening, Openings
    from matching.domain.standing import Refusals


async def needs_where(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Need]:
    """Return needs with their lines, by id."""
    wanted = rows_of(NeedRow).where(*conditions).order_by(col(NeedRow.id))
    rows = await fetch(session, wanted, NeedRow)
    lines = await _lines(session, {row.id for row in rows})
    # A whole pool takes seconds to turn into needs, which the loop has not.
    return await asyncio.to_thread(lambda: [to_need(row, lines[row.id]) for row in rows])


async def offers_where(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Offer]:
    """Return offers, by id."""
    wanted = rows_of(OfferRow).where(*conditions).order_by(col(OfferRow.id))
    return [to_offer(row) for row in await fetch(session, wanted, OfferRow)]


async def parties_of(
    session: AsyncSession, offers: Collection[Offer], *, at: datetime
) -> Mapping[PartyId, Party]:
    """Return whose offers they are, and how they have kept their word."""
    ids = {offer.supply.party_id for offer in offers}
    wanted = rows_of(PartyRow).where(among(col(PartyRow.id), ids))
    rows = await fetch(session, wanted, PartyRow)
    return await with_records(session, map(to_party, rows), at=at)


async def refusals_of(
    session: AsyncSession, needs: Collection[Need], *, because: DeclineReason | None = None
) -> Refusals:
    """Return who said no to any of some needs, for any reason or for one."""
    wanted = rows_of(RefusalRow).where(among(col(RefusalRow.need_id), {need.id for need in needs}))
    if because is not None:
        wanted = wanted.where(col(RefusalRow.reason) == because.value)
    rows: Sequence[RefusalRow] = await fetch(session, wanted, RefusalRow)
    return frozenset((NeedId(row.need_id), PartyId(row.party_id)) for row in rows)


async def allotments_of(session: AsyncSession, offers: Collection[Offer]) -> Sequence[Allotment]:
    """Return what other pools have, or had, of some offers."""
    ids = {offer.id for offer in offers}
    wanted = rows_of(AllotmentRow).where(among(col(AllotmentRow.offer_id), ids))
    return [to_allotment(row) for row in await fetch(session, wanted, AllotmentRow)]


async def openings_of(
    session: AsyncSession, offers: Collection[Offer], *, since: datetime
) -> Mapping[OfferId, Openings]:
    """Return the sessions of some offers from an instant on, as if nobody had booked any."""
    ids = {offer.id for offer in offers if offer.openings is not None}
    wanted = (
        rows_of(SessionRow)
        .where(among(col(SessionRow.offer_id), ids), col(SessionRow.bookable_until) > since)
        .order_by(col(SessionRow.starts_at), col(SessionRow.id))
    )
    found: defaultdict[OfferId, list[Opening]] = defaultdict(list)
    for row in await fetch(session, wanted, SessionRow):
        found[OfferId(row.offer_id)].append(to_session(row).unbooked())
    return {offer_id: tuple(openings) for offer_id, openings in found.items()}


async def _lines(
    session: AsyncSession, need_ids: set[UUID]
) -> defaultdict[UUID, list[NeedLineRow]]:
    wanted = (
        rows_of(NeedLineRow)
        .where(among(col(NeedLineRow.need_id), need_ids))
        .order_by(col(NeedLineRow.need_id), col(NeedLineRow.position))
    )
    found: defaultdict[UUID, list[NeedLineRow]] = defaultdict(list)
    for row in await fetch(session, wanted, NeedLineRow):
        found[row.need_id].append(row)
    return found
