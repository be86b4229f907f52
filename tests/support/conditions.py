"""Waiting for something to be so, never for time to pass."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
_POLL_SECONDS: Final = 0.1


async def eventually(
    look: Callable[[], Awaitable[T]],
    holds: Callable[[T], bool],
    *,
    what: str,
    seconds: float,
) -> T:
    """Return what is seen as soon as it holds; fail with what was seen last."""
    deadline = time.monotonic() + seconds
    while True:
        seen = await look()
        if holds(seen):
            return seen
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s; saw {seen}"
        await asyncio.sleep(_POLL_SECONDS)


def eventually_true(holds: Callable[[], bool], *, what: str, seconds: float) -> None:
    """Return as soon as it is so."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(_POLL_SECONDS)
