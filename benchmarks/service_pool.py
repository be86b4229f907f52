"""One pool of the service on a database of its own, with a clock on every part of planning."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import insert, text
from typing_extensions import override

from benchmarks.service_people import POOL, People, Reach, areas
from common.area_lists import replace_areas
from common.clearance import cleared, system
from common.frame import Frame, build_frame
from common.grants import Scope
from common.persistence.migrations import migrate
from common.vocabulary import AreaScheme
from matching.adapters.postgres.plans import PostgresPlans
from matching.adapters.postgres.policies import PostgresPolicies
from matching.adapters.postgres.rows import line_values, need_values, offer_values, party_values
from matching.adapters.postgres.tables import NeedLineRow, NeedRow, OfferRow, PartyRow
from matching.app.application import Application
from matching.app.plan_pool import Planning, PoolsInMemory, plan_pool
from matching.app.schedule_offers import PutCalendar
from matching.bootstrap import build_application
from matching.domain.pool import Pool
from matching.settings import Settings
from wushe.components.postgres import create_databases, running_postgres, user_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from matching.app.planning_ports import Epoch
    from matching.domain.identity import NeedId, PoolId
    from matching.domain.local_policies import LocalPolicies
    from matching.domain.match import Match
    from matching.domain.offer import Offer
    from matching.domain.planning import Draft
    from matching.domain.standing import News, Planned, Standing

DATABASE: Final = "wushe_matching"
EVERYWHERE: Final = Scope(sub="benchmark", is_everywhere=True)
ROWS_AT_ONCE: Final = 1_000
CALENDARS: Final = 0.1
_MS: Final = 1_000.0


@dataclass(slots=True)
class Spent:
    """Milliseconds of one planning: in the kernel, in the database, and all of it.

    ``processor`` is the kernel's as well, without what others took of the machine.
    """

    engine: float = 0.0
    processor: float = 0.0
    database: float = 0.0
    whole: float = 0.0

    @property
    def plan(self) -> float:
        """What is left: to draft what changes, and to go from the event loop and back."""
        return self.whole - self.engine - self.database

    @contextmanager
    def on(self, part: str) -> Generator[None]:
        """Add the time until the end of the block to a part."""
        began = time.perf_counter()
        try:
            yield
        finally:
            setattr(self, part, getattr(self, part) + _MS * (time.perf_counter() - began))

    @contextmanager
    def on_engine(self) -> Generator[None]:
        """Add the time until the end of the block to the kernel's; one thread is all it has."""
        clock = time.thread_time()
        try:
            with self.on("engine"):
                yield
        finally:
            self.processor += _MS * (time.thread_time() - clock)


class TimedPool(Pool):
    """The pool of the service, which notes how long it takes."""

    spent: Spent

    @override
    def hear(self, news: News, *, at: datetime) -> None:
        with self.spent.on_engine():
            super().hear(news, at=at)

    @override
    def wrote(
        self,
        matches: Iterable[Match],
        planned: Mapping[NeedId, Planned],
        *,
        left_out: Any = (),
    ) -> None:
        with self.spent.on_engine():
            super().wrote(matches, planned, left_out=left_out)


class TimedPools(PoolsInMemory):
    """Pools that all note into one place."""

    def __init__(self) -> None:
        super().__init__()
        self.spent = Spent()
        self.pool: TimedPool | None = None

    @override
    def find(
        self, pool_id: PoolId, epoch: Epoch, policies: LocalPolicies, *, at: datetime
    ) -> Pool | None:
        found = super().find(pool_id, epoch, policies, at=at)
        if isinstance(found, TimedPool):
            found.spent = self.spent
        return found

    @override
    def new(self, pool_id: PoolId, policies: LocalPolicies, *, at: datetime) -> Pool:
        self.pool = TimedPool(pool_id, policies.of_pool, at=at)
        self.pool.spent = self.spent
        return self.pool


class TimedPlans(PostgresPlans):
    """Plans in the database, which note how long it takes."""

    spent: Spent

    @override
    async def standing(self, pool_id: PoolId) -> Standing:
        with self.spent.on("database"):
            return await super().standing(pool_id)

    @override
    async def news(self, pool_id: PoolId) -> News:
        with self.spent.on("database"):
            return await super().news(pool_id)

    @override
    async def write(
        self, draft: Draft, epoch: Epoch, *, due_at: datetime, heard: Sequence[int]
    ) -> Draft:
        with self.spent.on("database"):
            return await super().write(draft, epoch, due_at=due_at, heard=heard)


@dataclass(kw_only=True)
class Service:
    """The abilities of matching, and a planner whose every part has a clock."""

    frame: Frame
    app: Application
    plans: TimedPlans
    policies: PostgresPolicies
    people: People
    pools: TimedPools = field(default_factory=TimedPools)

    async def plan(self) -> tuple[Planning, Spent]:
        """Bring the plan up to what has happened, and say what it took."""
        spent = self.plans.spent = self.pools.spent = Spent()
        (epoch,) = await self.plans.own([self.plans.partition_of(POOL)])
        with spent.on("whole"):
            planning = await plan_pool(
                POOL,
                epoch,
                plans=self.plans,
                pools=self.pools,
                policies=self.policies,
                clock=self.frame.clock,
                new_id=self.frame.new_id,
            )
        return planning, spent

    def forget(self) -> None:
        """Know the pool no more, as a process that has just got its partition."""
        self.pools = TimedPools()

    @property
    def pool(self) -> Pool:
        """The pool in memory."""
        assert self.pools.pool is not None
        return self.pools.pool

    async def rows(self, statement: str) -> Sequence[Any]:
        """Ask the database."""
        async with self.frame.unit_of_work.transaction() as session:
            return (await (await session.connection()).execute(text(statement))).all()

    async def settle_in(self, needs: int, offers: int) -> list[Offer]:
        """Let so many needs and offers be there before anything is planned."""
        drawn = [self.people.offer() for _ in range(offers)]
        waiting = [self.people.need() for _ in range(needs)]
        await self._insert(PartyRow, [party_values(party) for _, party in drawn])
        await self._insert(OfferRow, [offer_values(offer) for offer, _ in drawn])
        await self._insert(NeedRow, [need_values(need) for need in waiting])
        await self._insert(NeedLineRow, [row for need in waiting for row in line_values(need)])
        await self.app.mark_pool(POOL)
        by_appointment: list[Offer] = []
        for offer, _ in drawn[: int(offers * CALENDARS)]:
            calendar = self.people.calendar(offer)
            if calendar is not None:
                await self.app.put_calendar(
                    PutCalendar(offer_id=offer.id, calendar=calendar), EVERYWHERE
                )
                by_appointment.append(offer)
        return by_appointment

    async def _insert(self, table: type, rows: Sequence[Mapping[str, Any]]) -> None:
        async with self.frame.unit_of_work.transaction() as session:
            connection = await session.connection()
            for begin in range(0, len(rows), ROWS_AT_ONCE):
                await connection.execute(insert(table), rows[begin : begin + ROWS_AT_ONCE])


@asynccontextmanager
async def serving(directory: Path, *, offers: int) -> AsyncGenerator[Service]:
    """Run a database with the areas of the province, and matching on it, without a log."""
    with running_postgres(directory / "postgres") as address:
        create_databases(address.dsn(), address, [DATABASE])
        url = partial(address.dsn, DATABASE, scheme="postgresql+asyncpg")
        await migrate("matching", SecretStr(url(DATABASE)), for_role=user_of(DATABASE))
        settings = Settings(
            database_url=SecretStr(url(user_of(DATABASE))),
            kafka_bootstrap="localhost:9",
            oidc_issuer="https://issuer.invalid",
            oidc_jwks="nowhere.json",
        )
        frame = build_frame("matching", settings)
        try:
            with cleared(system("benchmark")):
                async with frame.unit_of_work.transaction() as session:
                    await replace_areas(session, AreaScheme.NBS.value, uuid4(), areas())
                yield await _service(frame, settings, offers=offers)
        finally:
            await frame.close()


async def _service(frame: Frame, settings: Settings, *, offers: int) -> Service:
    app = build_application(frame, settings)
    await app.remember_policy()
    return Service(
        frame=frame,
        app=app,
        plans=TimedPlans(
            frame.unit_of_work, frame.outbox, member=frame.new_id(), clock=frame.clock
        ),
        policies=PostgresPolicies(frame.unit_of_work, frame.areas),
        people=People(at=frame.clock.now(), reach=Reach.among(offers)),
    )
