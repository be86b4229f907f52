"""Two processes plan, their partitions move, they are killed at random; people decide meanwhile.

Whatever happens, no offer is given beyond what it has and no line twice; and when all is quiet,
what stands is worth as much as the best plan that can be made of it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, Final

import pytest
from matching_builders import a_line, metres_north
from matching_desk import DALIAN, EVERYWHERE, Desk
from planning_process import plan

from common.errors import DomainError
from common.outages import is_outage
from common.vocabulary import Unit
from matching.adapters.postgres.plans import PostgresPlans
from matching.app.answer_match import AcceptMatch, DeclineMatch
from matching.app.follow_needs import CountService
from matching.app.withdraw_offer import WithdrawOffer
from matching.domain.identity import LineId, MatchId, NeedId, OfferId
from matching.domain.match import DeclineReason
from matching.domain.policy import POLICY
from matching.domain.pool import Pool
from support.seeds import seeded
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from random import Random
    from uuid import UUID

PAUSE_SECONDS: Final = 0.02
TROUBLE_SECONDS: Final = 1.5


@dataclass(slots=True)
class Planners:
    """Two processes, and which of them was told to plan."""

    url: str
    partition: int
    kills: int = 0
    running: list[tuple[BaseProcess, Connection]] = field(default_factory=list)

    async def start(self) -> None:
        # Forked from a process that has loaded everything, and has no threads.
        context = get_context("forkserver")
        context.set_forkserver_preload(["planning_process"])
        here, there = context.Pipe()
        process = context.Process(target=plan, args=(self.url, there), daemon=True)
        await asyncio.to_thread(process.start)
        self.running.append((process, here))

    async def assign(self, number: int) -> None:
        """Give the partition to one of them; the other hears nothing of it, as a zombie."""
        _, connection = self.running[number]
        connection.send(self.partition)
        has_failed: bool = await asyncio.to_thread(connection.recv)
        assert not has_failed

    async def kill(self, number: int) -> None:
        """End one of them at once, and start another in its place."""
        await self._end(*self.running.pop(number))
        self.kills += 1
        await self.start()

    async def stop(self) -> None:
        for each in self.running:
            await self._end(*each)

    async def _end(self, process: BaseProcess, connection: Connection) -> None:
        process.kill()
        await asyncio.to_thread(process.join)
        process.close()
        connection.close()


@pytest.mark.parametrize("seconds", [30.0, pytest.param(300.0, marks=pytest.mark.long)])
async def test_two_processes_that_are_killed_give_nothing_twice(desk: Desk, seconds: float) -> None:
    random = seeded(f"two processes, {seconds} s")
    url = desk.settings.database_url.get_secret_value()
    planners = Planners(url, desk.app.partition_of(DALIAN))
    people = People(desk, random)
    try:
        for _ in range(2):
            await planners.start()
        await planners.assign(0)
        await asyncio.gather(people.decide(seconds), trouble(planners, random, seconds))
        await planners.assign(len(planners.running) - 1)
        await until(lambda: _is_quiet(desk), seconds=60)
    finally:
        await planners.stop()

    assert planners.kills > 0
    assert people.done["need"] > seconds
    assert people.done["accept"] > 0
    assert await _given_twice(desk) == []
    assert await _given_too_much(desk) == []
    assert await _asked_for_nothing(desk) == []
    await _check_worth(desk)


async def trouble(planners: Planners, random: Random, seconds: float) -> None:
    """Move the partition and kill processes, owners and others."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(random.uniform(0.1, TROUBLE_SECONDS))
        if random.random() < 0.5:
            await planners.kill(random.randrange(2))
        await planners.assign(random.randrange(2))


class People:
    """Everybody who decides something, one after the other, without waiting for any plan."""

    def __init__(self, desk: Desk, random: Random) -> None:
        self.desk, self.random = desk, random
        self.done: dict[str, int] = {}

    async def decide(self, seconds: float) -> None:
        choices: list[tuple[str, int, Callable[[], Awaitable[Any]]]] = [
            ("need", 8, self.need),
            ("offer", 3, self.offer),
            ("approve", 8, self.approve),
            ("accept", 4, self.accept),
            ("decline", 2, self.decline),
            ("serve", 2, self.serve),
            ("end", 2, self.end),
            ("withdraw", 1, self.withdraw),
        ]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            (chosen,) = self.random.choices(choices, [weight for _, weight, _ in choices])
            name, _, act = chosen
            with suppress(DomainError, IndexError), _told_to_come_again():
                await act()
                self.done[name] = self.done.get(name, 0) + 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def need(self) -> None:
        number = self.done.get("need", 0)
        lines = [
            a_line(f"line {number} {n}", quantity=self.random.choice([1, 1, 1, 1, 2]))
            for n in range(self.random.randint(1, 2))
        ]
        place = metres_north(self.random.uniform(0, 6_000))
        urgency = self.random.randint(1, 4)
        await self.desk.need(f"need {number}", *lines, point=place, urgency=urgency)

    async def offer(self) -> None:
        number = self.done.get("offer", 0)
        await self.desk.offer(
            f"offer {number}",
            party=f"party {self.random.randrange(20)}",
            metres=self.random.uniform(0, 6_000),
            capacity=self.random.randint(2, 8),
        )

    async def approve(self) -> None:
        await self.desk.approve(NeedId(await self.one("select id from need where state = 'open'")))

    async def accept(self) -> None:
        match_id = MatchId(await self.one("select id from match where state = 'asked'"))
        await self.desk.app.accept_match(AcceptMatch(match_id=match_id), EVERYWHERE)

    async def decline(self) -> None:
        match_id = MatchId(await self.one("select id from match where state = 'asked'"))
        decline = DeclineMatch(match_id=match_id, reason=DeclineReason.NO_TIME)
        await self.desk.app.decline_match(decline, EVERYWHERE)

    async def serve(self) -> None:
        match_id = MatchId(await self.one("select id from match where state = 'accepted'"))
        given = CountService(match_id=match_id, quantity=1, unit=Unit.PERSON_TIME)
        await self.desk.app.count_service(given)

    async def end(self) -> None:
        await self.desk.app.end_need(
            NeedId(await self.one("select id from need where state = 'open'"))
        )

    async def withdraw(self) -> None:
        offer_id = OfferId(await self.one("select id from offer where withdrawn_at is null"))
        await self.desk.app.withdraw_offer(WithdrawOffer(offer_id=offer_id), EVERYWHERE)

    async def one(self, ids: str) -> UUID:
        """Return one of these ids, or raise ``IndexError``."""
        found = await self.desk.rows(f"{ids} order by id")
        chosen: UUID = found[self.random.randrange(len(found)) if found else 0].id
        return chosen


@contextmanager
def _told_to_come_again() -> Generator[None]:
    """Be content with what is answered with 503, as where somebody else's locks last too long."""
    try:
        yield
    except Exception as error:
        if not is_outage(error):
            raise


async def _is_quiet(desk: Desk) -> bool:
    with _told_to_come_again():
        await desk.app.mark_pool(DALIAN)
    await asyncio.sleep(0.3)
    noted = await desk.rows(
        "select 1 from pool_change union all"
        " select 1 from pool where wanted_sequence > planned_sequence"
    )
    return not noted


async def _given_twice(desk: Desk) -> list[Any]:
    return list(
        await desk.rows(
            "select line_id from match where state in ('accepted', 'in_service', 'fulfilled')"
            " group by line_id having count(*) > 1"
        )
    )


async def _given_too_much(desk: Desk) -> list[Any]:
    return list(
        await desk.rows(
            "select offer.id from offer left join match on match.offer_id = offer.id"
            " group by offer.id having offer.held > offer.capacity or offer.held <> coalesce(sum("
            " case when match.state in ('accepted', 'in_service', 'fulfilled') then match.quantity"
            " else least(match.delivered, match.quantity) end), 0)"
        )
    )


async def _asked_for_nothing(desk: Desk) -> list[Any]:
    return list(
        await desk.rows(
            "select match.id from match join need on need.id = match.need_id"
            " where match.state in ('proposed', 'asked') and (need.state = 'ended' or exists ("
            " select from match as held where held.line_id = match.line_id"
            " and held.state in ('accepted', 'in_service', 'fulfilled')))"
        )
    )


async def _check_worth(desk: Desk) -> None:
    """Compare what stands with the best plan of the same, made from nothing.

    An ask stays open though the plan has thought better of it, so what is asked counts only for
    lines that the best plan serves.
    """
    plans = PostgresPlans(
        desk.frame.unit_of_work, desk.frame.outbox, member=DALIAN, clock=desk.clock
    )
    pool = Pool(DALIAN, POLICY, at=desk.clock.now())
    pool.hear((await plans.standing(DALIAN)).as_news(), at=desk.clock.now())
    planned = await desk.rows(
        "select need_line.id, match.offer_id, match.state from need_line"
        " join match on match.id = need_line.planned_match_id"
        " join need on need.id = need_line.need_id"
        " where match.state in ('proposed', 'asked') and need.state = 'open'"
    )
    chosen = [
        (LineId(row.id), OfferId(row.offer_id))
        for row in planned
        if row.state == "proposed" or pool.offer_for(LineId(row.id)) is not None
    ]
    worths = pool.worths(chosen)

    proof = pool.proof()
    assert len(chosen) > 0
    unproved = proof.reserved_bound - proof.reserved_value
    assert proof.bound - proof.value == unproved
    assert sum(worth.total for worth in worths.values()) >= proof.value - unproved
