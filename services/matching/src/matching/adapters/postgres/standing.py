"""Reading everything about one pool that a plan is made from, as of one instant.

What no offer could touch stays where it is: a need whose plan is made comes along only while an
offer of its pool names a service that it asks for, or while something of it stands.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlmodel import col

from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.rows import to_match, to_need, to_offer, to_party
from matching.adapters.postgres.tables import (
    MatchRow,
    NeedLineRow,
    NeedRow,
    OfferRow,
    PartyRow,
    RefusalRow,
)
from matching.domain.identity import LineId, MatchId, NeedId, PartyId
from matching.domain.match import HOLDING, STANDING
from matching.domain.need import NeedState
from matching.domain.standing import Planned, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlmodel.ext.asyncio.session import AsyncSession

    from matching.domain.identity import PoolId
    from matching.domain.match import Match
    from matching.domain.party import Party
    from matching.domain.standing import Refusals

_LIVE: Final = sorted(state.value for state in STANDING | HOLDING)

_TOUCHABLE: Final = text("""
    select need.id from need
    where need.pool_id = :pool and need.state = 'open' and (
        need.plan_version = 0
        or exists (
            select from need_line
            where need_line.need_id = need.id and need_line.service = any(cast(:services as text[]))
        )
        or exists (
            select from match
            where match.need_id = need.id and match.state in ('proposed', 'asked')
        )
    )
""")

_WANTED: Final = text("select wanted_sequence from pool where id = :pool")


async def read_standing(session: AsyncSession, pool_id: PoolId, *, at: datetime) -> Standing:
    """Return what stands in a pool; the session's transaction sees one instant throughout."""
    connection = await session.connection()
    wanted = (await connection.execute(_WANTED, {"pool": pool_id})).scalar_one_or_none()
    offers = await _offers(session, pool_id, at)
    services = sorted({offer.service for offer in offers})
    touched = await connection.execute(_TOUCHABLE, {"pool": pool_id, "services": services})
    need_ids = [row.id for row in touched]
    needs = await _needs(session, need_ids)
    lines = await _lines(session, need_ids)
    return Standing(
        pool_id=pool_id,
        wanted_sequence=wanted or 0,
        needs=tuple(to_need(need, lines[need.id]) for need in needs),
        offers=tuple(to_offer(offer) for offer in offers),
        parties=await _parties(session, {offer.party_id for offer in offers}),
        matches=await _matches(session, need_ids),
        refusals=await _refusals(session, need_ids),
        planned={
            NeedId(need.id): Planned(
                version=need.plan_version,
                matches={LineId(line.id): _planned(line) for line in lines[need.id]},
            )
            for need in needs
        },
    )


async def _offers(session: AsyncSession, pool_id: PoolId, at: datetime) -> Sequence[OfferRow]:
    wanted = (
        rows_of(OfferRow)
        .where(
            col(OfferRow.pool_id) == pool_id,
            col(OfferRow.withdrawn_at).is_(None),
            col(OfferRow.valid_until) > at,
        )
        .order_by(col(OfferRow.id))
    )
    return await fetch(session, wanted, OfferRow)


async def _needs(session: AsyncSession, need_ids: list[UUID]) -> Sequence[NeedRow]:
    is_open = col(NeedRow.state) == NeedState.OPEN.value
    wanted = (
        rows_of(NeedRow).where(among(col(NeedRow.id), need_ids), is_open).order_by(col(NeedRow.id))
    )
    return await fetch(session, wanted, NeedRow)


async def _lines(session: AsyncSession, need_ids: list[UUID]) -> Mapping[UUID, list[NeedLineRow]]:
    wanted = (
        rows_of(NeedLineRow)
        .where(among(col(NeedLineRow.need_id), need_ids))
        .order_by(col(NeedLineRow.need_id), col(NeedLineRow.position))
    )
    found: defaultdict[UUID, list[NeedLineRow]] = defaultdict(list)
    for row in await fetch(session, wanted, NeedLineRow):
        found[row.need_id].append(row)
    return found


async def _parties(session: AsyncSession, party_ids: set[UUID]) -> Mapping[PartyId, Party]:
    wanted = rows_of(PartyRow).where(among(col(PartyRow.id), party_ids))
    return {PartyId(row.id): to_party(row) for row in await fetch(session, wanted, PartyRow)}


async def _matches(session: AsyncSession, need_ids: list[UUID]) -> tuple[Match, ...]:
    wanted = (
        rows_of(MatchRow)
        .where(among(col(MatchRow.need_id), need_ids), col(MatchRow.state).in_(_LIVE))
        .order_by(col(MatchRow.id))
    )
    return tuple(to_match(row) for row in await fetch(session, wanted, MatchRow))


async def _refusals(session: AsyncSession, need_ids: list[UUID]) -> Refusals:
    wanted = rows_of(RefusalRow).where(among(col(RefusalRow.need_id), need_ids))
    rows = await fetch(session, wanted, RefusalRow)
    return frozenset((NeedId(row.need_id), PartyId(row.party_id)) for row in rows)


def _planned(line: NeedLineRow) -> MatchId | None:
    return None if line.planned_match_id is None else MatchId(line.planned_match_id)
