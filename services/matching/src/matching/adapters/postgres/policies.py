"""Policies in PostgreSQL: complete documents, of which the nearest in force is looked up."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter
from sqlalchemy import and_, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from common.areas import AreaRow
from common.paging import cut
from common.persistence.keyset import before
from common.places import AreaRef, UnknownArea
from common.vocabulary import AreaScheme
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.tables import PolicyDocumentRow
from matching.app.policy_ports import Policies, PolicyRewritten, Waits
from matching.domain.errors import PolicyAlreadyActive, PolicyNotFound
from matching.domain.identity import PoolId
from matching.domain.local_policies import LocalPolicies
from matching.domain.offering import Offering, Offerings
from matching.domain.policy import Policy
from matching.domain.policy_document import SHIPPED, Activation, PolicyDocument, PolicyState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.paging import Key, Slice
    from common.persistence.unit_of_work import UnitOfWork
    from matching.app.policy_ports import FindPolicies

MOST_SECONDS: Final = 10**9
POOL_FRESH_SECONDS: Final = 600.0
"""How long it may take until a new list of areas changes whose policy a pool is planned by."""

_POLICY: Final = TypeAdapter(Policy)

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
        self._around: Final[dict[PoolId, tuple[float, _Around]]] = {}

    @override
    async def of_pool(self, pool_id: PoolId, *, at: datetime) -> Policy:
        async with self._unit_of_work.transaction() as session:
            around = await self._around_pools(session, [pool_id])
            return (await _nearest(session, around[pool_id], at)).policy

    @override
    async def within_pool(self, pool_id: PoolId, *, at: datetime) -> LocalPolicies:
        async with self._unit_of_work.transaction() as session:
            around = (await self._around_pools(session, [pool_id]))[pool_id]
            holds = or_(_holds_around(around), col(AreaRow.pool_id) == pool_id)
            rows = await fetch(session, _nearest_first(at).where(holds), PolicyDocumentRow)
        return _local([_to_document(row) for row in rows], around)

    @override
    async def of_place(self, area: AreaRef, pool_id: PoolId, *, at: datetime) -> Policy:
        async with self._unit_of_work.transaction() as session:
            around = dict((await self._around_pools(session, [pool_id]))[pool_id])
            with suppress(UnknownArea):
                above = (await self._areas.find(area)).ancestors
                around[area.scheme] = around.get(area.scheme, frozenset()) | above
            return (await _nearest(session, around, at)).policy

    @override
    async def offerings(
        self, pool_ids: Collection[PoolId] | None = None, *, at: datetime
    ) -> Offerings:
        async with self._unit_of_work.transaction() as session:
            in_force = await _in_force(session, at)
            if all(document.area is None for document in in_force):
                return Offerings(usual=_offering(in_force, {}), elsewhere={})
            around = await self._around_pools(
                session, await _pools(session) if pool_ids is None else pool_ids
            )
        usual = _offering(in_force, {})
        own = {pool_id: _offering(in_force, each) for pool_id, each in around.items()}
        return Offerings(
            usual=usual, elsewhere={pool: each for pool, each in own.items() if each != usual}
        )

    @override
    async def of_area(self, ref: AreaRef | None, *, at: datetime) -> PolicyDocument:
        around: _Around = {}
        if ref is not None:
            around = {ref.scheme: (await self._areas.find(ref)).ancestors}
        async with self._unit_of_work.transaction() as session:
            return await _nearest(session, around, at)

    @override
    async def with_version(self, version: int) -> PolicyDocument:
        wanted = rows_of(PolicyDocumentRow).where(col(PolicyDocumentRow.version) == version)
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, PolicyDocumentRow)
        if rows:
            return _to_document(rows[0])
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
        return cut([_to_document(row) for row in rows], query.window, _time_of)

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

    async def _around_pools(
        self, session: AsyncSession, pool_ids: Collection[PoolId]
    ) -> Mapping[PoolId, _Around]:
        known = {each: self._around.get(each) for each in pool_ids}
        fresh_since = self._now() - POOL_FRESH_SECONDS
        around = {each: kept[1] for each, kept in known.items() if kept and kept[0] > fresh_since}
        missing = [each for each in pool_ids if each not in around]
        if missing:
            found = await _tops(session, missing)
            self._around.update({each: (self._now(), found[each]) for each in found})
            around.update({each: found.get(each, {}) for each in missing})
        return around

    def _claims(self, query: FindPolicies) -> Iterator[ColumnElement[bool]]:
        row = PolicyDocumentRow
        if query.scheme is not None:
            yield col(row.scheme) == query.scheme.value
        if query.within is not None:
            yield self._areas.under(frozenset({query.within}), col(row.scheme), col(row.area))
        if query.state is not None:
            is_draft = col(row.activated_at).is_(None)
            yield is_draft if query.state is PolicyState.DRAFT else ~is_draft


async def _pools(session: AsyncSession) -> Sequence[PoolId]:
    """Return the pools of which anything was heard; whatever stands in others is a moment old."""
    return [PoolId(row.id) for row in await (await session.connection()).execute(_POOLS)]


async def _tops(session: AsyncSession, pool_ids: Collection[PoolId]) -> Mapping[PoolId, _Around]:
    rows = (await (await session.connection()).execute(_TOPS, {"pools": list(pool_ids)})).all()
    found: defaultdict[PoolId, _Around] = defaultdict(dict)
    for row in rows:
        around = found[PoolId(row.pool_id)]
        scheme, codes = AreaScheme(row.scheme), frozenset(row.ancestors)
        around[scheme] = around.get(scheme, codes) & codes
    return found


def _offering(in_force: Sequence[PolicyDocument], around: _Around) -> Offering:
    """Return what the nearest policy asks of offers; the smallest areas come first."""
    for document in in_force:
        area = document.area
        if area is None or area.code in around.get(area.scheme, frozenset()):
            return document.policy.offering
    return SHIPPED.policy.offering


async def _in_force(session: AsyncSession, at: datetime) -> Sequence[PolicyDocument]:
    """Return all policies that have begun, those of the smallest areas and the latest first."""
    rows = await fetch(session, _nearest_first(at), PolicyDocumentRow)
    return [_to_document(row) for row in rows]


async def _nearest(session: AsyncSession, around: _Around, at: datetime) -> PolicyDocument:
    """Return the policy of the smallest area around that has one in force."""
    wanted = _nearest_first(at).where(_holds_around(around)).limit(1)
    rows = await fetch(session, wanted, PolicyDocumentRow)
    return _to_document(rows[0]) if rows else SHIPPED


def _holds_around(around: _Around) -> ColumnElement[bool]:
    row = PolicyDocumentRow
    return or_(
        col(row.area).is_(None),
        *(
            and_(col(row.scheme) == scheme.value, col(row.area).in_(sorted(codes)))
            for scheme, codes in around.items()
        ),
    )


def _local(nearest_first: Sequence[PolicyDocument], around: _Around) -> LocalPolicies:
    """Tell the policy of a pool from those of areas within it, each the latest of its area."""
    whole: Policy | None = None
    parts: dict[AreaRef, Policy] = {}
    for document in nearest_first:
        area = document.area
        if area is not None and area.code not in around.get(area.scheme, frozenset()):
            parts.setdefault(area, document.policy)
        elif whole is None:
            whole = document.policy
    return LocalPolicies(SHIPPED.policy if whole is None else whole, parts)


def _nearest_first(at: datetime) -> Select[Any]:
    """Select the policies that have begun, those of the smallest areas and the latest first."""
    row = PolicyDocumentRow
    own = and_(col(AreaRow.scheme) == col(row.scheme), col(AreaRow.code) == col(row.area))
    depth = func.coalesce(func.cardinality(col(AreaRow.ancestors)), 0)
    return (
        select(*PolicyDocumentRow.__table__.columns)  # type: ignore[attr-defined]
        .outerjoin(AreaRow, own)
        .where(col(row.effective_from) <= at)
        .order_by(depth.desc(), col(row.effective_from).desc(), col(row.version).desc())
    )


def _to_document(row: PolicyDocumentRow) -> PolicyDocument:
    activation = None
    if row.activated_by is not None:
        assert row.activated_at is not None
        assert row.effective_from is not None
        activation = Activation(
            by=row.activated_by, at=row.activated_at, effective_from=row.effective_from
        )
    return PolicyDocument(
        policy=_POLICY.validate_python({**row.figures, "version": row.version}),
        area=_area(row),
        title=row.title,
        drafted_by=row.drafted_by,
        drafted_at=row.drafted_at,
        activation=activation,
    )


def _area(row: PolicyDocumentRow) -> AreaRef | None:
    if row.scheme is None or row.area is None:
        return None
    return AreaRef(AreaScheme(row.scheme), row.area)


def _values(document: PolicyDocument) -> Mapping[str, Any]:
    figures = _POLICY.dump_python(document.policy, mode="json", exclude={"version"})
    return {
        "version": document.version,
        "scheme": None if document.area is None else document.area.scheme.value,
        "area": None if document.area is None else document.area.code,
        "title": document.title,
        "figures": figures,
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
