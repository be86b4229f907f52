"""Waiting for a condition with a deadline, instead of sleeping and hoping."""

from __future__ import annotations

import asyncio
import inspect
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

LOOK_AGAIN_SECONDS: Final = 0.02


async def until(
    condition: Callable[[], Awaitable[object] | object], *, seconds: float = 30.0, what: str = "it"
) -> None:
    """Return as soon as the condition holds.

    Raises:
        TimeoutError: It did not come true in time.
    """
    deadline = time.monotonic() + seconds
    while not await _value(condition()):
        if time.monotonic() > deadline:
            message = f"{what} did not come true within {seconds} s"
            raise TimeoutError(message)
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _value(found: Awaitable[object] | object) -> object:
    return await found if inspect.isawaitable(found) else found


@asynccontextmanager
async def running(
    *works: Callable[[asyncio.Event], Awaitable[None]],
) -> AsyncGenerator[asyncio.Event]:
    """Run things that end when told to as long as the block; their errors are the block's.

    Yields the event that tells them.
    """
    stop, body = asyncio.Event(), asyncio.current_task()
    assert body is not None, "a coroutine runs in a task"
    failed: list[asyncio.Future[None]] = []

    def look_at(task: asyncio.Future[None]) -> None:
        if not stop.is_set() and not task.cancelled() and task.exception() is not None:
            failed.append(task)
            body.cancel()

    tasks = [asyncio.ensure_future(work(stop)) for work in works]
    for task in tasks:
        task.add_done_callback(look_at)
    try:
        yield stop
    except asyncio.CancelledError:
        if not failed:
            raise
        body.uncancel()
    finally:
        stop.set()
        await asyncio.gather(*tasks)
