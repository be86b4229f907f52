"""The importer: works on imports, one at a time in each process, whenever one waits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import structlog
from prometheus_client import Counter, Histogram

from common.outages import is_outage
from common.waiting import any_of
from registry.app.ports.imports import ClaimLost
from registry.domain.imports import Outcome

if TYPE_CHECKING:
    import asyncio

    from common.service import Background
    from registry.app.ports.imports import Claimed
    from registry.app.work_on_imports import Work
    from registry.domain.imports import Import

IMPORT_ROWS: Final = Counter(
    "registry_import_rows_total", "Rows of files that were written or refused.", ("outcome",)
)
IMPORT_DURATION: Final = Histogram(
    "registry_import_duration_seconds",
    "Time to check a file, or to write it.",
    ("phase",),
    buckets=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0),
)
POLL_SECONDS: Final = 1.0
FORGET_EVERY_SECONDS: Final = 3_600.0
MOST_ATTEMPTS: Final = 5

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class Importer:
    """Does what imports wait for."""

    def __init__(self, work: Work, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._work: Final = work
        self._poll_seconds: Final = poll_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what is being done then is finished, or found by others."""
        while not stop.is_set():
            try:
                has_worked = await self.work_once()
            except Exception as error:
                if not is_outage(error):
                    log.exception("import_not_done")
                else:
                    log.warning("import_waits", error=type(error).__name__)
                has_worked = False
            if not has_worked:
                await any_of(stop, seconds=self._poll_seconds)

    async def work_once(self) -> bool:
        """Work on the import that has waited longest; tell whether there was one."""
        claimed = await self._work.claim()
        if claimed is None:
            return False
        started = time.monotonic()
        try:
            rested = await self._do(claimed)
        except ClaimLost:
            log.warning("import_claim_lost", import_id=str(claimed.of.id))
        else:
            _note(claimed, rested, time.monotonic() - started)
        return True

    async def _do(self, claimed: Claimed) -> Import:
        if claimed.attempts > MOST_ATTEMPTS:
            # Whatever ends the process each time must not end it for ever.
            return await self._work.give_up(claimed)
        try:
            return await self._work.do(claimed)
        except ClaimLost:
            raise
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("import_failed", import_id=str(claimed.of.id))
            return await self._work.give_up(claimed)


def forgetting_old(work: Work, *, every_seconds: float = FORGET_EVERY_SECONDS) -> Background:
    """Return the work of dropping old imports and their files, once an hour."""

    async def run(stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                if gone := await work.forget_old():
                    log.info("imports_forgotten", count=gone)
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("imports_not_forgotten", error=type(error).__name__)
            await any_of(stop, seconds=every_seconds)

    return run


def _note(claimed: Claimed, rested: Import, seconds: float) -> None:
    phase = claimed.of.state.value
    IMPORT_DURATION.labels(phase).observe(seconds)
    if rested.accept is not None:
        for outcome in Outcome:
            IMPORT_ROWS.labels(outcome.value).inc(rested.counts.get(outcome, 0))
    log.info(
        "import_worked_on",
        import_id=str(rested.id),
        subject=rested.subject,
        phase=phase,
        state=rested.state.value,
        rows=rested.rows,
        flaws=rested.flaws,
        milliseconds=round(seconds * 1000),
    )
