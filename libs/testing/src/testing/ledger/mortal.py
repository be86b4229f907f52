"""What of the ledger may die at a named step: each role in a process that is quickly made."""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

import httpx
from pydantic import SecretStr
from sqlalchemy import text
from starlette.responses import Response

from common.area_lists import AreaFetcher
from common.clearance import cleared, system
from common.clock import SystemClock
from common.contracts.registry import PartyVetted
from common.http.idempotency import Claim, IdempotentRequests, forget_old_keys
from common.messaging import dead_letters
from common.messaging.consumer import Consumer, Handlers
from common.messaging.consumer import Pace as ConsumerPace
from common.messaging.dead_letters import Selection
from common.messaging.fates import Patience
from common.persistence.additions import noted
from common.persistence.engine import create_engine
from common.persistence.migrations import migrate
from common.persistence.outbox import Outbox
from common.persistence.relay import Pace, Relay
from common.persistence.unit_of_work import UnitOfWork
from testing.crashing import die_at
from testing.kafka import KafkaForTests
from testing.ledger.book import SERVICE, message, note

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from multiprocessing.process import BaseProcess

    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope

GROUP: Final = "ledger"
RELAY: Final = Pace(
    poll=0.2, rest=0.2, share=0.2, compare=0.2, ends=0.3, confirm=0.2, prune=0.2, deadline=4.0
)
CONSUMER: Final = ConsumerPace(watch=0.5, sweep=0.1, prune=0.1, finish=2.0)
PATIENCE: Final = Patience(first_retry=0.05, longest_retry=0.2, attempts=1_000)

Role: TypeAlias = Callable[[SecretStr, KafkaForTests, str], Awaitable[None]]
"""Does its work in a database and a log; the text says more."""


def start(
    role: str, url: SecretStr, kafka: KafkaForTests, *, about: str = "", dying_at: str = ""
) -> BaseProcess:
    """Start a role; it is killed when it has done a step, if one is named."""
    makers = multiprocessing.get_context("forkserver")
    # Imported once, so that every process after the first begins at once.
    makers.set_forkserver_preload(["__main__", __name__])
    arguments = (role, url.get_secret_value(), kafka, about, dying_at)
    made = makers.Process(target=_live, args=arguments, daemon=True)
    made.start()
    return made


def _live(role: str, url: str, kafka: KafkaForTests, about: str, dying_at: str) -> None:
    # However the tests end, nothing of them stays.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    if dying_at:
        die_at(dying_at)
    with cleared(system("a test")):
        asyncio.run(_as_coroutine(_ROLES[role](SecretStr(url), kafka, about)))


async def _as_coroutine(work: Awaitable[None]) -> None:
    await work


async def _relay(url: SecretStr, kafka: KafkaForTests, _about: str) -> None:
    await Relay(SERVICE, url, kafka, RELAY).run(_until_terminated())


async def _consume(url: SecretStr, kafka: KafkaForTests, _about: str) -> None:
    handlers = Handlers()

    @handlers.on(PartyVetted)
    async def note_unless_barred(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        await note(envelope, session)
        connection = await session.connection()
        barred = await connection.execute(_IS_BARRED, {"party": UUID(envelope.subject)})
        if barred.first():
            raise ZeroDivisionError

    async with _engine(url) as engine:
        consumer = Consumer(GROUP, handlers, engine, kafka, patience=PATIENCE, pace=CONSUMER)
        await consumer.run(_until_terminated())


async def _request(
    url: SecretStr, _kafka: KafkaForTests, about: str, *, only_adds: bool = False
) -> None:
    """Carry out requests, one for each party that is named, and forget those of long ago."""
    async with _engine(url) as engine:
        unit_of_work = UnitOfWork(engine)
        requests = IdempotentRequests(unit_of_work)

        async def answer(party: UUID) -> Response:
            if (additions := noted()) is not None:
                additions.append(Outbox(SERVICE).addition([message(party, 1)]))
            else:
                async with unit_of_work.transaction() as session:
                    await Outbox(SERVICE).stage(session, [message(party, 1)])
            return Response(str(party), 201)

        for party in map(UUID, about.split()):
            claim = Claim(sub="somebody", key=str(party), fingerprint=party.bytes)
            answered = await requests.once(claim, partial(answer, party), only_adds=only_adds)
            assert bytes(answered.body) == str(party).encode()
            async with unit_of_work.transaction() as session:
                await forget_old_keys(session)


async def _decide(url: SecretStr, _kafka: KafkaForTests, about: str) -> None:
    decision = {"replay": dead_letters.replay, "discard": dead_letters.discard}[about]
    async with _engine(url) as engine:
        await decision(engine, Selection())


async def _fetch_areas(url: SecretStr, _kafka: KafkaForTests, about: str) -> None:
    """Take over the announced list, which is what the text holds."""
    published = httpx.MockTransport(lambda _: httpx.Response(200, content=about.encode()))
    async with _engine(url) as engine:
        fetcher = AreaFetcher(
            UnitOfWork(engine), SystemClock(), "http://registry.test", transport=published
        )
        assert await fetcher.take_over_announced()


async def _migrate(_url: SecretStr, _kafka: KafkaForTests, about: str) -> None:
    """Migrate as the owner, whose address is what the text holds."""
    await migrate("testing.ledger", SecretStr(about))


def _until_terminated() -> asyncio.Event:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    return stop


@asynccontextmanager
async def _engine(url: SecretStr) -> AsyncGenerator[AsyncEngine]:
    engine = create_engine(url, pool=4, application_name="ledger")
    try:
        yield engine
    finally:
        await engine.dispose()


_IS_BARRED: Final[Any] = text("select 1 from account_book where account = :party")
_ROLES: Final[Mapping[str, Role]] = {
    "relay": _relay,
    "consume": _consume,
    "request": _request,
    "add": partial(_request, only_adds=True),
    "decide": _decide,
    "fetch-areas": _fetch_areas,
    "migrate": _migrate,
}
