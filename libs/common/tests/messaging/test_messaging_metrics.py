"""The metrics of the ways out and in move for the right reason."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

from common.contracts.registry import PartyVetted
from common.errors import Conflict
from common.messaging import dead_letters
from common.messaging.breaker import MOST_IN_A_ROW
from common.messaging.consumer import Consumer
from common.messaging.dead_letters import Selection
from common.messaging.handlers import Handlers
from common.persistence.outbox import Outbox
from common.persistence.relay import Pace, Relay
from common.persistence.unit_of_work import UnitOfWork
from testing.kafka import publish
from testing.ledger.book import SERVICE, TOPIC, message, note, noting, outgoing
from testing.ledger.desk import GROUP, Desk
from testing.samples import movement, sample
from testing.waiting import running, until

if TYPE_CHECKING:
    from uuid import UUID

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope
    from testing.kafka import KafkaForTests
    from wushe.components.broker import BrokerServer

QUICK = Pace(poll=0.1, rest=0.1, share=0.1, compare=0.2, ends=0.3, measure=0.1)
OF_TOPIC = {"group": GROUP, "topic": TOPIC}
CONSUMED = "messaging_client_consumed_messages_total"
TIMED = "messaging_process_duration_seconds_count"


class PartyGone(Conflict, code="party-gone-for-good"):
    """The party is gone."""


def refusing(*, once: bool = False) -> Handlers:
    """Handlers that refuse every fact about parties, or only the first."""
    handlers = Handlers()
    refused: list[UUID] = []

    @handlers.on(PartyVetted)
    async def refuse(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        if not (once and refused):
            refused.append(envelope.id)
            raise PartyGone
        await note(envelope, session)

    return handlers


async def stage(engine: AsyncEngine, number: int) -> None:
    async with UnitOfWork(engine).transaction() as session:
        await Outbox(SERVICE).stage(session, [message(uuid4(), 1) for _ in range(number)])


async def test_what_comes_is_counted_once_and_what_comes_again_as_a_duplicate(
    engine: AsyncEngine,
) -> None:
    desk = await Desk(engine, noting()).open()
    consumed, timed = movement(CONSUMED, **OF_TOPIC), movement(TIMED, **OF_TOPIC)
    again = movement("inbox_duplicates_total", **OF_TOPIC)
    record = desk.record(message(uuid4(), 1))

    await desk.take(record, desk.record(message(uuid4(), 1)))
    first = (consumed(), timed(), again())
    await desk.take(record)

    assert first == (2, 1, 0)
    assert (consumed(), timed(), again()) == (3, 2, 1)


async def test_a_dead_letter_is_counted_until_somebody_has_decided(engine: AsyncEngine) -> None:
    desk = await Desk(engine, refusing(once=True)).open()

    await desk.take(message(uuid4(), 1))
    await desk.sweep()
    dead = sample("dlq_messages", **OF_TOPIC)
    await dead_letters.replay(engine, Selection())
    await desk.sweep(times=2)

    assert (dead, sample("dlq_messages", **OF_TOPIC)) == (1, 0)


async def test_what_waits_for_its_predecessor_is_held_until_it_comes(engine: AsyncEngine) -> None:
    desk = await Desk(engine, noting()).open()
    party = uuid4()

    await desk.take(message(party, 2))
    await desk.sweep()
    waiting = sample("held_messages", group=GROUP)
    await desk.take(message(party, 1))
    await desk.sweep(times=2)

    assert (waiting, sample("held_messages", group=GROUP)) == (1, 0)


async def test_a_breaker_is_open_while_its_partition_is_held_back(engine: AsyncEngine) -> None:
    desk = await Desk(engine, refusing()).open()
    where = {**OF_TOPIC, "partition": "0"}
    bad = [desk.record(message(uuid4(), 1)) for _ in range(MOST_IN_A_ROW + 2)]

    taking = asyncio.create_task(desk.take(*bad))
    await until(lambda: sample("consumer_breaker_open", **where) == 1, what="the open breaker")
    desk.leave()
    await taking

    assert sample("consumer_breaker_open", **where) == 0


async def test_what_nobody_has_taken_in_yet_is_lag(
    engine: AsyncEngine, kafka: KafkaForTests
) -> None:
    may_go_on, handlers = asyncio.Event(), Handlers()
    rebalances = movement("kafka_consumer_rebalances_total", group=GROUP)

    @handlers.on(PartyVetted)
    async def wait(_envelope: Envelope[PartyVetted], _session: AsyncSession) -> None:
        await may_go_on.wait()

    def lag() -> float:
        return sum(
            sample("kafka_consumer_lag", **OF_TOPIC, partition=str(number)) for number in range(6)
        )

    async with running(Consumer(GROUP, handlers, engine, kafka).run):
        await until(lambda: rebalances() > 0, what="partitions")
        party = uuid4()
        await publish(kafka, [outgoing(message(party, version)) for version in range(1, 6)])
        await until(lambda: lag() == 5, what="a lag of five")
        may_go_on.set()
        await until(lambda: lag() == 0, what="no lag")


async def test_the_outbox_says_how_much_waits_for_how_long_and_what_went(
    engine: AsyncEngine, url: SecretStr, kafka: KafkaForTests, broker: BrokerServer
) -> None:
    of_service = {"service": SERVICE}
    sent = movement("outbox_sent_total", **of_service)
    lost = movement("outbox_lost_total", **of_service)
    async with running(Relay(SERVICE, url, kafka, QUICK).run):
        await stage(engine, 2)
        await until(lambda: sent() == 2, what="two events sent")
        broker.stop()
        await stage(engine, 3)
        await until(lambda: sample("outbox_pending", **of_service) == 3, what="three pending")
        await until(lambda: sample("outbox_oldest_seconds", **of_service) > 0.5, what="some age")
        broker.start()
        await until(lambda: lost() == 2, what="two events that the new log does not hold")
        await until(lambda: sample("outbox_pending", **of_service) == 0, what="nothing pending")

    assert sent() == 7
