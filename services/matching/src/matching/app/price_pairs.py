"""What pairs would cost others, and what would make the plan choose them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

from typing_extensions import override

from matching.domain.counterfactual import Kernel, Market
from matching.domain.explanation import with_prices

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from common.vocabulary import ServiceCode
    from matching.domain.explanation import Explanation
    from matching.domain.identity import PoolId
    from matching.domain.policy import Policy
    from matching.domain.standing import Standing

MOST_PAIRS: Final = 5_000_000
"""Of lines and offers of one service; more are not solved while somebody waits."""
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

    async def of_services(
        self, pool_id: PoolId, services: Collection[ServiceCode], *, at: datetime, most: int
    ) -> Standing | None:
        """Return what competes for some services in a pool, as of one instant.

        Nothing is returned where lines and offers make more pairs than ``most``.
        """
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
        services = {each.line.service for each in found}
        standing = await self._standings.of_services(pool_id, services, at=at, most=MOST_PAIRS)
        if standing is None:
            return found

        def priced() -> Sequence[Explanation]:
            return with_prices(found, Market(standing, policy, self._kernel, at=at), most=most)

        # Numbers are crunched beside the event loop, which has people to answer.
        return await asyncio.to_thread(priced)
