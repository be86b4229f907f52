"""What is worked out behind the plans, whenever there is time for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from common.outages import is_outage
from common.waiting import any_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from common.service import Background

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


def again_and_again(
    work: Callable[[], Awaitable[bool]], name: str, *, poll_seconds: float = 1.0
) -> Background:
    """Return work that is done as long as there is some, and asked for again once in a while.

    ``work`` does one piece and tells whether there was one. What fails is logged and tried again
    after a pause; nothing that fails here may keep anything else from its turn.
    """

    async def run(stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                has_worked = await work()
            except Exception as error:
                if not is_outage(error):
                    log.exception("background_work_failed", work=name)
                else:
                    log.warning("background_work_waits", work=name, error=type(error).__name__)
                has_worked = False
            if not has_worked:
                await any_of(stop, seconds=poll_seconds)

    return run
