"""A planner alone in a process, told of its partitions one after the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from matching_desk import SetClock, settings_on
from pydantic import SecretStr

from common.clearance import cleared, system
from common.contracts.cases import NeedSubmitted
from common.frame import build_frame
from matching.bootstrap import build_application
from matching.engine.compiled import play
from matching.entrypoints.planner import Planner

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def plan(url: str, told: Connection) -> None:
    """Plan whatever is told, until killed."""
    with cleared(system("planning process of a test")):
        asyncio.run(_plan(url, told))


async def _plan(url: str, told: Connection) -> None:
    frame = build_frame("matching", settings := settings_on(SecretStr(url)), clock=SetClock())
    planner = Planner(
        build_application(frame, settings),
        get_ready=play,
        sweep_seconds=0.05,
        expiry_seconds=3600,
    )
    work = asyncio.create_task(planner.run(asyncio.Event()))
    while True:
        partition: int = await asyncio.to_thread(told.recv)
        await planner.assigned(frozenset({(NeedSubmitted.topic(), partition)}))
        told.send(work.done())
