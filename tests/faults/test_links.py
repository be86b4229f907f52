"""F25: the link between any two programs is cut, and what was accepted still happens once."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from support.chaos import Outage
from support.seeds import seeded
from support.trial import check_answers, check_effects, check_replays, run_trial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from support.stacks import LinkedStack
    from testing.links import Link

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
REST_SECONDS = 2.0


async def cut_in_turn(
    linked: LinkedStack, random: Random, *, names: Sequence[str], seconds: tuple[float, float]
) -> list[Outage]:
    """Break links one after the other: some tell both ends, some just say nothing any more."""
    started = time.monotonic()
    outages: list[Outage] = []
    for name in names:
        link = linked.links[name]
        breaking = random.choice([type(link).cut, type(link).silence])
        lasting = random.uniform(*seconds)
        outages.append(
            Outage(
                part=f"{name} ({breaking.__name__})",
                after_seconds=round(time.monotonic() - started, 1),
                seconds=round(lasting, 1),
            )
        )
        await _break(link, breaking, lasting)
        await asyncio.sleep(REST_SECONDS)
    return outages


async def _break(link: Link, breaking: object, seconds: float) -> None:
    assert callable(breaking)
    breaking(link)
    try:
        await asyncio.sleep(seconds)
    finally:
        link.mend()


@pytest.mark.parametrize(
    ("cuts", "seconds", "needs"),
    [
        pytest.param(1, (2.0, 4.0), 200, marks=pytest.mark.long),
        pytest.param(7, (5.0, 60.0), 2_000, marks=pytest.mark.long),
    ],
)
async def test_what_was_accepted_happens_once_although_links_are_cut(
    cuts: int, seconds: tuple[float, float], needs: int, linked: LinkedStack
) -> None:
    random = seeded("links")
    names = ["postgres", "broker", random.choice(["cases", "matching", "reporting"])] * cuts
    random.shuffle(names)

    outcome = await run_trial(
        linked.stack,
        random,
        needs=needs,
        over_seconds=len(names) * (sum(seconds) / 2 + REST_SECONDS),
        breaking=partial(cut_in_turn, linked, random, names=names, seconds=seconds),
    )

    check_answers(outcome)
    await check_effects(outcome)
    await check_replays(outcome)
