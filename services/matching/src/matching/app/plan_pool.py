"""Planning a pool: read what stands, ask the kernel, write what changes.

Only the owner of a pool's partition plans it, and its right to write ends with its epoch. People
decide meanwhile in any process; a plan that relies on what they changed is made again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

from common.clock import CHINA
from matching.app.ports import Epoch, PlanOutdated
from matching.domain.identity import PoolId
from matching.domain.planning import Draft, draft, question
from matching.engine import Problem, Result

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from common.clock import Clock
    from matching.app.policy_ports import Policies
    from matching.app.ports import Plans
    from matching.domain.policy import Policy
    from matching.domain.standing import Standing

ATTEMPTS: Final = 5

Kernel: TypeAlias = Callable[[Problem], Result]
NewId: TypeAlias = Callable[[], UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What a plan was, for whoever watches over planning."""

    pool_id: PoolId
    sequence: int
    value: int
    gap: int
    pairs: int
    changes: int
    attempts: int


async def plan_pool(
    pool_id: PoolId,
    epoch: Epoch,
    *,
    plans: Plans,
    kernel: Kernel,
    policies: Policies,
    clock: Clock,
    new_id: NewId,
) -> Planning:
    """Bring the plan of a pool up to what has happened.

    Raises:
        EpochOver: Another process owns the pool's partition.
        PlanOutdated: People were faster each time; the pool is still marked, so it is tried again.
    """
    for attempt in range(1, ATTEMPTS + 1):
        standing = await plans.standing(pool_id)
        at = clock.now()
        policy = await policies.of_pool(pool_id, at=at)
        # Numbers are crunched beside the event loop, which has people to answer.
        drafted, pairs = await asyncio.to_thread(
            _drafted, standing, kernel, policy, at=at, new_id=new_id
        )
        try:
            await plans.write(drafted, epoch, due_at=due(standing, at=at))
        except PlanOutdated:
            continue
        return Planning(
            pool_id=pool_id,
            sequence=drafted.certificate.plan_sequence,
            value=drafted.certificate.value,
            gap=drafted.certificate.gap,
            pairs=pairs,
            changes=len(drafted.changes),
            attempts=attempt,
        )
    raise PlanOutdated


async def dirty_pools(
    partitions: Collection[int], *, plans: Plans, clock: Clock
) -> Sequence[PoolId]:
    """Return the pools of these partitions that are to be planned now."""
    return await plans.dirty(partitions, at=clock.now())


def due(standing: Standing, *, at: datetime) -> datetime:
    """Return when the plan is to be made again though nothing happens.

    Scores and vettings change at midnight in China, and an offer ends at its own instant.
    """
    tomorrow = at.astimezone(CHINA).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time.min, CHINA)
    ends = [offer.supply.valid_until for offer in standing.offers if offer.stands(at=at)]
    return min([midnight, *ends])


def _drafted(
    standing: Standing, kernel: Kernel, policy: Policy, *, at: datetime, new_id: NewId
) -> tuple[Draft, int]:
    asked = question(standing, policy, at=at)
    result = kernel(asked.problem)
    made = draft(standing, asked, result, policy, at=at, new_id=new_id)
    return made, asked.problem.pairs
