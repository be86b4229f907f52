"""Planning a pool: hear what has changed, keep the plan the best, write what that changes.

Only the owner of a pool's partition plans it, and its right to write ends with its epoch. People
decide meanwhile in any process; of the needs where they were faster nothing is written, and the
plan hears of it and is made again. The pool stays in memory as long as the epoch lasts; it is read
anew when the day or the policy changes, and whenever it is not certain that what was written is
what it knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

from common.clock import CHINA
from matching.app.planning_ports import Epoch, PlanOutdated
from matching.domain.identity import PoolId
from matching.domain.planning import draft
from matching.engine import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from common.clock import Clock
    from matching.app.planning_ports import Plans
    from matching.app.policy_ports import Policies
    from matching.domain.local_policies import LocalPolicies
    from matching.domain.planning import Draft
    from matching.domain.pool import Pool
    from matching.domain.standing import News

ATTEMPTS: Final = 5
LOADED_AT_A_TIME: Final = 3
CRUNCHED_AT_A_TIME: Final = 2
"""One of them may be a whole pool, which takes long."""

NewId: TypeAlias = Callable[[], UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What a plan was, for whoever watches over planning."""

    pool_id: PoolId
    sequence: int
    value: int
    gap: int
    changes: int
    attempts: int
    is_from_scratch: bool


class PoolsInMemory:
    """The pools that this process plans, each as long as nobody else might have."""

    def __init__(self, *, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits: Final = limits
        self.loading: Final = asyncio.Semaphore(LOADED_AT_A_TIME)
        """Held by whoever reads all of a pool, which keeps a connection for long."""
        self.crunching: Final = asyncio.Semaphore(CRUNCHED_AT_A_TIME)
        """Held by whoever computes: threads that compete for the interpreter help nobody."""
        # With the epoch in which nobody else has written its plan.
        self._kept: Final[dict[PoolId, tuple[Pool, Epoch]]] = {}

    def find(
        self, pool_id: PoolId, epoch: Epoch, policies: LocalPolicies, *, at: datetime
    ) -> Pool | None:
        """Return a pool that is known still, under these policies and on this day."""
        pool, in_epoch = self._kept.get(pool_id, (None, None))
        if pool is None or in_epoch != epoch or pool.policies != policies:
            return None
        return pool if _day(pool.at) == _day(at) else None

    def new(self, pool_id: PoolId, policies: LocalPolicies, *, at: datetime) -> Pool:
        """Return a pool of which nothing is known yet."""
        # It brings the kernel with it, which takes a second to load: only a planner needs it.
        of_pools = import_module("matching.domain.pool")
        pool: Pool = of_pools.Pool(
            pool_id, policies.of_pool, at=at, limits=self._limits, of_areas=policies.of_areas
        )
        return pool

    def keep(self, pool: Pool, epoch: Epoch) -> None:
        """Know a pool from now on."""
        self._kept[pool.pool_id] = pool, epoch

    def forget(self, pool_id: PoolId) -> None:
        """Know a pool no more."""
        self._kept.pop(pool_id, None)

    def forget_all_but(self, partitions: Collection[int]) -> None:
        """Know no more what others plan from now on: pools of any but these partitions."""
        gone = [each for each, (_, at) in self._kept.items() if at.partition not in partitions]
        for pool_id in gone:
            del self._kept[pool_id]


async def plan_pool(
    pool_id: PoolId,
    epoch: Epoch,
    *,
    plans: Plans,
    pools: PoolsInMemory,
    policies: Policies,
    clock: Clock,
    new_id: NewId,
) -> Planning:
    """Bring the plan of a pool up to what has happened.

    Raises:
        EpochOver: Another process owns the pool's partition.
        PlanOutdated: People were faster each time; the pool is still marked, so it is tried again.
    """
    heard: list[int] = []
    changes = 0
    for attempt in range(1, ATTEMPTS + 1):
        at = clock.now()
        local = await policies.within_pool(pool_id, at=at)
        known = pools.find(pool_id, epoch, local, at=at)
        # What fails on the way may have failed half-way: the pool is kept again when it is written.
        pools.forget(pool_id)
        pool = known or pools.new(pool_id, local, at=at)
        if known:
            news = await plans.news(pool_id)
        else:
            async with pools.loading:
                news = (await plans.standing(pool_id)).as_news()
        heard.extend(news.heard)
        # Numbers are crunched beside the event loop, which has people to answer.
        async with pools.crunching:
            drafted = await asyncio.to_thread(_drafted, pool, news, at=at, new_id=new_id)
        written = await plans.write(drafted, epoch, due_at=due(pool, at=at), heard=heard)
        left_out = drafted.needs - written.needs
        async with pools.crunching:
            await asyncio.to_thread(pool.wrote, written.matches, written.planned, left_out=left_out)
        pools.keep(pool, epoch)
        changes += len(written.changes)
        if left_out:
            continue
        return Planning(
            pool_id=pool_id,
            sequence=drafted.certificate.plan_sequence,
            value=drafted.certificate.value,
            gap=drafted.certificate.gap,
            changes=changes,
            attempts=attempt,
            is_from_scratch=known is None,
        )
    raise PlanOutdated


async def dirty_pools(
    partitions: Collection[int], *, plans: Plans, clock: Clock
) -> Sequence[PoolId]:
    """Return the pools of these partitions that are to be planned now."""
    return await plans.dirty(partitions, at=clock.now())


def due(pool: Pool, *, at: datetime) -> datetime:
    """Return when the plan is to be made again though nothing happens.

    Scores and vettings change at midnight in China; offers and patience end at their own instants.
    """
    midnight = datetime.combine(_day(at) + timedelta(days=1), time.min, CHINA)
    by_itself = pool.next_change()
    return midnight if by_itself is None else min(midnight, by_itself)


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def _drafted(pool: Pool, news: News, *, at: datetime, new_id: NewId) -> Draft:
    pool.hear(news, at=at)
    return draft(pool, at=at, new_id=new_id)
