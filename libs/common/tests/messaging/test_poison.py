from __future__ import annotations

import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from common.contracts.registry import PartyVetted
from common.messaging import dead_letters
from common.messaging.consumer import Consumer, Handlers, Pace
from common.messaging.dead_letters import Selection
from common.messaging.fates import Reason
from common.messaging.kafka import Cluster
from testing.chance import seeded
from testing.kafka import KafkaForTests, publish
from testing.ledger.book import TOPIC, count, effects, inversions, message, note, outgoing
from testing.ledger.poison import KINDS
from testing.waiting import running, until

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope


@pytest.mark.parametrize(
    ("poisonous", "good"),
    [(120, 1_200), pytest.param(1_000, 10_000, marks=pytest.mark.long)],
)
async def test_f12_poison_is_set_aside_and_stops_nobody_else(
    engine: AsyncEngine, kafka: KafkaForTests, poisonous: int, good: int
) -> None:
    chance = seeded()
    bugs: set[str] = set()
    attempts: Counter[str] = Counter()
    handlers = Handlers()

    @handlers.on(PartyVetted)
    async def handle(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        await note(envelope, session)
        if envelope.subject in bugs:
            attempts[envelope.subject] += 1
            raise ZeroDivisionError

    parties = [uuid4() for _ in range(good // 4)]
    records = [outgoing(message(party, version)) for version in (1, 2, 3, 4) for party in parties]
    step = good // poisonous
    kinds = [*KINDS] * (poisonous // len(KINDS) + 1)
    victims = [uuid4() for _ in range(poisonous)]
    for place, (victim, kind) in enumerate(zip(victims, kinds, strict=False)):
        if kind == "handler bug":
            bugs.add(str(victim))
        where = place * (step + 1) + chance.randrange(step)
        records.insert(where, KINDS[kind](outgoing(message(victim, 1))))
    async with Cluster(kafka) as cluster:
        await cluster.ensure_topics([TOPIC])

    async with running(Consumer("ledger", handlers, engine, kafka, pace=Pace(sweep=0.2)).run):
        await publish(kafka, records)
        published = time.monotonic()
        await until(partial(at_rest, engine, good, poisonous), seconds=120)
        assert time.monotonic() - published < 30
        letters = await dead_letters.find(engine, Selection(), most=poisonous + 1)
        assert len(letters) == poisonous
        assert len({(it.record.partition, it.record.offset) for it in letters}) == poisonous
        assert all(it.detail for it in letters)
        reasons = Counter(it.reason for it in letters)
        rest = reasons[Reason.UNREADABLE]
        assert reasons == {
            Reason.DEFECT: len(bugs),
            Reason.UNREADABLE: poisonous - len(bugs),
        }
        assert all("ZeroDivisionError" in it.stack for it in letters if it.reason == Reason.DEFECT)
        assert set(attempts.values()) == {5}

        bugs.clear()
        await dead_letters.replay(engine, Selection())
        await until(
            partial(at_rest, engine, good + reasons[Reason.DEFECT], reasons[Reason.UNREADABLE])
        )
        await dead_letters.discard(engine, Selection())

    done = [(effect.subject, effect.version) for effect in await effects(engine)]
    assert len(set(done)) == len(done) == good + poisonous - rest
    assert inversions(done) == 0
    assert {subject for subject, _ in done} >= {str(party) for party in parties}


async def at_rest(engine: AsyncEngine, done: int, dead: int) -> bool:
    return (
        await count(engine, "effect") == done
        and await count(engine, "held_event", "state = 'dead'") == dead
        and await count(engine, "held_event", "state not in ('dead', 'discarded')") == 0
    )
