"""Plans in PostgreSQL: who may write them, and how a plan becomes what stands.

Writing is one transaction. It locks the epoch of the partition, so that a new owner waits for it
or makes it fail; then, in the order that everybody keeps, the needs, the matches and the offers
that the plan relies on, and compares them with what the plan has seen; the pool comes last. Needs
about which people were faster are left out, and the pool stays marked for them. What has happened
to *other* things of the pool meanwhile makes the plan no less true. Plans of several pools that are
there at the same moment are read for, and written, in one transaction; where that fails, each in
one of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import text
from typing_extensions import override

from common.together import Together
from matching.adapters.postgres.decisions import keep_decisions
from matching.adapters.postgres.matches import PostgresMatches
from matching.adapters.postgres.partitions import partition_of, pools_of
from matching.adapters.postgres.standing import read_news, read_standing
from matching.adapters.published import about_plan, about_widening
from matching.app.planning_ports import Epoch, EpochOver, Plans
from matching.domain.identity import MatchId, PoolId
from matching.domain.planning import Draft

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import TextClause
    from sqlalchemy.ext.asyncio import AsyncConnection

    from common.clock import Clock
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork
    from matching.domain.linkage import LinkagePlan
    from matching.domain.need import Need
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
    select partition, epoch, set_config('wushe.is_planning', 'yes', true)
    from partition_owner where partition = any(cast(:partitions as integer[]))
    order by partition for share
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
        need_id, version, plan_sequence, value, bound, engine_version, policy_version,
        cast(parts as jsonb), proposed_at
    from unnest(
        cast(:needs as uuid[]), cast(:versions as bigint[]), cast(:parts as text[]),
        cast(:times as timestamptz[]), cast(:sequences as bigint[]), cast(:values as bigint[]),
        cast(:bounds as bigint[]), cast(:engines as text[]), cast(:policies as integer[])
    ) as made (
        need_id, version, parts, proposed_at, plan_sequence, value, bound, engine_version,
        policy_version
    )
""")

_HEARD: Final = text("""
    with heard as (
        delete from pool_change where id = any(cast(:heard as bigint[]))
    ), made as (
        select pool.id, made.sequence, made.due_at
        from pool join unnest(
            cast(:pools as uuid[]), cast(:sequences as bigint[]), cast(:due as timestamptz[])
        ) as made (id, sequence, due_at) using (id)
        order by pool.id for no key update of pool
    )
    update pool set
        planned_sequence = greatest(planned_sequence, made.sequence), due_at = made.due_at
    from made where made.id = pool.id
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    """A plan that is to be written, and when it is to be made again."""

    draft: Draft
    epoch: Epoch
    due_at: datetime
    heard: Sequence[int]


class PostgresPlans(Plans):
    """The plans of all pools; each ability is a transaction of its own."""

    def __init__(
        self, unit_of_work: UnitOfWork, outbox: Outbox, *, member: UUID, clock: Clock
    ) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox
        self._member: Final = member
        self._clock: Final = clock
        self._readings: Final = Together(self._read)
        self._writings: Final = Together(self._write)

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
        return await self._readings.one(pool_id)

    async def _read(self, pool_ids: Sequence[PoolId]) -> Sequence[News]:
        async with self._unit_of_work.snapshot() as session:
            found = await read_news(session, pool_ids, at=self._clock.now())
        return [found[pool_id] for pool_id in pool_ids]

    @override
    async def write(
        self, draft: Draft, epoch: Epoch, *, due_at: datetime, heard: Sequence[int]
    ) -> Draft:
        writing = _Writing(draft=draft, epoch=epoch, due_at=due_at, heard=heard)
        if len(draft.changes) > MANY_CHANGES:
            # The small ones shall not wait for it.
            (written,) = await self._write([writing])
            return written
        return await self._writings.one(writing)

    async def _write(self, writings: Sequence[_Writing]) -> Sequence[Draft]:
        drafts = [writing.draft for writing in writings]
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            await _begin(connection, {writing.epoch for writing in writings})
            if any(len(draft.changes) > MANY_CHANGES for draft in drafts):
                await connection.execute(_PATIENTLY)
            kept = await _still_true(connection, drafts)
            widened = [need for draft in kept for need in draft.widened]
            await _widen(connection, widened)
            changes = [change for draft in kept for change in draft.changes]
            messages = await PostgresMatches(session, self._outbox).write(changes)
            await keep_decisions(session, [each for draft in kept for each in draft.decisions])
            plans = [plan for draft in kept for plan in draft.plans]
            await _write_plans(connection, plans)
            at = self._clock.now()
            widenings = [about_widening(need, at=at) for need in widened]
            told = [*messages, *map(about_plan, plans), *widenings]
            await self._outbox.stage(session, told)
            await _hear(connection, writings, kept)
        return kept

    @override
    async def unanswered(
        self, partitions: Collection[int], *, asked_before: datetime
    ) -> Sequence[MatchId]:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            values = {"before": asked_before, "pools": await pools_of(connection, partitions)}
            return [MatchId(row.id) for row in await connection.execute(_UNANSWERED, values)]


async def _begin(connection: AsyncConnection, epochs: Collection[Epoch]) -> None:
    partitions = sorted({epoch.partition for epoch in epochs})
    found = await connection.execute(_BEGIN, {"partitions": partitions})
    in_force = {Epoch(row.partition, row.epoch) for row in found}
    if not in_force.issuperset(epochs):
        raise EpochOver


async def _hear(
    connection: AsyncConnection, writings: Sequence[_Writing], kept: Sequence[Draft]
) -> None:
    """Note how far pools were planned; one of which a need was left out is still to be planned."""
    await connection.execute(
        _HEARD,
        {
            "heard": [change for writing in writings for change in writing.heard],
            "pools": [writing.draft.pool_id for writing in writings],
            "due": [writing.due_at for writing in writings],
            "sequences": [
                writing.draft.certificate.plan_sequence if draft == writing.draft else 0
                for writing, draft in zip(writings, kept, strict=True)
            ],
        },
    )


async def _write_plans(connection: AsyncConnection, plans: Sequence[LinkagePlan]) -> None:
    if not plans:
        return
    await connection.execute(
        _PLANS,
        {
            **_certificates(plans),
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


async def _still_true(connection: AsyncConnection, drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Lock what drafts rely on, in the order that everybody keeps, and leave out what changed."""
    needs = await _changed(connection, _NEEDS, [draft.seen.needs for draft in drafts])
    matches = await _changed(connection, _MATCHES, [draft.seen.matches for draft in drafts])
    offers = await _changed(connection, _OFFERS, [draft.seen.offers for draft in drafts])
    return [
        draft.without(draft.needs_relying_on(of_needs, of_matches, of_offers))
        for draft, of_needs, of_matches, of_offers in zip(
            drafts, needs, matches, offers, strict=True
        )
    ]


async def _changed(
    connection: AsyncConnection, lock: TextClause, seen: Sequence[Mapping[Id, int]]
) -> Sequence[frozenset[Id]]:
    """Lock things that drafts have seen; return what of each draft's has changed since."""
    ids = sorted({each for mapping in seen for each in mapping})
    if not ids:
        return [frozenset()] * len(seen)
    now = {row.id: row.revision for row in await connection.execute(lock, {"ids": ids})}
    return [
        frozenset(each for each, revision in mapping.items() if now.get(each) != revision)
        for mapping in seen
    ]


def _lines_of(plans: Sequence[LinkagePlan]) -> dict[str, list[Any]]:
    parts = [part for plan in plans for part in plan.parts]
    return {
        "lines": [part.line.id for part in parts],
        "matches": [None if part.match is None else part.match.id for part in parts],
    }


def _certificates(plans: Sequence[LinkagePlan]) -> dict[str, Any]:
    certificates = [plan.certificate for plan in plans]
    return {
        "sequences": [each.plan_sequence for each in certificates],
        "values": [each.value for each in certificates],
        "bounds": [each.bound for each in certificates],
        "engines": [each.engine_version for each in certificates],
        "policies": [each.policy_version for each in certificates],
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
