"""The service of cases as it serves, with one more route: it admits its caller and does nothing.

CASES_DATABASE_URL=... python -m benchmarks.intake_service
"""

import asyncio
import sys
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

import uvloop
from fastapi import Depends

from benchmarks.load import NOTHING
from cases.app.permissions import SUBMIT_NEEDS
from cases.bootstrap import build
from cases.settings import Settings
from common.grants import Scope
from common.http.permissions import permitted
from common.http.route import router
from common.runtime import PARTS, Process
from common.telemetry import configure_logging

routes = router("", tags=["benchmarks"])


@routes.get(NOTHING, status_code=HTTPStatus.NO_CONTENT)
async def nothing(_: Annotated[Scope, Depends(permitted(SUBMIT_NEEDS))]) -> None:
    """Do nothing for whoever may submit needs."""


async def serve() -> int:
    """Serve until told to stop."""
    settings = Settings()  # pyright: ignore[reportCallIssue] - from the environment
    service = build(settings)
    configure_logging(service.name, settings.log_level)
    return await Process(replace(service, routers=(*service.routers, routes)), PARTS["serve"]).run()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(serve()))
