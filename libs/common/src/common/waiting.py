"""Waiting for the first of several things, without leaving anything behind."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Coroutine, Iterator


Result = TypeVar("Result")


async def any_of(
    *events: asyncio.Event, seconds: float, task: asyncio.Future[Any] | None = None
) -> None:
    """Return when one of the events is set, the task has ended, or the time is over."""
    if any(event.is_set() for event in events):
        return
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    ends = waits if task is None else [*waits, task]
    try:
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def finish(tasks: Collection[asyncio.Task[Any]], *, seconds: float) -> None:
    """Give tasks some time to end by themselves, then cancel them; their errors are theirs."""
    if not tasks:
        return
    await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def whole(work: Coroutine[Any, Any, Result]) -> Result:
    """Do what must not be cut in the middle; a cancellation is felt when it is done.

    For drivers that leave connections behind when they are cancelled. The work needs a time-out of
    its own.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
        raise


async def at_most(seconds: float, work: Awaitable[object]) -> Exception | None:
    """Do something that may hang or fail; return why it did not end well, if so."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()
    (error,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(error, asyncio.CancelledError):
        return TimeoutError()
    return error if isinstance(error, Exception) else None


def ever_longer(first: float, most: float) -> Iterator[float]:
    """Yield pauses that double up to the longest one, for ever."""
    for attempt in count():
        yield min(most, first * 2 ** min(attempt, 30))
