"""Processes of one group are killed, frozen, started and stopped while events flow."""

from __future__ import annotations

import asyncio
import signal
import time
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from testing.chance import seeded
from testing.kafka import KafkaForTests, is_settled
from testing.ledger.audit import Load, longest_pauses
from testing.ledger.processes import roles
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

LONGEST_PAUSE: Final = timedelta(seconds=15)


async def test_processes_may_be_killed_at_any_moment(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests
) -> None:
    load = Load(engine)
    with roles(url, kafka) as processes:
        living = {role: processes.start(role) for role in ("relay", "consume")}
        async with running(load.run):
            for role in ("consume", "relay", "consume", "relay"):
                await load.caught_up()
                living[role].kill()
                living[role] = processes.start(role)
        await load.caught_up()

    await load.assert_exactly_once()


@pytest.mark.parametrize(
    ("times", "longest"), [(3, 5.0), pytest.param(30, 30.0, marks=pytest.mark.long)]
)
async def test_a_process_that_was_frozen_changes_nothing_when_it_wakes(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests, times: int, longest: float
) -> None:
    chance = seeded()
    load = Load(engine)
    with roles(url, kafka) as processes:
        living = {role: [processes.start(role) for _ in range(2)] for role in ("consume", "relay")}
        async with running(load.run):
            for turn in range(times):
                # The embedded broker waits for ever for a leader frozen while it shares out.
                await until(partial(is_settled, kafka, "ledger", members=2), seconds=60)
                await load.caught_up()
                role = ("consume", "relay")[turn % 2]
                zombie = chance.choice(living[role])
                zombie.send_signal(signal.SIGSTOP)
                wake_at = time.monotonic() + chance.uniform(5.0, longest)
                if role == "consume":
                    # Longer than its session: the other one takes its partitions.
                    await load.caught_up()
                await asyncio.sleep(max(0.0, wake_at - time.monotonic()))
                zombie.send_signal(signal.SIGCONT)
        await load.caught_up()

    await load.assert_exactly_once()


def out_and_back(_chance: Random) -> Sequence[int]:
    return (1, 2, 4, 2, 1, 2)


def storm(chance: Random) -> Sequence[int]:
    counts = [2]
    while len(counts) <= 60:
        counts.append(chance.choice([n for n in (1, 2, 3, 4) if n != counts[-1]]))
    return counts


@pytest.mark.parametrize(
    ("plan", "moving"),
    [
        (out_and_back, ("consume", "relay")),
        pytest.param(storm, ("consume",), marks=pytest.mark.long),
    ],
)
async def test_members_come_and_go_while_events_flow(
    engine: AsyncEngine,
    url: SecretStr,
    kafka: KafkaForTests,
    plan: Callable[[Random], Sequence[int]],
    moving: Sequence[str],
) -> None:
    counts = plan(seeded())
    load = Load(engine)
    with roles(url, kafka) as processes:
        living = {r: [processes.start(r) for _ in range(counts[0])] for r in ("consume", "relay")}
        await until(partial(is_settled, kafka, "ledger", members=counts[0]), seconds=60)
        async with running(load.run):
            for before, after in pairwise(counts):
                await asyncio.sleep(3)
                for role in moving:
                    all_of_it = living[role]
                    for _ in range(before, after):
                        all_of_it.append(processes.start(role))
                    leaving, all_of_it[:] = all_of_it[after:], all_of_it[:after]
                    if leaving:
                        await asyncio.to_thread(processes.end, *leaving)
            await asyncio.sleep(3)
        await load.caught_up()

    await load.assert_exactly_once()
    pauses = await longest_pauses(engine)
    assert max(pauses.values()) < LONGEST_PAUSE, pauses
