"""Of a topic that only says that there is something to look at, nothing is noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count as numbers
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import pytest

from common.clock import SystemClock
from common.contracts.matching import PoolDisturbed
from common.messaging.breaker import Breaker
from common.messaging.event import Message
from common.messaging.fates import Patience
from common.messaging.handlers import Handlers
from common.messaging.intake import Intake, NotTakenIn
from common.messaging.kafka import Partition, Record
from common.persistence.unit_of_work import UnitOfWork
from testing.ledger.book import count, outgoing

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope

GROUP: Final = "matching"
OFFSETS: Final = numbers()


class Lookout:
    """Looks up at every signal, and falls over at one of a version."""

    def __init__(self, *, falls_at: int | None = None) -> None:
        self.seen: list[tuple[str, int]] = []
        self.handlers = Handlers()

        @self.handlers.on(PoolDisturbed)
        async def look(envelope: Envelope[PoolDisturbed], _: AsyncSession) -> None:
            if envelope.version == falls_at:
                raise LookupError
            self.seen.append((envelope.subject, envelope.version))


def intake(engine: AsyncEngine, handlers: Handlers) -> Intake:
    return Intake(GROUP, handlers, UnitOfWork(engine), SystemClock(), Patience())


def signal(pool: UUID, version: int) -> Record:
    now = datetime.now(UTC)
    written = outgoing(
        Message(
            event=PoolDisturbed(pool_id=pool, disturbed_at=now),
            version=version,
            partition_key=str(pool),
            occurred_at=now,
        )
    )
    return Record(
        partition=Partition(PoolDisturbed.topic(), 0),
        offset=next(OFFSETS),
        cluster_id="one",
        logged_at=now,
        key=written.key,
        value=written.value,
        headers=written.headers,
    )


async def test_a_signal_is_heard_again_and_in_any_order_and_nothing_is_noted(
    engine: AsyncEngine,
) -> None:
    pool, lookout = uuid4(), Lookout()
    late, early = signal(pool, 7), signal(pool, 3)

    taken = await intake(engine, lookout.handlers).take([late, early, late], Breaker())

    assert lookout.seen == [(str(pool), 7), (str(pool), 3), (str(pool), 7)]
    assert (taken.count, taken.has_effects) == (3, True)
    assert [await count(engine, table) for table in ("inbox", "subject_state")] == [0, 0]


async def test_signals_that_nobody_looks_up_at_have_no_effect(engine: AsyncEngine) -> None:
    taken = await intake(engine, Handlers()).take([signal(uuid4(), 1)], Breaker())

    assert (taken.count, taken.has_effects) == (1, False)


async def test_the_signal_at_which_somebody_falls_over_is_named(engine: AsyncEngine) -> None:
    pool, lookout = uuid4(), Lookout(falls_at=2)

    with pytest.raises(NotTakenIn) as failure:
        await intake(engine, lookout.handlers).take(
            [signal(pool, version) for version in (1, 2, 3)], Breaker()
        )

    assert failure.value.place == 1


async def test_what_cannot_be_read_is_held_among_signals_too(engine: AsyncEngine) -> None:
    pool, lookout = uuid4(), Lookout()
    torn = replace(signal(pool, 2), value=b"{")

    taken = await intake(engine, lookout.handlers).take([signal(pool, 1), torn], Breaker())

    assert taken.count == 2
    assert lookout.seen == [(str(pool), 1)]
    assert await count(engine, "held_event") == 1
