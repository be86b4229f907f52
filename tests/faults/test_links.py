"""F25: the link between any two programs is cut, and what was accepted still happens once."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest

from support.chaos import Outage
from support.recovery import seconds_to_recover
from support.seeds import seeded
from support.stacks import administrator, townships
from support.trial import check_answers, check_effects, check_replays, run_trial

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from random import Random

    from support.stacks import LinkedStack
    from testing.links import Link

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
REST_SECONDS = 2.0
RECOVERED_WITHIN_SECONDS = 15.0
SERVING = ("cases", "matching", "reporting")


@dataclass(frozen=True, slots=True)
class Cut:
    """What is done to a link, and for how long."""

    link: str
    how: str
    seconds: float


def cuts_of(random: Random, *, rounds: int, seconds: tuple[float, float]) -> list[Cut]:
    """Return cuts in any order, of each kind in turn: with notice, and without a word."""
    links = [link for _ in range(rounds) for link in ("postgres", "broker", random.choice(SERVING))]
    random.shuffle(links)
    hows = itertools.cycle(random.sample(["cut", "silence"], 2))
    return [Cut(link, next(hows), random.uniform(*seconds)) for link in links]


async def cut_in_turn(
    linked: LinkedStack, cuts: Sequence[Cut], recover: Callable[[], Awaitable[float]]
) -> list[Outage]:
    """Break links one after the other; the outage told of is the time that it took to recover."""
    started = time.monotonic()
    outages: list[Outage] = []
    for cut in cuts:
        after = time.monotonic() - started
        await break_for(cut.seconds, linked.links[cut.link], cut.how)
        outages.append(
            Outage(
                part=f"{cut.link} ({cut.how} for {cut.seconds:.0f} s)",
                after_seconds=round(after, 1),
                seconds=round(await recover(), 1),
            )
        )
        await asyncio.sleep(REST_SECONDS)
    return outages


async def break_for(seconds: float, link: Link, how: str) -> None:
    (link.cut if how == "cut" else link.silence)()
    try:
        await asyncio.sleep(seconds)
    finally:
        link.mend()


@pytest.mark.long
@pytest.mark.parametrize(
    ("rounds", "seconds", "needs"), [(1, (2.0, 4.0), 200), (7, (5.0, 60.0), 2_000)]
)
async def test_what_was_accepted_happens_once_although_links_are_cut(
    rounds: int, seconds: tuple[float, float], needs: int, linked: LinkedStack
) -> None:
    random = seeded("links")
    cuts = cuts_of(random, rounds=rounds, seconds=seconds)
    token = administrator(linked.stack)
    areas = townships(linked.stack, token)
    recover = partial(seconds_to_recover, linked.stack, token, random, areas)

    outcome = await run_trial(
        linked.stack,
        random,
        needs=needs,
        over_seconds=sum(cut.seconds + REST_SECONDS for cut in cuts),
        breaking=partial(cut_in_turn, linked, cuts, recover),
    )

    slow = [each for each in outcome.outages if each.seconds > RECOVERED_WITHIN_SECONDS]
    assert slow == [], outcome.describe()
    assert {cut.how for cut in cuts} == {"cut", "silence"}
    check_answers(outcome)
    await check_effects(outcome)
    await check_replays(outcome)
