"""Whatever a log does to the order and the number of its records, the same comes of it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text

from testing.chance import seeded
from testing.ledger.book import count, effects, inversions, message, noting, outgoing
from testing.ledger.desk import Desk
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from sqlalchemy.ext.asyncio import AsyncEngine

    from common.messaging.event import Message
    from common.messaging.sender import Outgoing

PARTIES, VERSIONS, TIMES = 5, 4, 3


@pytest.mark.parametrize("orders", [5, pytest.param(50, marks=pytest.mark.long)])
async def test_a_log_replayed_in_any_order_comes_to_the_same(
    engine: AsyncEngine, orders: int
) -> None:
    chance = seeded()
    parties = [uuid4() for _ in range(PARTIES)]
    facts = [message(party, version) for party in parties for version in range(1, VERSIONS + 1)]
    once = {outgoing(fact): fact for fact in facts}
    for turn in range(orders):
        await forget_everything(engine)
        desk = await Desk(engine, noting(together=turn % 2 == 0)).open()
        await take(desk, disordered(once, chance), chance)
        await until(partial(is_settled, engine, desk))

        found = await effects(engine)
        assert Counter((it.subject, it.version) for it in found) == Counter(
            (fact.event.subject, fact.version) for fact in facts
        )
        assert inversions([(it.subject, it.version) for it in found]) == 0


def disordered(once: dict[Outgoing, Message], chance: Random) -> list[Outgoing]:
    """Return a log told three times in a random order, with other facts of versions that it had."""
    records = [*once] * TIMES
    chance.shuffle(records)
    mixed: list[Outgoing] = []
    for record in records:
        mixed.append(record)
        if chance.random() < 0.2:
            # Of the same version, but too late: the version stands already, or is in the queue.
            mixed.append(outgoing(once[chance.choice(mixed_facts(mixed, once))]))
    return mixed


def mixed_facts(mixed: Sequence[Outgoing], once: dict[Outgoing, Message]) -> list[Outgoing]:
    return [record for record in mixed if record in once]


async def take(desk: Desk, log: Sequence[Outgoing], chance: Random) -> None:
    """Take a log in as it may come: in batches of any size, swept in between."""
    records = [desk.record(each) for each in log]
    while records:
        size = chance.randint(1, 60)
        await desk.take(*records[:size])
        records = records[size:]
        if chance.random() < 0.1:
            await desk.sweep()


async def is_settled(engine: AsyncEngine, desk: Desk) -> bool:
    await desk.sweep()
    return not await count(engine, "held_event")


FORGET = (
    "delete from effect",
    "delete from inbox",
    "delete from subject_state",
    "delete from held_event",
)


async def forget_everything(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        # A service may not truncate.
        for statement in FORGET:
            await connection.execute(text(statement))
