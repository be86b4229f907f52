"""How parties have kept their word, counted in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from common.clock import CHINA
from matching.domain.identity import PartyId
from matching.domain.reliability import Reliability, counted_since

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlmodel.ext.asyncio.session import AsyncSession

    from matching.domain.party import Party

# Two sides may speak of one day: it is missed once.
_COUNTED: Final = text("""
    select
        coalesce(kept.party_id, missed.party_id) as party_id,
        coalesce(kept.completed, 0) as completed,
        coalesce(kept.drop_outs, 0) as drop_outs,
        coalesce(missed.no_shows, 0) as no_shows
    from (
        select
            party_id,
            count(*) filter (where state = 'fulfilled') as completed,
            count(*) filter (where state = 'withdrawn' and reason <> 'no_show') as drop_outs
        from match
        where party_id = any(cast(:ids as uuid[])) and decided_at >= :since
            and state in ('fulfilled', 'withdrawn')
        group by party_id
    ) as kept
    full join (
        select party_id, count(distinct (match_id, missed_on)) as no_shows
        from no_show
        where party_id = any(cast(:ids as uuid[])) and absent = 'giver'
            and missed_on >= :since_day
        group by party_id
    ) as missed on missed.party_id = kept.party_id
""")


async def reliabilities(
    session: AsyncSession, party_ids: Collection[UUID], *, since: datetime
) -> Mapping[PartyId, Reliability]:
    """Return the counts of those of the parties of which anything is on record."""
    connection = await session.connection()
    values = {
        "ids": list(party_ids),
        "since": since,
        "since_day": since.astimezone(CHINA).date(),
    }
    return {
        PartyId(row.party_id): Reliability(
            completed=row.completed, no_shows=row.no_shows, drop_outs=row.drop_outs
        )
        for row in await connection.execute(_COUNTED, values)
    }


async def with_records(
    session: AsyncSession, parties: Iterable[Party], *, at: datetime
) -> Mapping[PartyId, Party]:
    """Return parties by id, each with how it has kept its word."""
    known = {party.id: party for party in parties}
    if not known:
        return {}
    found = await reliabilities(session, known, since=counted_since(at))
    judged = {
        party_id: replace(known[party_id], reliability=counts) for party_id, counts in found.items()
    }
    return {**known, **judged}
