"""The clock that begins and ends grants: at its instant, or as soon as a process is up again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog

from common.outages import is_outage

if TYPE_CHECKING:
    from common.service import Background
    from registry.app.account_abilities import AccountAbilities

EVERY_SECONDS: Final = 1.0

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


def keeping_time(access: AccountAbilities, *, every_seconds: float = EVERY_SECONDS) -> Background:
    """Return the work of doing what is due, once a second.

    What is due is read from the database each time, so nothing is forgotten by a process that
    dies, and any number of processes may do this.
    """

    async def run(stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                while not stop.is_set() and await access.keep_time():
                    pass
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("time_not_kept", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every_seconds)

    return run
