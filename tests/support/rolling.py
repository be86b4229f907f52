"""Restarts a stack in order, as an operator does: one process of a service after the other."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from typing import TYPE_CHECKING, Any, Final

import httpx
import psutil

from support.chaos import BACK_WITHIN_SECONDS, Outage
from support.conditions import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushe.stack import Stack

LEFT_WITHIN_SECONDS: Final = 30.0


async def restart_in_turn(
    stack: Stack, groups: Sequence[Sequence[str]], *, rounds: int
) -> list[Outage]:
    """Restart every part so many times; two parts of one group never at once."""
    outages = await asyncio.gather(*(_restart_group(stack, group, rounds) for group in groups))
    return [outage for each in outages for outage in each]


def orderly_ends(stack: Stack, part: str) -> int:
    """Count how often a part has said that it ended in order."""
    log = stack.status().parts[part].log.read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return sum(line.get("event") == "stopped" and line["failed"] is False for line in lines)


async def _restart_group(stack: Stack, parts: Sequence[str], rounds: int) -> list[Outage]:
    return [await _restart(stack, part) for _ in range(rounds) for part in parts]


async def _restart(stack: Stack, part: str) -> Outage:
    started = time.monotonic()
    left = psutil.Process(stack.kill(part, signal.SIGTERM))
    await eventually(
        lambda: _now(left.is_running()),
        lambda runs: not runs,
        what=f"the end of {part}",
        seconds=LEFT_WITHIN_SECONDS,
    )
    seconds = time.monotonic() - started
    await eventually(
        lambda: _now(stack.status().parts[part]),
        lambda now: now.phase == "ready" and now.pid not in {None, left.pid},
        what=f"the restart of {part}",
        seconds=BACK_WITHIN_SECONDS,
    )
    await eventually(
        lambda: _set_aside(stack),
        lambda hosts: not hosts,
        what=f"the gateway's trust in {part}",
        seconds=BACK_WITHIN_SECONDS,
    )
    return Outage(part=part, after_seconds=0.0, seconds=round(seconds, 1))


async def _set_aside(stack: Stack) -> list[str]:
    """Return the addresses that the gateway does not use for a while."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(
            f"{stack.status().gateway_admin}/clusters", params={"format": "json"}
        )
    clusters: list[dict[str, Any]] = answer.json()["cluster_statuses"]
    return [
        str(host["address"])
        for cluster in clusters
        for host in cluster.get("host_statuses", [])
        if host["health_status"].get("failed_outlier_check")
    ]


async def _now(value: Any) -> Any:  # noqa: ANN401 - whatever is seen
    return value
