"""Plans in PostgreSQL: who may write them, and how a plan becomes what stands.

Writing is one transaction. It locks the epoch of the partition, so that a new owner waits for it
or makes it fail; then, in the order that everybody keeps, the needs, the matches and the offers
that the plan relies on, and compares them with what the plan has seen; the pool comes last. Needs
about which people were faster are left out, and the pool stays marked for them. What has happened
to *other* things of the pool meanwhile makes the plan no less true.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import text
from typing_extensions import override

from matching.adapters.postgres.decisions import keep_decisions
from matching.adapters.postgres.matches import PostgresMatches
from matching.adapters.postgres.partitions import partition_of, pools_of
from matching.adapters.postgres.standing import read_news, read_standing
from matching.adapters.published import about_plan, about_widening
from matching.app.planning_ports import Epoch, EpochOver, Plans
from matching.domain.identity import MatchId, NeedId, PoolId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import TextClause
    from sqlalchemy.ext.asyncio import AsyncConnection

    from common.clock import Clock
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork
    from matching.domain.linkage import LinkagePlan
    from matching.domain.need import Need
    from matching.domain.planning import Draft
    from matching.domain.standing import News, Standing

Id = TypeVar("Id", bound=UUID)

_OWN: Final = text("""
    insert into partition_owner (partition, epoch, member)
    select partition, 1, :member from unnest(cast(:partitions as integer[])) as mine (partition)
    order by partition
    on conflict (partition) do update
        set epoch = partition_owner.epoch + (partition_owner.member <> :member)::integer,
            member = :member, since = now()
    returning partition, epoch
""")

_DIRTY: Final = text("""
    with due as (
        update pool set wanted_sequence = wanted_sequence + 1, due_at = null where due_at <= :at
        returning id
    )
    select id from pool where wanted_sequence > planned_sequence union select id from due
    order by id
""")

# What a plan writes is known to the pool that made it, and needs no note.
_BEGIN: Final = text("""
    select epoch, set_config('wushe.is_planning', 'yes', true)
    from partition_owner where partition = :partition for share
""")

_NEEDS: Final = text("""
    select id, revision from need
    where id = any(cast(:ids as uuid[])) order by id for no key update
""")

_MATCHES: Final = text("""
    select id, version as revision from match
    where id = any(cast(:ids as uuid[])) order by id for no key update
""")

_OFFERS: Final = text("""
    select id, revision from offer where id = any(cast(:ids as uuid[])) order by id for share
""")

_WIDENED: Final = text("""
    update need set revision = made.revision, search_area = made.search_area
    from unnest(cast(:ids as uuid[]), cast(:revisions as integer[]), cast(:areas as text[]))
        as made (id, revision, search_area)
    where need.id = made.id
""")

_PLANS: Final = text("""
    with planned_need as (
        update need set plan_version = made.version
        from unnest(cast(:needs as uuid[]), cast(:versions as bigint[])) as made (id, version)
        where need.id = made.id
    ), planned_line as (
        update need_line set planned_match_id = made.match_id
        from unnest(cast(:lines as uuid[]), cast(:matches as uuid[])) as made (id, match_id)
        where need_line.id = made.id and need_line.planned_match_id is distinct from made.match_id
    )
    insert into linkage_plan (
        need_id, version, plan_sequence, value, bound, engine_version, policy_version, parts,
        proposed_at
    )
    select
        need_id, version, :plan_sequence, :value, :bound, :engine_version, :policy_version,
        cast(parts as jsonb), proposed_at
    from unnest(
        cast(:needs as uuid[]), cast(:versions as bigint[]), cast(:parts as text[]),
        cast(:times as timestamptz[])
    ) as made (need_id, version, parts, proposed_at)
""")

_HEARD: Final = text("""
    with heard as (
        delete from pool_change where id = any(cast(:heard as bigint[]))
    )
    update pool set planned_sequence = greatest(planned_sequence, :sequence), due_at = :due_at
    where id = :pool
""")

# A pool of a hundred thousand needs takes longer to turn into rows or out of them, between two
# statements, than whoever cannot be reached any more may hold locks.
_PATIENTLY: Final = text("select set_config('idle_in_transaction_session_timeout', '120s', true)")

MANY_CHANGES: Final = 1_000

_UNANSWERED: Final = text("""
    select id from match
    where state = 'asked' and asked_at < :before and pool_id = any(cast(:pools as uuid[]))
    order by asked_at limit 500
""")


class PostgresPlans(Plans):
    """The plans of all pools; each ability is a transaction of its own."""

    def __init__(
        self, unit_of_work: UnitOfWork, outbox: Outbox, *, member: UUID, clock: Clock
    ) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox
        self._member: Final = member
        self._clock: Final = clock

    @override
    def partition_of(self, pool_id: PoolId) -> int:
        return partition_of(pool_id)

    @override
    async def own(self, partitions: Collection[int]) -> Sequence[Epoch]:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            values = {"member": self._member, "partitions": sorted(partitions)}
            rows = (await connection.execute(_OWN, values)).all()
        return [Epoch(row.partition, row.epoch) for row in rows]

    @override
    async def dirty(self, partitions: Collection[int], *, at: datetime) -> Sequence[PoolId]:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            found = [PoolId(row.id) for row in await connection.execute(_DIRTY, {"at": at})]
        return [pool_id for pool_id in found if partition_of(pool_id) in partitions]

    @override
    async def standing(self, pool_id: PoolId) -> Standing:
        # One instant for all reads; a plan of two halves of time would fit neither.
        async with self._unit_of_work.snapshot() as session:
            await (await session.connection()).execute(_PATIENTLY)
            return await read_standing(session, pool_id, at=self._clock.now())

    @override
    async def news(self, pool_id: PoolId) -> News:
        async with self._unit_of_work.snapshot() as session:
            return await read_news(session, pool_id, at=self._clock.now())

    @override
    async def write(
        self, draft: Draft, epoch: Epoch, *, due_at: datetime, heard: Sequence[int]
    ) -> Draft:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            await _begin(connection, epoch)
            if len(draft.changes) > MANY_CHANGES:
                await connection.execute(_PATIENTLY)
            kept = draft.without(await _outdated(connection, draft))
            await _widen(connection, kept.widened)
            messages = await PostgresMatches(session, self._outbox).write(kept.changes)
            await keep_decisions(session, kept.decisions)
            await _write_plans(connection, kept.plans)
            at = self._clock.now()
            widenings = [about_widening(need, at=at) for need in kept.widened]
            told = [*messages, *map(about_plan, kept.plans), *widenings]
            await self._outbox.stage(session, told)
            # Who was left out is still to be planned, even if nobody marks the pool for it.
            sequence = draft.certificate.plan_sequence if kept == draft else 0
            values = {"pool": draft.pool_id, "sequence": sequence, "due_at": due_at}
            await connection.execute(_HEARD, {**values, "heard": list(heard)})
        return kept

    @override
    async def unanswered(
        self, partitions: Collection[int], *, asked_before: datetime
    ) -> Sequence[MatchId]:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            values = {"before": asked_before, "pools": await pools_of(connection, partitions)}
            return [MatchId(row.id) for row in await connection.execute(_UNANSWERED, values)]


async def _begin(connection: AsyncConnection, epoch: Epoch) -> None:
    found = await connection.execute(_BEGIN, {"partition": epoch.partition})
    if found.scalar_one_or_none() != epoch.number:
        raise EpochOver


async def _write_plans(connection: AsyncConnection, plans: Sequence[LinkagePlan]) -> None:
    if not plans:
        return
    await connection.execute(
        _PLANS,
        {
            **_certificate(plans[0]),
            **_lines_of(plans),
            "needs": [plan.need_id for plan in plans],
            "versions": [plan.version for plan in plans],
            "parts": [json.dumps(_parts(plan)) for plan in plans],
            "times": [plan.proposed_at for plan in plans],
        },
    )


async def _widen(connection: AsyncConnection, needs: Sequence[Need]) -> None:
    if needs:
        await connection.execute(
            _WIDENED,
            {
                "ids": [need.id for need in needs],
                "revisions": [need.revision for need in needs],
                "areas": [need.search_area.value for need in needs],
            },
        )


async def _outdated(connection: AsyncConnection, draft: Draft) -> Collection[NeedId]:
    """Lock what a draft relies on, in the order that everybody keeps; return who has changed."""
    seen = draft.seen
    needs = await _changed(connection, _NEEDS, seen.needs)
    matches = await _changed(connection, _MATCHES, seen.matches)
    offers = await _changed(connection, _OFFERS, seen.offers)
    return draft.needs_relying_on(needs, matches, offers)


async def _changed(
    connection: AsyncConnection, lock: TextClause, seen: Mapping[Id, int]
) -> frozenset[Id]:
    if not seen:
        return frozenset()
    found = await connection.execute(lock, {"ids": sorted(seen)})
    now = {row.id: row.revision for row in found}
    return frozenset(each for each, revision in seen.items() if now.get(each) != revision)


def _lines_of(plans: Sequence[LinkagePlan]) -> dict[str, list[Any]]:
    parts = [part for plan in plans for part in plan.parts]
    return {
        "lines": [part.line.id for part in parts],
        "matches": [None if part.match is None else part.match.id for part in parts],
    }


def _certificate(plan: LinkagePlan) -> dict[str, Any]:
    certificate = plan.certificate
    return {
        "plan_sequence": certificate.plan_sequence,
        "value": certificate.value,
        "bound": certificate.bound,
        "engine_version": certificate.engine_version,
        "policy_version": certificate.policy_version,
    }


def _parts(plan: LinkagePlan) -> list[dict[str, str | None]]:
    return [
        {
            "line_id": str(part.line.id),
            "match_id": None if part.match is None else str(part.match.id),
            "offer_id": None if part.match is None else str(part.match.pairing.offer_id),
        }
        for part in plan.parts
    ]
