"""Kills parts of a stack at random moments, and waits until each is back."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from support.conditions import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from wushe.stack import Stack
    from wushe.state import PartStatus

BACK_WITHIN_SECONDS: Final = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One kill, and how long it took until the part was ready again."""

    part: str
    after_seconds: float
    seconds: float


def service_parts(stack: Stack) -> list[str]:
    """Return every process of the four services, not what they stand on."""
    return [name for name in stack.status().parts if name.partition(".")[0] in _SERVICES]


async def kill_each(
    stack: Stack, parts: Sequence[str], *, times: int, within_seconds: float, random: Random
) -> list[Outage]:
    """Kill each part so many times, at moments of its own, spread over a time."""
    start = time.monotonic()
    plans = [sorted(random.uniform(0.2, within_seconds) for _ in range(times)) for _ in parts]
    outages = await asyncio.gather(
        *(_kill(stack, part, moments, start) for part, moments in zip(parts, plans, strict=True))
    )
    return [outage for each in outages for outage in each]


async def restarted(stack: Stack, part: str, number: signal.Signals = signal.SIGKILL) -> None:
    """Send a part a signal that ends it, and return when the supervisor has it ready again."""
    ended = stack.kill(part, number)

    async def look() -> PartStatus:
        return stack.status().parts[part]

    await eventually(
        look,
        lambda now: now.phase == "ready" and now.pid not in {None, ended},
        what=f"the restart of {part}",
        seconds=BACK_WITHIN_SECONDS,
    )


async def _kill(stack: Stack, part: str, moments: Sequence[float], start: float) -> list[Outage]:
    outages: list[Outage] = []
    for moment in moments:
        await asyncio.sleep(max(0.0, start + moment - time.monotonic()))
        killed_at = time.monotonic()
        await restarted(stack, part)
        outages.append(
            Outage(
                part=part,
                after_seconds=round(killed_at - start, 1),
                seconds=round(time.monotonic() - killed_at, 1),
            )
        )
    return outages


_SERVICES: Final = ("registry", "cases", "matching", "reporting")
