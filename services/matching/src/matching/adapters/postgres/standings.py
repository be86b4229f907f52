"""Reading the part of a pool that competes for some services, to answer questions about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.gathering import (
    needs_where,
    offers_where,
    parties_of,
    refusals_of,
)
from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.rows import to_match
from matching.adapters.postgres.tables import MatchRow, NeedLineRow, NeedRow, OfferRow
from matching.app.price_pairs import Standings
from matching.domain.match import HOLDING, STANDING
from matching.domain.need import NeedState
from matching.domain.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.unit_of_work import UnitOfWork
    from common.vocabulary import ServiceCode
    from matching.domain.identity import PoolId
    from matching.domain.match import Match
    from matching.domain.need import Need

_LIVE: Final = sorted(state.value for state in STANDING | HOLDING)

_PAIRS: Final = text("""
    select coalesce(sum(asked.lines * offered.offers), 0) from (
        select need_line.service, count(*) as lines from need_line
        join need on need.id = need_line.need_id
        where need.pool_id = :pool and need.state = 'open'
            and need_line.service = any(cast(:services as text[]))
        group by need_line.service
    ) as asked
    join (
        select service, count(*) as offers from offer
        where pool_id = :pool and withdrawn_at is null and valid_until > :at
        group by service
    ) as offered using (service)
""")


class PostgresStandings(Standings):
    """Each question is a transaction of its own."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def of_services(
        self, pool_id: PoolId, services: Collection[ServiceCode], *, at: datetime, most: int
    ) -> Standing | None:
        codes = sorted(service.value for service in services)
        # One instant for all reads; a plan of two halves of time would fit neither.
        async with self._unit_of_work.snapshot() as session:
            values = {"pool": pool_id, "services": codes, "at": at}
            pairs = await (await session.connection()).execute(_PAIRS, values)
            if pairs.scalar_one() > most:
                return None
            needs = await _needs(session, pool_id, codes)
            offers = await offers_where(
                session,
                col(OfferRow.pool_id) == pool_id,
                col(OfferRow.service).in_(codes),
                col(OfferRow.withdrawn_at).is_(None),
                col(OfferRow.valid_until) > at,
            )
            return Standing(
                pool_id=pool_id,
                wanted_sequence=0,
                needs=tuple(needs),
                offers=tuple(offers),
                parties=await parties_of(session, offers, at=at),
                matches=await _matches(session, needs),
                refusals=await refusals_of(session, needs),
                planned={},
            )


async def _needs(session: AsyncSession, pool_id: PoolId, codes: list[str]) -> list[Need]:
    asking = select(col(NeedLineRow.need_id)).where(col(NeedLineRow.service).in_(codes))
    return await needs_where(
        session,
        col(NeedRow.pool_id) == pool_id,
        col(NeedRow.state) == NeedState.OPEN.value,
        col(NeedRow.id).in_(asking),
    )


async def _matches(session: AsyncSession, needs: Collection[Need]) -> tuple[Match, ...]:
    wanted = rows_of(MatchRow).where(
        among(col(MatchRow.need_id), {need.id for need in needs}),
        col(MatchRow.state).in_(_LIVE),
    )
    rows = await fetch(session, wanted.order_by(col(MatchRow.id)), MatchRow)
    return tuple(to_match(row) for row in rows)
