"""What pairs would cost others, and what would make the plan choose them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

from typing_extensions import override

from matching.domain.counterfactual import Kernel, Market
from matching.domain.explanation import with_prices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from matching.domain.explanation import Explanation
    from matching.domain.identity import PoolId
    from matching.domain.policy import Policy
    from matching.domain.standing import Standing

MOST_PRICED: Final = 10
"""Of the candidates of one line, and as many of those that a rule forbids."""


class Prices(Protocol):
    """Knows what the offers of a pool would cost all others."""

    async def of(
        self,
        found: Sequence[Explanation],
        pool_id: PoolId,
        policy: Policy,
        *,
        at: datetime,
        most: int | None = None,
    ) -> Sequence[Explanation]:
        """Return explanations with prices, the first ``most`` of each line and verdict."""
        ...


class Standings(Protocol):
    """Knows what stands in a pool."""

    async def standing(self, pool_id: PoolId) -> Standing:
        """Return everything about a pool that a plan is made from, as of one instant."""
        ...


class SolvedPrices(Prices):
    """Prices found by solving what competes with a pair, with it and without."""

    def __init__(self, standings: Standings, kernel: Kernel) -> None:
        self._standings: Final = standings
        self._kernel: Final = kernel

    @override
    async def of(
        self,
        found: Sequence[Explanation],
        pool_id: PoolId,
        policy: Policy,
        *,
        at: datetime,
        most: int | None = None,
    ) -> Sequence[Explanation]:
        standing = await self._standings.standing(pool_id)

        def priced() -> Sequence[Explanation]:
            return with_prices(found, Market(standing, policy, self._kernel, at=at), most=most)

        # Numbers are crunched beside the event loop, which has people to answer.
        return await asyncio.to_thread(priced)
