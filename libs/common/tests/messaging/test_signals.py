"""Of a topic that only says that there is something to look at, nothing is noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count as numbers
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text

from common.clock import SystemClock
from common.contracts.matching import PoolDisturbed
from common.messaging.breaker import Breaker
from common.messaging.event import Message
from common.messaging.fates import Patience
from common.messaging.handlers import Handlers
from common.messaging.intake import Intake, NotTakenIn, Taking
from common.messaging.kafka import Partition, Record
from common.persistence.unit_of_work import UnitOfWork
from common.together import Spoilt
from testing.ledger.book import count, outgoing
from testing.ledger.desk import Desk
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope

GROUP: Final = "matching"
PARTITION: Final = Partition(PoolDisturbed.topic(), 0)
OFFSETS: Final = numbers()
HELD: Final = text("select version, reason from held_event order by version")


class Lookout:
    """Looks up at every signal, and falls over at those of a version as often as it is said."""

    def __init__(self, *, falls_at: int | None = None, times: int = 1) -> None:
        self.falls_left = times
        self.seen: list[tuple[str, int]] = []
        self.handlers = Handlers()

        @self.handlers.on(PoolDisturbed)
        async def look(envelope: Envelope[PoolDisturbed], _: AsyncSession) -> None:
            if envelope.version == falls_at and self.falls_left:
                self.falls_left -= 1
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
        partition=PARTITION,
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

    (taken,) = await intake(engine, lookout.handlers).take([Taking([late, early, late], Breaker())])

    assert lookout.seen == [(str(pool), 7), (str(pool), 3), (str(pool), 7)]
    assert (taken.count, taken.has_effects) == (3, True)
    assert [await count(engine, table) for table in ("inbox", "subject_state")] == [0, 0]


async def test_signals_that_nobody_looks_up_at_have_no_effect(engine: AsyncEngine) -> None:
    (taken,) = await intake(engine, Handlers()).take([Taking([signal(uuid4(), 1)], Breaker())])

    assert (taken.count, taken.has_effects) == (1, False)


async def test_the_signal_at_which_somebody_falls_over_is_named(engine: AsyncEngine) -> None:
    pool, lookout = uuid4(), Lookout(falls_at=2)

    with pytest.raises(Spoilt) as failure:
        await intake(engine, lookout.handlers).take(
            [Taking([signal(pool, version) for version in (1, 2, 3)], Breaker())]
        )

    assert isinstance(failure.value.__cause__, NotTakenIn)
    assert failure.value.__cause__.place == 1


async def test_what_cannot_be_read_is_held_and_the_signals_beside_it_are_heard(
    engine: AsyncEngine,
) -> None:
    pool, lookout = uuid4(), Lookout()
    torn = replace(signal(pool, 6), value=b"{")

    (taken,) = await intake(engine, lookout.handlers).take(
        [Taking([signal(pool, 7), torn, signal(pool, 5)], Breaker())]
    )

    assert (taken.count, taken.has_effects) == (3, True)
    assert lookout.seen == [(str(pool), 7), (str(pool), 5)]
    assert [(row.version, row.reason) for row in await held(engine)] == [(6, "unreadable")]


async def test_a_signal_at_which_somebody_falls_over_is_tried_again_and_keeps_no_other(
    engine: AsyncEngine,
) -> None:
    pool, lookout = uuid4(), Lookout(falls_at=5)
    desk = await Desk(engine, lookout.handlers, group=GROUP, partition=PARTITION).open()

    await desk.take(signal(pool, 4), signal(pool, 5), signal(pool, 7))

    # The first is heard again: the transaction in which it came first was undone.
    assert [version for _, version in lookout.seen] == [4, 4, 7]
    assert [(row.version, row.reason) for row in await held(engine)] == [(5, "defect")]

    await until(partial(is_swept, engine, desk))

    assert [version for _, version in lookout.seen] == [4, 4, 7, 5]


async def is_swept(engine: AsyncEngine, desk: Desk) -> bool:
    await desk.sweep()
    return not await held(engine)


async def held(engine: AsyncEngine) -> Sequence[Row[tuple[int, str]]]:
    async with engine.connect() as connection:
        return (await connection.execute(HELD)).all()
