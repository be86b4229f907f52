"""Counting what there is, for whoever keeps the service running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.clock import CHINA

if TYPE_CHECKING:
    from common.clock import Clock
    from registry.app.ports.stock import Counting, Stock
    from registry.app.ports.work import UnitOfWork


async def take_stock(*, unit_of_work: UnitOfWork, counting: Counting, clock: Clock) -> Stock:
    """Return how many stations, parties and service entries there are, by where they stand."""
    with cleared(system("stock")):
        async with unit_of_work.transaction():
            return await counting.stock(clock.now().astimezone(CHINA).date())
