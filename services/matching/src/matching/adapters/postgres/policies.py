"""Policies in PostgreSQL: complete documents, of which the nearest in force is looked up."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from common.paging import cut
from common.persistence.keyset import before
from common.places import AreaRef, AreasNotReady, UnknownArea
from common.vocabulary import AreaScheme
from matching.adapters.postgres.policies_in_force import PoliciesInForce, policy_values, to_document
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.tables import PolicyDocumentRow
from matching.app.policy_ports import Policies, PolicyRewritten, Waits
from matching.domain.errors import PolicyAlreadyActive, PolicyNotFound
from matching.domain.identity import PoolId
from matching.domain.local_policies import LocalPolicies
from matching.domain.offering import Offerings
from matching.domain.policy_document import SHIPPED, Activation, PolicyDocument, PolicyState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.paging import Key, Slice
    from common.persistence.unit_of_work import UnitOfWork
    from matching.app.policy_ports import FindPolicies
    from matching.domain.policy import Policy

MOST_SECONDS: Final = 10**9
POOL_FRESH_SECONDS: Final = 600.0
"""How long it may take until a new list of areas changes whose policy a pool is planned by."""

_TOPS: Final = text("""
    select area.pool_id, area.scheme, area.ancestors from area
    left join area as above on (above.scheme, above.code) = (area.scheme, area.parent)
    where area.pool_id = any(cast(:pools as uuid[]))
        and above.pool_id is distinct from area.pool_id
""")

_POOLS: Final = text("select id from pool")

_NEXT: Final = text("select nextval(pg_get_serial_sequence('policy_document', 'version'))")

_BEGUN: Final = text("""
    with begun as (
        update policy_document set has_begun = true
        where effective_from <= :at and not has_begun returning scheme, area
    )
    select pool.id from pool
    where exists (select from begun where begun.area is null) or pool.id in (
        select area.pool_id from area
        join begun on begun.scheme = area.scheme and area.ancestors @> array[begun.area]
    )
    order by pool.id
""")

_PATIENCE: Final = text("""
    select min((figures #>> '{asking,patience_seconds}')::integer) from policy_document
    where effective_from <= :at
""")

# A policy that was written before a figure existed has the default of it.
_WAITS: Final = text("""
    select
        min(
            (figures #>> '{asking,patience_seconds}')::bigint
            * coalesce((figures #>> '{asking,remind_percent}')::bigint, :percent) / 100
        ) as reminder,
        min(coalesce((figures #>> '{approval,patience_seconds}')::bigint, :approval)) as approval
    from policy_document where effective_from <= :at
""")

_Around = dict[AreaScheme, frozenset[str]]
"""The codes, by scheme, of the areas that something lies in altogether."""


class PostgresPolicies(Policies):
    """Each ability is a transaction of its own, or joins the one that is open."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        areas: Areas,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas
        self._now: Final = now
        self._in_force: Final = PoliciesInForce(unit_of_work)
        self._known_around: Final[dict[PoolId, tuple[float, _Around]]] = {}

    @override
    async def of_pool(self, pool_id: PoolId, *, at: datetime) -> Policy:
        in_force = await self._in_force.at(at)
        return _nearest(in_force, (await self._around([pool_id]))[pool_id]).policy

    @override
    async def within_pool(self, pool_id: PoolId, *, at: datetime) -> LocalPolicies:
        in_force = await self._in_force.at(at)
        around = (await self._around([pool_id]))[pool_id]
        parts = {
            each.area: each.policy
            for each in in_force
            if each.area is not None
            and not _holds(each.area, around)
            and await self._is_part(each.area, pool_id)
        }
        return LocalPolicies(_nearest(in_force, around).policy, parts)

    @override
    async def of_place(self, area: AreaRef, pool_id: PoolId, *, at: datetime) -> Policy:
        in_force = await self._in_force.at(at)
        around = dict((await self._around([pool_id]))[pool_id])
        with suppress(UnknownArea):
            above = (await self._areas.find(area)).ancestors
            around[area.scheme] = around.get(area.scheme, frozenset()) | above
        return _nearest(in_force, around).policy

    @override
    async def offerings(
        self, pool_ids: Collection[PoolId] | None = None, *, at: datetime
    ) -> Offerings:
        in_force = await self._in_force.at(at)
        usual = _nearest(in_force, {}).policy.offering
        if all(document.area is None for document in in_force):
            return Offerings(usual=usual, elsewhere={})
        around = await self._around(await self._pools() if pool_ids is None else pool_ids)
        own = {each: _nearest(in_force, of_it).policy.offering for each, of_it in around.items()}
        return Offerings(
            usual=usual, elsewhere={pool: each for pool, each in own.items() if each != usual}
        )

    @override
    async def of_area(self, ref: AreaRef | None, *, at: datetime) -> PolicyDocument:
        around: _Around = {}
        if ref is not None:
            around = {ref.scheme: (await self._areas.find(ref)).ancestors}
        return _nearest(await self._in_force.at(at), around)

    @override
    async def with_version(self, version: int) -> PolicyDocument:
        wanted = rows_of(PolicyDocumentRow).where(col(PolicyDocumentRow.version) == version)
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, PolicyDocumentRow)
        if rows:
            return to_document(rows[0])
        if version == SHIPPED.version:
            return SHIPPED
        raise PolicyNotFound(version=version)

    @override
    async def find(self, query: FindPolicies) -> Slice[PolicyDocument]:
        order = (col(PolicyDocumentRow.drafted_at), col(PolicyDocumentRow.version))
        wanted = (
            rows_of(PolicyDocumentRow)
            .where(*self._claims(query), before(query.window, *order))
            .order_by(*(column.desc() for column in order))
            .limit(query.window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, PolicyDocumentRow)
        return cut([to_document(row) for row in rows], query.window, _time_of)

    @override
    async def next_version(self) -> int:
        async with self._unit_of_work.transaction() as session:
            return int((await (await session.connection()).execute(_NEXT)).scalar_one())

    @override
    async def add(self, document: PolicyDocument) -> None:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            await connection.execute(insert(PolicyDocumentRow).values(**_values(document)))

    @override
    async def activate(self, document: PolicyDocument) -> None:
        assert document.activation is not None
        is_draft = and_(
            col(PolicyDocumentRow.version) == document.version,
            col(PolicyDocumentRow.activated_at).is_(None),
        )
        values = _activation_values(document.activation)
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            written = await connection.execute(
                update(PolicyDocumentRow).where(is_draft).values(**values)
            )
        if written.rowcount == 0:
            raise PolicyAlreadyActive(
                version=document.version, effective_from=document.activation.effective_from
            )

    @override
    async def take_begun(self, *, at: datetime) -> Sequence[PoolId]:
        async with self._unit_of_work.transaction() as session:
            rows = await (await session.connection()).execute(_BEGUN, {"at": at})
            return [PoolId(row.id) for row in rows]

    @override
    async def shortest_waits(self, *, at: datetime) -> Waits:
        usual = SHIPPED.policy
        percent, approval = usual.asking.remind_percent, usual.approval.patience_seconds
        values = {"at": at, "percent": percent, "approval": approval}
        async with self._unit_of_work.transaction() as session:
            row = (await (await session.connection()).execute(_WAITS, values)).one()
        return Waits(
            reminder_seconds=min(usual.asking.reminder_seconds, row.reminder or MOST_SECONDS),
            approval_seconds=min(approval, row.approval or MOST_SECONDS),
        )

    @override
    async def shortest_patience(self, *, at: datetime) -> int:
        async with self._unit_of_work.transaction() as session:
            found = await (await session.connection()).execute(_PATIENCE, {"at": at})
            shortest = found.scalar_one()
        usual = SHIPPED.policy.asking.patience_seconds
        return usual if shortest is None else min(usual, int(shortest))

    @override
    async def remember(self, shipped: PolicyDocument) -> None:
        new = upsert(PolicyDocumentRow).values(**_values(shipped), has_begun=True)
        async with self._unit_of_work.transaction() as session:
            await (await session.connection()).execute(new.on_conflict_do_nothing())
        if (await self.with_version(shipped.version)).policy != shipped.policy:
            raise PolicyRewritten(shipped.version)

    async def _around(self, pool_ids: Collection[PoolId]) -> Mapping[PoolId, _Around]:
        """Return for each pool the areas that it lies in altogether."""
        fresh_since = self._now() - POOL_FRESH_SECONDS
        known = {each: self._known_around.get(each) for each in pool_ids}
        around = {each: kept[1] for each, kept in known.items() if kept and kept[0] > fresh_since}
        missing = [each for each in pool_ids if each not in around]
        if missing:
            async with self._unit_of_work.transaction() as session:
                found = await _tops(session, missing)
            self._known_around.update({each: (self._now(), found[each]) for each in found})
            around.update({each: found.get(each, {}) for each in missing})
        return around

    async def _is_part(self, area: AreaRef, pool_id: PoolId) -> bool:
        try:
            return (await self._areas.find(area)).pool_id == pool_id
        except (UnknownArea, AreasNotReady):
            return False

    async def _pools(self) -> Sequence[PoolId]:
        """Return the pools that were heard of; whatever stands in others is a moment old."""
        async with self._unit_of_work.transaction() as session:
            return [PoolId(row.id) for row in await (await session.connection()).execute(_POOLS)]

    def _claims(self, query: FindPolicies) -> Iterator[ColumnElement[bool]]:
        row = PolicyDocumentRow
        if query.scheme is not None:
            yield col(row.scheme) == query.scheme.value
        if query.within is not None:
            yield self._areas.under(frozenset({query.within}), col(row.scheme), col(row.area))
        if query.state is not None:
            is_draft = col(row.activated_at).is_(None)
            yield is_draft if query.state is PolicyState.DRAFT else ~is_draft


async def _tops(session: AsyncSession, pool_ids: Collection[PoolId]) -> Mapping[PoolId, _Around]:
    rows = (await (await session.connection()).execute(_TOPS, {"pools": list(pool_ids)})).all()
    found: defaultdict[PoolId, _Around] = defaultdict(dict)
    for row in rows:
        around = found[PoolId(row.pool_id)]
        scheme, codes = AreaScheme(row.scheme), frozenset(row.ancestors)
        around[scheme] = around.get(scheme, codes) & codes
    return found


def _nearest(in_force: Sequence[PolicyDocument], around: _Around) -> PolicyDocument:
    """Return the policy of the smallest area around that has one; those come first."""
    for document in in_force:
        if document.area is None or _holds(document.area, around):
            return document
    return SHIPPED


def _holds(area: AreaRef, around: _Around) -> bool:
    return area.code in around.get(area.scheme, frozenset())


def _values(document: PolicyDocument) -> Mapping[str, Any]:
    return {
        "version": document.version,
        "scheme": None if document.area is None else document.area.scheme.value,
        "area": None if document.area is None else document.area.code,
        "title": document.title,
        "figures": policy_values(document.policy),
        "drafted_by": document.drafted_by,
        "drafted_at": document.drafted_at,
        **({} if document.activation is None else _activation_values(document.activation)),
    }


def _activation_values(activation: Activation) -> Mapping[str, Any]:
    return {
        "activated_by": activation.by,
        "activated_at": activation.at,
        "effective_from": activation.effective_from,
    }


def _time_of(document: PolicyDocument) -> Key:
    return (document.drafted_at, document.version)
