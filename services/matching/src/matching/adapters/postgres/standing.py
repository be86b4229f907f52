"""Reading what the plan of a pool is made from: all of it once, and then what has changed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, text
from sqlmodel import col

from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.reliabilities import with_records
from matching.adapters.postgres.rows import to_match, to_need, to_offer, to_party
from matching.adapters.postgres.tables import (
    MatchRow,
    NeedLineRow,
    NeedRow,
    OfferRow,
    PartyRow,
    RefusalRow,
)
from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PartyId
from matching.domain.match import HOLDING, STANDING, Match
from matching.domain.need import Need, NeedState
from matching.domain.standing import News, Planned, Refusals, Standing
from matching.domain.waves import AskLoad

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlmodel.ext.asyncio.session import AsyncSession

    from matching.domain.identity import PoolId
    from matching.domain.offer import Offer
    from matching.domain.party import Party

MANY_NEEDS: Final = 200

_LIVE: Final = sorted(state.value for state in STANDING | HOLDING)

_NOTED: Final = text("""
    select pool.id as pool_id, pool.wanted_sequence, change.id, change.kind, change.thing_id
    from pool left join pool_change as change on change.pool_id = pool.id
    where pool.id = any(cast(:pools as uuid[])) order by change.id
""")

_ASKED: Final = text("""
    select party_id, max(asked_at) as last,
        count(*) filter (where state = 'asked' and pool_id <> :pool) as open_elsewhere
    from match where party_id = any(cast(:parties as uuid[])) and asked_at is not null
    group by party_id
""")


async def read_standing(session: AsyncSession, pool_id: PoolId, *, at: datetime) -> Standing:
    """Return what stands in a pool; the session's transaction sees one instant throughout."""
    is_open = (col(NeedRow.pool_id) == pool_id, col(NeedRow.state) == NeedState.OPEN.value)
    found = await fetch(session, rows_of(NeedRow).where(*is_open), NeedRow)
    offers = await _offers_of_pool(session, pool_id, at)
    about = await _about(session, found)
    noted = (await _noted(session, [pool_id]))[pool_id]
    return Standing(
        pool_id=pool_id,
        wanted_sequence=noted.wanted_sequence,
        needs=tuple(about.needs.values()),
        offers=tuple(offers),
        parties=await _parties(session, {offer.supply.party_id for offer in offers}, at),
        matches=about.matches,
        refusals=about.refusals,
        planned=about.planned,
        heard=tuple(row.id for row in noted.changes),
        asked=await _asked(session, pool_id, {offer.supply.party_id for offer in offers}),
    )


async def read_news(
    session: AsyncSession, pool_ids: Collection[PoolId], *, at: datetime
) -> Mapping[PoolId, News]:
    """Return what stands now of everything in pools whose change was noted and not heard yet.

    Notes are written in the transactions that they are about: what a note is seen of is seen too.
    """
    noted = await _noted(session, pool_ids)
    offers = await _offers(session, _things(noted, "offer"))
    about = await _about(session, await _needs(session, _things(noted, "need")))
    parties = {offer.supply.party_id for offer in offers} | _things(noted, "party")
    known = await _parties(session, parties, at)
    news: dict[PoolId, News] = {}
    for pool_id in pool_ids:
        of_pool = noted[pool_id]
        told = [offer for offer in offers if offer.id in of_pool.things("offer")]
        givers = {offer.supply.party_id for offer in told} | of_pool.things("party")
        here = about.only(of_pool.things("need"))
        news[pool_id] = News(
            wanted_sequence=of_pool.wanted_sequence,
            needs={**dict.fromkeys(map(NeedId, of_pool.things("need"))), **here.needs},
            offers={
                **dict.fromkeys(map(OfferId, of_pool.things("offer"))),
                **{offer.id: offer for offer in told},
            },
            parties={each: party for each, party in known.items() if each in givers},
            matches=here.matches,
            refusals=here.refusals,
            planned=here.planned,
            heard=tuple(row.id for row in of_pool.changes),
            asked=await _asked(session, pool_id, givers),
        )
    return news


def _things(noted: Mapping[PoolId, _Noted], kind: str) -> frozenset[UUID]:
    return frozenset(chain.from_iterable(each.things(kind) for each in noted.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """How far a pool is to be planned, and the notes of its changes, the oldest first."""

    wanted_sequence: int
    changes: tuple[Row[Any], ...]

    def things(self, kind: str) -> frozenset[UUID]:
        """Return what has changed of a kind of thing."""
        return frozenset(row.thing_id for row in self.changes if row.kind == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """Needs with everything that stands about them."""

    needs: Mapping[NeedId, Need]
    matches: tuple[Match, ...]
    refusals: Refusals
    planned: Mapping[NeedId, Planned]

    def only(self, need_ids: frozenset[UUID]) -> _About:
        """Return what of it is about these needs."""
        if self.needs.keys() <= need_ids:
            return self
        return _About(
            needs={each: need for each, need in self.needs.items() if each in need_ids},
            matches=tuple(each for each in self.matches if each.pairing.need_id in need_ids),
            refusals=frozenset(each for each in self.refusals if each[0] in need_ids),
            planned={each: made for each, made in self.planned.items() if each in need_ids},
        )


async def _about(session: AsyncSession, needs: Sequence[NeedRow]) -> _About:
    need_ids = [need.id for need in needs]
    lines = await _lines(session, need_ids)
    known = partial(_needs_of, needs, lines)
    return _About(
        # A whole pool takes seconds to turn into needs, which the loop has not.
        needs=await asyncio.to_thread(known) if len(needs) > MANY_NEEDS else known(),
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


def _needs_of(
    needs: Sequence[NeedRow], lines: Mapping[UUID, list[NeedLineRow]]
) -> Mapping[NeedId, Need]:
    return {NeedId(need.id): to_need(need, lines[need.id]) for need in needs}


async def _asked(
    session: AsyncSession, pool_id: PoolId, party_ids: Collection[UUID]
) -> Mapping[PartyId, AskLoad]:
    if not party_ids:
        return {}
    connection = await session.connection()
    values = {"pool": pool_id, "parties": list(party_ids)}
    return {
        PartyId(row.party_id): AskLoad(open=row.open_elsewhere, last=row.last)
        for row in await connection.execute(_ASKED, values)
    }


async def _noted(session: AsyncSession, pool_ids: Collection[PoolId]) -> Mapping[PoolId, _Noted]:
    connection = await session.connection()
    found: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(_NOTED, {"pools": list(pool_ids)}):
        found[row.pool_id].append(row)
    return {pool_id: _noted_of(found[pool_id]) for pool_id in pool_ids}


def _noted_of(rows: Sequence[Row[Any]]) -> _Noted:
    return _Noted(
        wanted_sequence=rows[0].wanted_sequence if rows else 0,
        changes=tuple(row for row in rows if row.id is not None),
    )


async def _offers_of_pool(session: AsyncSession, pool_id: PoolId, at: datetime) -> Sequence[Offer]:
    wanted = rows_of(OfferRow).where(
        col(OfferRow.pool_id) == pool_id,
        col(OfferRow.withdrawn_at).is_(None),
        col(OfferRow.valid_until) > at,
    )
    return [to_offer(row) for row in await fetch(session, wanted, OfferRow)]


async def _offers(session: AsyncSession, offer_ids: Collection[UUID]) -> Sequence[Offer]:
    if not offer_ids:
        return ()
    wanted = rows_of(OfferRow).where(
        among(col(OfferRow.id), list(offer_ids)), col(OfferRow.withdrawn_at).is_(None)
    )
    return [to_offer(row) for row in await fetch(session, wanted, OfferRow)]


async def _needs(session: AsyncSession, need_ids: Collection[UUID]) -> Sequence[NeedRow]:
    if not need_ids:
        return ()
    is_open = col(NeedRow.state) == NeedState.OPEN.value
    wanted = rows_of(NeedRow).where(among(col(NeedRow.id), list(need_ids)), is_open)
    return await fetch(session, wanted, NeedRow)


async def _lines(session: AsyncSession, need_ids: list[UUID]) -> Mapping[UUID, list[NeedLineRow]]:
    found: defaultdict[UUID, list[NeedLineRow]] = defaultdict(list)
    if not need_ids:
        return found
    wanted = (
        rows_of(NeedLineRow)
        .where(among(col(NeedLineRow.need_id), need_ids))
        .order_by(col(NeedLineRow.need_id), col(NeedLineRow.position))
    )
    for row in await fetch(session, wanted, NeedLineRow):
        found[row.need_id].append(row)
    return found


async def _parties(
    session: AsyncSession, party_ids: Collection[UUID], at: datetime
) -> Mapping[PartyId, Party]:
    if not party_ids:
        return {}
    wanted = rows_of(PartyRow).where(among(col(PartyRow.id), list(party_ids)))
    rows = await fetch(session, wanted, PartyRow)
    return await with_records(session, map(to_party, rows), at=at)


async def _matches(session: AsyncSession, need_ids: list[UUID]) -> tuple[Match, ...]:
    if not need_ids:
        return ()
    wanted = (
        rows_of(MatchRow)
        .where(among(col(MatchRow.need_id), need_ids), col(MatchRow.state).in_(_LIVE))
        .order_by(col(MatchRow.id))
    )
    return tuple(to_match(row) for row in await fetch(session, wanted, MatchRow))


async def _refusals(session: AsyncSession, need_ids: list[UUID]) -> Refusals:
    if not need_ids:
        return frozenset()
    wanted = rows_of(RefusalRow).where(among(col(RefusalRow.need_id), need_ids))
    rows = await fetch(session, wanted, RefusalRow)
    return frozenset((NeedId(row.need_id), PartyId(row.party_id)) for row in rows)


def _planned(line: NeedLineRow) -> MatchId | None:
    return None if line.planned_match_id is None else MatchId(line.planned_match_id)
