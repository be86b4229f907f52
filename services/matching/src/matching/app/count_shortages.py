"""The shortage ledger: counted pool by pool behind the plans, and read by area."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from common.paging import Window
from common.places import AreaRef
from common.vocabulary import AreaScheme, ServiceCode
from matching.domain.shortage import Shortage, shortages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.clock import Clock
    from common.grants import Scope
    from common.paging import Slice
    from matching.app.policy_ports import Policies
    from matching.domain.identity import PoolId
    from matching.domain.shortage import Unmet


@dataclass(frozen=True, slots=True, kw_only=True)
class FindShortages:
    """Look into the ledger."""

    window: Window
    scheme: AreaScheme | None = None
    within: AreaRef | None = None
    service: ServiceCode | None = None


@dataclass(frozen=True, slots=True)
class CountedShortage:
    """A shortage, and when it was counted."""

    shortage: Shortage
    counted_at: datetime


class Shortages(Protocol):
    """The ledger, and what it is counted from."""

    async def claim(self, *, at: datetime, counted_before: datetime) -> PoolId | None:
        """Return a pool whose plan has changed since it was counted, for nobody else to count."""
        ...

    async def unmet(self, pool_id: PoolId, *, at: datetime) -> Unmet:
        """Return the lines of a pool that nobody fills, and what is offered there."""
        ...

    async def replace(self, pool_id: PoolId, counted: Sequence[Shortage], *, at: datetime) -> None:
        """Let this be what is lacking in a pool."""
        ...

    async def find(self, query: FindShortages, within: Scope) -> Slice[CountedShortage]:
        """Return a slice of the ledger within the scope, the most lines first."""
        ...


async def count_shortages(
    *, ledger: Shortages, policies: Policies, seconds: float, clock: Clock
) -> bool:
    """Count one pool whose plan has changed, at most once in so many seconds.

    Returns:
        Whether there was one.
    """
    at = clock.now()
    pool_id = await ledger.claim(at=at, counted_before=at - timedelta(seconds=seconds))
    if pool_id is None:
        return False
    offering = (await policies.of_pool(pool_id, at=at)).offering
    unmet = await ledger.unmet(pool_id, at=at)
    # Numbers are crunched beside the event loop, which has people to answer.
    counted = await asyncio.to_thread(shortages, unmet, offering, at=at)
    await ledger.replace(pool_id, counted, at=at)
    return True


async def find_shortages(
    query: FindShortages, within: Scope, *, ledger: Shortages
) -> Slice[CountedShortage]:
    """Return a slice of the ledger."""
    return await ledger.find(query, within)
