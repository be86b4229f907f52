"""How fast a process takes in what lies before it, and how much memory that takes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psutil
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOOK_AGAIN_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What it took to take a backlog in, without the time until the first of it was."""

    events: int
    seconds: float
    peak_mib: float

    @property
    def per_second(self) -> float:
        """Events in a second."""
        return self.events / self.seconds

    @override
    def __str__(self) -> str:
        return f"{self.events:,} events at {self.per_second:,.0f}/s in {self.peak_mib:.0f} MiB"


async def drained(
    pid: int, taken_in: Callable[[], Awaitable[int]], total: int, *, seconds: float
) -> Drained:
    """Watch a process until it has taken everything in.

    Raises:
        TimeoutError: It had not in time.
    """
    process, peak = psutil.Process(pid), 0
    first, began = 0, time.monotonic()
    async with asyncio.timeout(seconds):
        while (now := await taken_in()) < total:
            if not first:
                first, began = now, time.monotonic()
            peak = max(peak, process.memory_info().rss)
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
    took = time.monotonic() - began
    peak = max(peak, process.memory_info().rss)
    return Drained(events=total - first, seconds=took, peak_mib=peak / 2**20)
