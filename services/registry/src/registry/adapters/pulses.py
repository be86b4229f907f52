"""Telling how far the work on an import is, beside the transaction in which it is done."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from contextvars import Context
from typing import TYPE_CHECKING, Final

import structlog

from common.clearance import cleared, system
from common.outages import is_lock_timeout, is_outage
from common.waiting import any_of, finish

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from registry.adapters.postgres.imports import PostgresImports
    from registry.app.ports.imports import Claimed
    from registry.app.take_rows import Progress

PULSE_SECONDS: Final = 0.5
_FINISH_SECONDS: Final = 2.0

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class Pulses:
    """Writes the progress of the work at hand, and with it keeps the claim."""

    def __init__(self, imports: PostgresImports, *, seconds: float = PULSE_SECONDS) -> None:
        self._imports: Final = imports
        self._seconds: Final = seconds

    @asynccontextmanager
    async def __call__(self, claimed: Claimed, progress: Progress) -> AsyncGenerator[None]:
        """Tell of the progress for as long as the block lasts."""
        over = asyncio.Event()
        beating = self._beat(claimed, progress, over)
        # In a context of its own: it must not join the transaction of the work.
        task = asyncio.get_running_loop().create_task(beating, context=Context())
        try:
            yield
        finally:
            over.set()
            await finish([task], seconds=_FINISH_SECONDS)

    async def _beat(self, claimed: Claimed, progress: Progress, over: asyncio.Event) -> None:
        with cleared(system("imports")):
            while not over.is_set():
                try:
                    if not await self._imports.pulse(claimed, progress.done, progress.rows):
                        return
                except Exception as error:
                    if not (is_outage(error) or is_lock_timeout(error)):
                        raise
                    log.info("pulse_missed", error=type(error).__name__)
                await any_of(over, seconds=self._seconds)
