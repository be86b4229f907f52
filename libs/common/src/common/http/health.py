"""Probes and metrics, on a port of their own that the gateway does not route.

Alive means that this process gets on with its work, whatever the database does: a restart would not
mend that. Ready means that a request sent here now can be served.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from common.metrics import EVENT_LOOP_LAG, EVENT_LOOP_WORST
from common.persistence.engine import close_engine
from common.persistence.revisions import is_behind
from common.waiting import finish

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine
    from starlette.requests import Request

PING_SECONDS: Final = 1.0
STUCK_SECONDS: Final = 120.0
_LAG_EVERY_SECONDS: Final = 0.5
_LAG_SAMPLES: Final = 20

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class Health:
    """What a process can say about its own state."""

    def __init__(self, engine: AsyncEngine, package: str) -> None:
        self._engine: Final = engine
        self._package: Final = package
        self._watched: Final[dict[str, Callable[[], float]]] = {}
        self._look: asyncio.Task[list[str]] | None = None
        self.is_draining = False

    def watch(self, part: str, last_progress: Callable[[], float]) -> None:
        """Count the process as dead when this part has made no progress for two minutes.

        Args:
            part: What the probe calls it.
            last_progress: Tells when it last made some, on the monotonic clock.
        """
        self._watched[part] = last_progress

    @property
    def stuck(self) -> list[str]:
        """The parts that have made no progress for too long."""
        oldest = time.monotonic() - STUCK_SECONDS
        return [part for part, last_progress in self._watched.items() if last_progress() < oldest]

    async def close(self) -> None:
        """Give back the connection that the probe uses."""
        if self._look is not None:
            await finish([self._look], seconds=0.0)
        await close_engine(self._engine)

    async def obstacles(self) -> list[str]:
        """Return what keeps this process from serving a request now."""
        if self.is_draining:
            return ["draining"]
        # One look at a time: what waits for a database that is silent takes long to let go of.
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_at_database())
        await asyncio.wait({self._look}, timeout=PING_SECONDS)
        return self._look.result() if self._look.done() else ["database"]

    async def _look_at_database(self) -> list[str]:
        try:
            async with asyncio.timeout(PING_SECONDS), self._engine.connect() as connection:
                await connection.execute(text("select 1"))
                behind = await is_behind(connection, self._package)
        except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready, and say so
            log.warning("not_ready", error=type(error).__name__)
            return ["database"]
        return ["migrations"] if behind else []


def ops_app(health: Health) -> Starlette:
    """Return the application of the second port."""

    async def livez(_request: Request) -> Response:
        return _state("stuck", health.stuck)

    async def readyz(_request: Request) -> Response:
        return _state("waiting_for", await health.obstacles())

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/livez", livez),
            Route("/readyz", readyz),
            Route("/startupz", livez),
            Route("/metrics", metrics),
        ]
    )


async def measure_loop_lag(stop: asyncio.Event) -> None:
    """Measure how late the loop is, until told to stop."""
    samples: deque[float] = deque(maxlen=_LAG_SAMPLES)
    while not stop.is_set():
        due = time.monotonic() + _LAG_EVERY_SECONDS
        await asyncio.sleep(_LAG_EVERY_SECONDS)
        samples.append(max(0.0, time.monotonic() - due))
        EVENT_LOOP_LAG.observe(samples[-1])
        EVENT_LOOP_WORST.set(max(samples))


def _state(name: str, found: list[str]) -> Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
    return JSONResponse({"status": "unavailable" if found else "ok", name: found}, status)
