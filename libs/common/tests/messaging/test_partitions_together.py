"""What comes in several partitions of a topic is taken in together, and none keeps another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import pytest

from common.clock import SystemClock
from common.contracts.registry import PartyVetted
from common.messaging.breaker import Breaker
from common.messaging.fates import Patience
from common.messaging.handlers import Handlers
from common.messaging.intake import Intake, Taking
from common.messaging.kafka import Partition, Record
from common.messaging.tenure import Tenure
from common.persistence.unit_of_work import UnitOfWork
from testing.ledger.book import TOPIC, effects, message, note_all
from testing.ledger.desk import GROUP, Desk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope, Event
    from common.messaging.intake import Taken

ONE, OTHER, THIRD = uuid4(), uuid4(), uuid4()
PARTITIONS: Final = {
    party: Partition(TOPIC, number) for number, party in enumerate((ONE, OTHER, THIRD))
}


class Book:
    """Writes down what comes, and how much of it came together."""

    def __init__(self) -> None:
        self.together: list[list[str]] = []
        self.broken: set[str] = set()
        self.handlers = Handlers()
        self.may_go = asyncio.Event()
        self.may_go.set()
        self.is_going = asyncio.Event()

        @self.handlers.on(PartyVetted)
        async def look(envelope: Envelope[PartyVetted], _: AsyncSession) -> None:
            if envelope.subject in self.broken:
                raise LookupError

        @self.handlers.on_batch(PartyVetted)
        async def write(envelopes: Sequence[Envelope[Event]], session: AsyncSession) -> None:
            self.together.append([each.subject for each in envelopes])
            self.is_going.set()
            await self.may_go.wait()
            await note_all(envelopes, session)


async def ignore(_partition: Partition, _next_offset: int, _taken: Taken) -> None: ...


def tenure_of(engine: AsyncEngine, book: Book) -> Tenure:
    intake = Intake(GROUP, book.handlers, UnitOfWork(engine), SystemClock(), Patience())
    return Tenure(intake, None, ignore, finish_seconds=1.0)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def tenure(engine: AsyncEngine, book: Book) -> Tenure:
    return tenure_of(engine, book)


def taking(engine: AsyncEngine, party: UUID) -> Taking:
    desk = Desk(engine, Handlers(), partition=PARTITIONS[party])
    record: Record = desk.record(message(party, 1))
    return Taking([record], Breaker())


async def written(engine: AsyncEngine) -> set[str]:
    return {effect.subject for effect in await effects(engine)}


async def test_partitions_share_a_transaction(
    engine: AsyncEngine, book: Book, tenure: Tenure
) -> None:
    taken = await asyncio.gather(
        *(tenure.take(taking(engine, party)) for party in (ONE, OTHER, THIRD))
    )

    assert [each.count for each in taken] == [1, 1, 1]
    assert book.together == [[str(ONE), str(OTHER), str(THIRD)]]
    assert await written(engine) == {str(ONE), str(OTHER), str(THIRD)}


async def test_a_partition_that_is_not_accepted_is_left_out(
    engine: AsyncEngine, book: Book, tenure: Tenure
) -> None:
    book.broken.add(str(OTHER))

    taken = await asyncio.gather(
        *(tenure.take(taking(engine, party)) for party in (ONE, OTHER, THIRD)),
        return_exceptions=True,
    )

    assert isinstance(taken[1], Exception)
    assert isinstance(taken[1].__cause__, LookupError)
    assert book.together == [[str(ONE), str(THIRD)]]
    assert await written(engine) == {str(ONE), str(THIRD)}


async def test_who_is_cancelled_leaves_no_handler_running(
    engine: AsyncEngine, book: Book, tenure: Tenure
) -> None:
    book.may_go.clear()
    tasks = [asyncio.create_task(tenure.take(taking(engine, party))) for party in (ONE, OTHER)]
    await book.is_going.wait()
    book.is_going.clear()

    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    await book.is_going.wait()
    book.may_go.set()
    await tasks[1]

    assert book.together == [[str(ONE), str(OTHER)], [str(OTHER)]]
    assert await written(engine) == {str(OTHER)}
