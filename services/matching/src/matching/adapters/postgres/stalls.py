"""What stands still, in PostgreSQL: found by few rows, and told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from matching.adapters.postgres.matches import FEED_CHANNEL
from matching.adapters.postgres.partitions import pools_of
from matching.adapters.published import about_reminder, about_undecided
from matching.app.nag import Addressee, OpenAsk, Stalls, Undecided
from matching.domain.identity import MatchId, NeedId, PoolId

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork

_UNREMINDED: Final = text("""
    select match.id, match.pool_id, need.scheme, need.area, match.asked_at
    from match join need on need.id = match.need_id
    where match.state = 'asked' and match.reminded_at is null and match.asked_at <= :before
        and match.pool_id = any(cast(:pools as uuid[]))
    order by match.asked_at limit 500
""")

_REMIND: Final = text("""
    update match set reminded_at = :at
    where id = :id and state = 'asked' and reminded_at is null
    returning need_id, party_id, asked_at
""")

# As with every fact, the row above has its transaction id before this takes a sequence.
_FEED: Final = text("""
    with fed as (
        insert into proposal_feed (
            match_id, version, need_id, line_id, offer_id, party_id, scheme, area, state, society,
            service, quantity, unit, value, is_known_to_party, is_reminder, at
        )
        select
            match.id, match.version, match.need_id, match.line_id, match.offer_id, match.party_id,
            need.scheme, need.area, match.state, match.society, match.service, match.quantity,
            match.unit, match.value, true, true, :at
        from match join need on need.id = match.need_id
        where match.id = :id
    )
    select pg_notify(:channel, '')
""")

_UNDECIDED: Final = text("""
    select need.id, need.pool_id, need.scheme, need.area, waiting.since, told.addressee
    from (
        select line.need_id, min(first.proposed_at) as since
        from match
        join need_line as line on line.id = match.line_id
        cross join lateral (
            select min(proposed_at) as proposed_at from match as any_match
            where any_match.line_id = line.id
        ) as first
        where match.state = 'proposed' and line.approved_at is null
        group by line.need_id
    ) as waiting
    join need on need.id = waiting.need_id and need.state = 'open'
    left join undecided_told as told on told.need_id = need.id and told.since = waiting.since
    where waiting.since <= :before and told.addressee is distinct from 'station_above'
        and need.pool_id = any(cast(:pools as uuid[]))
    order by waiting.since limit 500
""")

_TELL: Final = text("""
    insert into undecided_told (need_id, since, addressee, told_at)
    values (:need_id, :since, :addressee, :at)
    on conflict (need_id) do update set
        since = excluded.since, addressee = excluded.addressee, told_at = excluded.told_at
    where (undecided_told.since, undecided_told.addressee) <> (excluded.since, excluded.addressee)
    returning need_id
""")


class PostgresStalls(Stalls):
    """Each ability is a transaction of its own, or joins the one that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox

    @override
    async def unreminded(
        self, partitions: Collection[int], *, asked_before: datetime
    ) -> Sequence[OpenAsk]:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            values = {"before": asked_before, "pools": await pools_of(connection, partitions)}
            rows = (await connection.execute(_UNREMINDED, values)).all()
        return [
            OpenAsk(MatchId(row.id), PoolId(row.pool_id), _area(row), row.asked_at) for row in rows
        ]

    @override
    async def remind(self, ask: OpenAsk, *, at: datetime) -> bool:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            values = {"id": ask.match_id, "at": at}
            found = (await connection.execute(_REMIND, values)).one_or_none()
            if found is None:
                return False
            await connection.execute(_FEED, {**values, "channel": FEED_CHANNEL})
            message = about_reminder(
                ask.match_id,
                need_id=found.need_id,
                party_id=found.party_id,
                asked_at=found.asked_at,
                at=at,
            )
            await self._outbox.stage(session, [message])
        return True

    @override
    async def undecided(
        self, partitions: Collection[int], *, proposed_before: datetime
    ) -> Sequence[Undecided]:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            values = {"before": proposed_before, "pools": await pools_of(connection, partitions)}
            rows = (await connection.execute(_UNDECIDED, values)).all()
        return [
            Undecided(
                need_id=NeedId(row.id),
                pool_id=PoolId(row.pool_id),
                area=_area(row),
                since=row.since,
                told=None if row.addressee is None else Addressee(row.addressee),
            )
            for row in rows
        ]

    @override
    async def tell(self, undecided: Undecided, addressee: Addressee, *, at: datetime) -> bool:
        values = {
            "need_id": undecided.need_id,
            "since": undecided.since,
            "addressee": addressee.value,
            "at": at,
        }
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            if (await connection.execute(_TELL, values)).first() is None:
                return False
            await self._outbox.stage(session, [about_undecided(undecided, addressee, at=at)])
        return True


def _area(row: Row[Any]) -> AreaRef:
    return AreaRef(AreaScheme(row.scheme), row.area)
