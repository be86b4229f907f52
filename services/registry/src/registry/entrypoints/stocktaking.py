"""Figures of what there is, counted once a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from prometheus_client import Gauge

from common.outages import is_outage
from common.waiting import any_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from common.service import Background
    from registry.app.ports.stock import Stock

STATIONS: Final = Gauge(
    "registry_stations", "Stations, by where they stand in their life.", ("tier", "status")
)
PARTIES: Final = Gauge(
    "registry_parties", "Parties, by where they stand as partners.", ("society", "standing")
)
SERVICE_ENTRIES: Final = Gauge(
    "registry_service_entries", "Entries of the service list, by whether they count.", ("status",)
)
EVERY_SECONDS: Final = 60.0

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


def taking_stock(
    take_stock: Callable[[], Awaitable[Stock]], *, every_seconds: float = EVERY_SECONDS
) -> Background:
    """Return the work of counting and showing the figures."""

    async def run(stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                _show(await take_stock())
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("stock_not_taken", error=type(error).__name__)
            await any_of(stop, seconds=every_seconds)

    return run


def _show(stock: Stock) -> None:
    for gauge in (STATIONS, PARTIES, SERVICE_ENTRIES):
        gauge.clear()
    for (tier, status), number in stock.stations.items():
        STATIONS.labels(tier.value, status.value).set(number)
    for (society, standing), number in stock.parties.items():
        PARTIES.labels(society.value, standing.value).set(number)
    for entry_status, number in stock.service_entries.items():
        SERVICE_ENTRIES.labels(entry_status.value).set(number)
