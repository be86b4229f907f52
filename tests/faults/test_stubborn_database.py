"""F4, F5 on the whole stack: the database sends everybody away, or falls silent."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import pytest

from support.chaos import Outage
from support.evidence import SERVICES, connection_to
from support.recovery import seconds_to_recover
from support.seeds import seeded
from support.stacks import administrator, townships
from support.trial import check_answers, check_effects, check_replays, run_trial
from support.watch import Heard, probes, reads, slowest, statuses, watched
from testing.silence import frozen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from random import Random

    from wushe.stack import Stack
    from wushe.state import Status

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.xdist_group("stack")]
ANSWERED_WITHIN_SECONDS = 6.0
"""Five of the service's, and the gateway's part."""
RECOVERED_WITHIN_SECONDS = 10.0
FROZEN_SECONDS = 60.0


def restarts(stack: Stack) -> Counter[str]:
    return Counter({name: part.restarts for name, part in stack.status().parts.items()})


def recovering(stack: Stack, random: Random) -> Callable[[], Awaitable[float]]:
    token = administrator(stack)
    return partial(seconds_to_recover, stack, token, random, townships(stack, token))


async def send_all_away(status: Status, service: str) -> int:
    async with connection_to(status, service) as database:
        count: int = await database.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where usename = current_user and pid <> pg_backend_pid()"
        )
    return count


async def test_what_was_accepted_happens_once_although_all_connections_are_ended_all_the_time(
    whole: Stack,
) -> None:
    random, before, ended = seeded("ended connections"), restarts(whole), Counter[str]()
    recover = recovering(whole, random)
    times, every_seconds, misses = 100, 2.0, Counter[str]()

    async def end_connections() -> list[Outage]:
        for _ in range(times):
            await asyncio.sleep(every_seconds)
            for service in SERVICES:
                count = await send_all_away(whole.status(), service)
                ended[service] += count
                misses[service] += count == 0
        return [Outage(part="connections", after_seconds=0.0, seconds=round(await recover(), 1))]

    outcome = await run_trial(
        whole,
        random,
        needs=2_000,
        over_seconds=times * every_seconds,
        breaking=end_connections,
    )

    print(f"ended {dict(ended)}, none there {dict(misses)}")  # noqa: T201  # For the record.
    # Two seconds later whoever is asked has connections again.
    assert misses["cases"] == 0, misses
    assert outcome.outages[0].seconds < RECOVERED_WITHIN_SECONDS
    assert restarts(whole) == before
    check_answers(outcome)
    await check_effects(outcome)
    await check_replays(outcome)


async def test_everybody_is_told_in_time_to_come_again_while_the_database_is_frozen(
    whole: Stack,
) -> None:
    random, before, status = seeded("frozen database"), restarts(whole), whole.status()
    recover, token = recovering(whole, random), administrator(whole)
    answers: list[Heard] = []
    alive: list[Heard] = []
    ready: list[Heard] = []

    async def freeze() -> list[Outage]:
        await asyncio.sleep(5.0)
        with frozen(whole.pid_of("postgres")):
            end = time.monotonic() + FROZEN_SECONDS
            async with (
                watched(reads(status, token), callers=5) as told,
                watched(probes(status, "/livez")) as lived,
            ):
                await asyncio.sleep(5.0)
                async with watched(probes(status, "/readyz")) as seen:
                    await asyncio.sleep(end - time.monotonic())
            answers.extend(told)
            alive.extend(lived)
            ready.extend(seen)
        return [Outage(part="postgres", after_seconds=5.0, seconds=round(await recover(), 1))]

    outcome = await run_trial(whole, random, needs=400, over_seconds=80.0, breaking=freeze)

    print(f"{len(answers)} answers, the slowest after {slowest(answers):.1f} s")  # noqa: T201
    assert (statuses(answers), statuses(alive), statuses(ready)) == ({503}, {200}, {503})
    assert slowest(answers) < ANSWERED_WITHIN_SECONDS
    assert outcome.outages[0].seconds < RECOVERED_WITHIN_SECONDS
    assert restarts(whole) == before
    check_answers(outcome)
    await check_effects(outcome)
    await check_replays(outcome)
