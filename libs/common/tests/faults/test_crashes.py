"""F14: processes die at every step that matters; nothing is lost, and nothing happens twice."""

from __future__ import annotations

import asyncio
import hashlib
import signal
from collections import Counter
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from common.failpoints import Step
from common.messaging import dead_letters
from common.messaging.dead_letters import Selection
from common.messaging.fates import Reason
from common.messaging.topics import topic_named
from common.persistence.migrations import downgrade
from common.persistence.outbox import Outbox
from common.persistence.unit_of_work import UnitOfWork
from testing.api import small_tree
from testing.chance import seeded
from testing.kafka import KafkaForTests, publish
from testing.ledger.book import SERVICE, TOPIC, count, effects, inversions, message, outgoing
from testing.ledger.mortal import start
from testing.mock_cluster.cluster import mock_cluster
from testing.postgres import owner_url
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Generator
    from multiprocessing.process import BaseProcess

TIMES = pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.long)])
DIES_WITHIN_SECONDS = 60.0

OFTEN = (
    *(Step.ROWS_READ, Step.ROWS_SENT, Step.ROWS_MARKED, Step.RECORDS_POLLED, Step.INBOX_TAKEN),
    *(Step.RECORD_SETTLED, Step.BATCH_DONE, Step.BATCH_COMMITTED, Step.OFFSET_COMMITTED),
    *(Step.REQUEST_CLAIMED, Step.REQUEST_DONE, Step.REQUEST_COMMITTED, Step.EVENTS_STAGED),
)


@dataclass
class World:
    """A database, a log, and events that are staged all the time."""

    engine: AsyncEngine
    url: SecretStr
    kafka: KafkaForTests
    chance: Random
    parties: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(8)])
    expected: Counter[tuple[str, int]] = field(default_factory=Counter)
    died: Counter[Step] = field(default_factory=Counter)
    owed: list[UUID] = field(default_factory=list[UUID])
    versions: int = 0

    async def stage(self, *versions: tuple[UUID, int]) -> None:
        """Stage events; who is cancelled meanwhile leaves none that was not counted."""
        await asyncio.shield(asyncio.create_task(self._stage(versions)))

    async def load(self) -> None:
        while True:
            self.versions += 1
            await self.stage(*((party, self.versions) for party in self.parties))
            await asyncio.sleep(0.3)

    async def _stage(self, versions: Collection[tuple[UUID, int]]) -> None:
        async with UnitOfWork(self.engine).transaction() as session:
            await Outbox(SERVICE).stage(session, [message(*version) for version in versions])
        self.expected.update((str(party), version) for party, version in versions)

    async def execute(self, statement: str, **values: object) -> None:
        """Change something, also when somebody has a lock on it for a while."""

        async def done() -> bool:
            with suppress(DBAPIError):
                async with self.engine.begin() as connection:
                    await connection.execute(text(statement), values)
                return True
            return False

        await until(done, what=statement)

    async def replay(self) -> None:
        """Let whatever was given up be tried again."""
        with suppress(DBAPIError):
            await dead_letters.replay(self.engine, Selection())

    async def die(self, role: str, step: Step, *, about: str = "") -> BaseProcess:
        """Start a role that will die at a step."""
        nth = self.chance.randint(1, 4) if step in OFTEN else 1
        print(f"{role} dies at {step}:{nth}")  # noqa: T201
        return start(role, self.url, self.kafka, about=about, dying_at=f"{step}:{nth}")

    async def bury(self, process: BaseProcess, step: Step) -> None:
        """Wait until a process has died, of nothing else."""
        await until(lambda: not process.is_alive(), seconds=DIES_WITHIN_SECONDS, what=step)
        assert process.exitcode == -signal.SIGKILL, f"{step} was passed by"
        self.died[step] += 1

    async def has_everything(self) -> bool:
        with suppress(DBAPIError):
            await dead_letters.discard(self.engine, Selection(reason=Reason.UNREADABLE))
        await self.replay()
        has_effects = await count(self.engine, "effect") >= self.expected.total()
        return has_effects and not await count(self.engine, "held_event", "state <> 'discarded'")

    async def check(self) -> None:
        await until(self.has_everything, seconds=90, what="the effect of everything")
        done = [(effect.subject, effect.version) for effect in await effects(self.engine)]
        assert Counter(done) == self.expected
        assert inversions(done) == 0


@pytest.fixture
def world(engine: AsyncEngine, url: SecretStr) -> Generator[World]:
    # The embedded broker waits for ever for a member that died while its group was settling.
    with mock_cluster() as cluster:
        cluster.create_topics_of(SERVICE)
        # Its brokers let a newcomer to a group wait for all of the session but a second.
        settings = replace(cluster.settings(), kafka_session_seconds=1.5)
        yield World(engine, url, settings, seeded())


@asynccontextmanager
async def alive(world: World, *roles: str) -> AsyncGenerator[None]:
    """Let roles live as long as the block."""
    processes = [start(role, world.url, world.kafka) for role in roles]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


@asynccontextmanager
async def ongoing(work: Awaitable[None]) -> AsyncGenerator[None]:
    """Do something without end as long as the block; its error is the block's."""
    task, body = asyncio.ensure_future(work), asyncio.current_task()
    assert body is not None, "a coroutine runs in a task"
    task.add_done_callback(lambda ended: None if ended.cancelled() else body.cancel())
    try:
        yield
    except asyncio.CancelledError:
        if not task.done():
            raise
        body.uncancel()
    finally:
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled(), task.exception()


RELAYING = (
    *(Step.SLOT_LOCKED, Step.SLOT_UNLOCKED, Step.ROWS_READ, Step.ROWS_SENT, Step.ROWS_MARKED),
    *(Step.ROWS_OF_OTHER_LOG_UNMARKED, Step.ROWS_OF_PARTITION_UNMARKED),
    *(Step.ROWS_CONFIRMED, Step.ROWS_PRUNED),
)
CONSUMING = (
    *(Step.RECORDS_POLLED, Step.INBOX_TAKEN, Step.RECORD_SETTLED, Step.RECORD_HELD),
    *(Step.BATCH_DONE, Step.BATCH_COMMITTED, Step.OFFSET_COMMITTED),
    *(Step.LETTERS_EXPIRED, Step.LETTER_IDENTIFIED, Step.LETTER_TAKEN_IN, Step.LETTER_COMMITTED),
    *(Step.LETTER_JUDGED, Step.INBOX_FORGOTTEN),
)
REQUESTING = (
    *(Step.REQUEST_CLAIMED, Step.EVENTS_STAGED, Step.REQUEST_DONE, Step.REQUEST_COMMITTED),
    *(Step.ADDITIONS_WRITTEN, Step.ADDITIONS_COMMITTED, Step.KEYS_FORGOTTEN),
)
ADDING = {Step.ADDITIONS_WRITTEN, Step.ADDITIONS_COMMITTED}
DECIDING = {"replay": Step.LETTERS_REPLAYED, "discard": Step.LETTERS_DISCARDED}
FETCHING = (Step.AREAS_FETCHED, Step.AREAS_REPLACED)
MIGRATING = (Step.MIGRATION_APPLIED,)


def test_every_step_is_died_at() -> None:
    tried = (*RELAYING, *CONSUMING, *REQUESTING, *DECIDING.values(), *FETCHING, *MIGRATING)

    assert Counter(tried) == Counter(Step)


@TIMES
async def test_f14_a_relay_may_die_at_every_step(times: int, world: World) -> None:
    async with alive(world, "consume"), ongoing(world.load()):
        for step in RELAYING * times:
            await disturb_log(world)
            async with ongoing(disturb_relay(world)):
                await world.bury(await world.die("relay", step), step)
    async with alive(world, "relay", "consume"):
        await world.check()

    assert world.died == Counter(RELAYING * times)


async def disturb_log(world: World) -> None:
    """Let the log seem to be another one, or shorter than it was."""
    for change in ("cluster_id = 'another'", "kafka_offset = kafka_offset + 100000"):
        await world.execute(
            f"""
            update outbox set {change} where id in (
                select id from outbox where sent_at is not null and confirmed_at is null
                order by random() limit 5
            )
            """  # noqa: S608
        )


async def disturb_relay(world: World) -> None:
    """Let rivals come and go, readers read, and time pass."""
    while True:
        await world.execute(
            "insert into relay_member values (gen_random_uuid(), clock_timestamp())"
        )
        await let_all_groups_read(world.kafka)
        await world.execute(
            "update outbox set sent_at = sent_at - interval '4 days' where confirmed_at is not null"
        )
        await asyncio.sleep(0.5)
        await world.execute("delete from relay_member")
        await asyncio.sleep(0.5)


async def let_all_groups_read(kafka: KafkaForTests) -> None:
    places = [TopicPartition(TOPIC, n) for n in range(topic_named(TOPIC).partitions)]
    for group in topic_named(TOPIC).groups:
        reader = AIOKafkaConsumer(
            bootstrap_servers=kafka.kafka_bootstrap, group_id=group, enable_auto_commit=False
        )
        reader.assign(places)
        await reader.start()
        try:
            await reader.commit(dict.fromkeys(places, 1))
        finally:
            await reader.stop()


@TIMES
async def test_f14_a_consumer_may_die_at_every_step(times: int, world: World) -> None:
    async with alive(world, "relay"), ongoing(world.load()):
        for step in CONSUMING * times:
            async with ongoing(disturb_consumer(world)):
                await world.bury(await world.die("consume", step), step)
            await world.execute("delete from account_book")
            while world.owed:
                await world.stage((world.owed.pop(), 1))
    async with alive(world, "relay", "consume"):
        await world.check()

    assert world.died == Counter(CONSUMING * times)


async def disturb_consumer(world: World) -> None:
    """Let come what has to be held: too early, unreadable, or while its handler fails."""
    early, barred = uuid4(), uuid4()
    await world.execute("insert into account_book values (:party, 0)", party=barred)
    world.owed.append(early)
    await world.stage((early, 2))
    await world.stage((barred, 1))
    junk = replace(outgoing(message(uuid4(), 1)), value=b"{", headers=())
    await publish(world.kafka, [junk])
    held = partial(count, world.engine, "held_event", "reason = 'gap'")
    await until(held, seconds=DIES_WITHIN_SECONDS, what="something held")
    await world.execute("update held_event set deadline_at = now() where deadline_at is not null")
    world.owed.remove(early)
    await world.stage((early, 1))
    while True:
        await world.replay()
        await asyncio.sleep(0.2)


@TIMES
async def test_f14_a_request_may_be_cut_off_at_every_step(times: int, world: World) -> None:
    parties = [uuid4() for _ in range(25 * times)]
    about = " ".join(map(str, parties))
    for step in REQUESTING * times:
        role = "add" if step in ADDING else "request"
        await world.bury(await world.die(role, step, about=about), step)
    for _ in range(2):
        finished = start("request", world.url, world.kafka, about=about)
        await until(lambda: finished.exitcode == 0, what="all answers")  # noqa: B023
    world.expected.update((str(party), 1) for party in parties)

    async with alive(world, "relay", "consume"):
        await world.check()

    assert world.died == Counter(REQUESTING * times)


@TIMES
async def test_f14_a_decision_about_dead_letters_is_made_whole_or_not(
    times: int, world: World
) -> None:
    junk = replace(outgoing(message(uuid4(), 1)), value=b"{", headers=())
    await publish(world.kafka, [junk, junk])
    async with alive(world, "consume"):
        dead = partial(count, world.engine, "held_event", "state = 'dead'")
        await until(partial(is_two, dead), what="two dead letters")
    for decision, step in [*DECIDING.items()] * times:
        await world.bury(await world.die("decide", step, about=decision), step)
        assert await dead() == 2

    assert world.died == Counter([*DECIDING.values()] * times)


async def is_two(look: Callable[[], Awaitable[int]]) -> bool:
    return await look() == 2


@TIMES
async def test_f14_a_list_of_areas_is_taken_over_whole_or_not(times: int, world: World) -> None:
    content = "".join(line.model_dump_json() + "\n" for line in small_tree())
    digest, lines = hashlib.sha256(content.encode()).hexdigest(), len(small_tree())
    await world.execute(
        """
        insert into area_list (list_id, scheme, edition, count, sha256, path, announced_at)
        values (:id, 'nbs', '2026-01-01', :count, :digest, '/list', now())
        """,
        id=uuid4(),
        count=lines,
        digest=digest,
    )
    for step in FETCHING * times:
        await world.bury(await world.die("fetch-areas", step, about=content), step)
        assert await count(world.engine, "area") == 0
    finished = start("fetch-areas", world.url, world.kafka, about=content)
    await until(lambda: finished.exitcode == 0, what="the list")

    assert await count(world.engine, "area") == lines
    assert world.died == Counter(FETCHING * times)


@TIMES
async def test_f14_a_migration_is_applied_whole_or_not(times: int, world: World) -> None:
    owner = owner_url(world.url)
    about = owner.get_secret_value()
    for step in MIGRATING * times:
        await downgrade("testing.ledger", owner, "base")
        await world.bury(await world.die("migrate", step, about=about), step)
        assert await count(world.engine, "pg_class", "relname = 'outbox'") == 0
        finished = start("migrate", world.url, world.kafka, about=about)
        await until(lambda: finished.exitcode == 0, what="the tables")  # noqa: B023
        assert await count(world.engine, "pg_class", "relname = 'outbox'") == 1

    assert world.died == Counter(MIGRATING * times)
