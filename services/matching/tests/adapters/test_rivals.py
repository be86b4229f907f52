"""Many at once: of rivals one wins, the other is told, and nothing is given twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import NOW, a_line, named
from matching_desk import ANSHAN, DALIAN, EVERYWHERE, Desk

from common.errors import Conflict
from common.places import AreaRef
from common.vocabulary import AreaScheme, MatchState
from matching.app.answer_match import AcceptMatch, DeclineMatch
from matching.app.decide_plan import ApprovePlan
from matching.app.plan_pool import Planning
from matching.app.planning_ports import Epoch, EpochOver, PlanOutdated
from matching.app.withdraw_offer import WithdrawOffer
from matching.bootstrap import build_application
from matching.domain.errors import (
    LineAlreadyFilled,
    MatchAlreadyDecided,
    OfferExhausted,
    OfferNoLongerStands,
    PartyMayNotServe,
)
from matching.domain.identity import LineId
from matching.domain.match import DeclineReason, Match

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


ANSHAN_STREET = AreaRef(AreaScheme.NBS, "210302001")


async def outcomes(*attempts: object) -> list[object]:
    return list(await asyncio.gather(*attempts, return_exceptions=True))  # type: ignore[call-overload]


async def test_of_two_rival_answers_one_wins_and_the_other_is_told(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())

    told = await outcomes(
        desk.app.accept_match(AcceptMatch(match_id=asked.id), EVERYWHERE),
        desk.app.decline_match(
            DeclineMatch(match_id=asked.id, reason=DeclineReason.NO_TIME), EVERYWHERE
        ),
    )

    refused = [each for each in told if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [MatchAlreadyDecided]
    (decided,) = await desk.matches()
    assert decided.match.version == asked.version + 1


async def test_a_second_yes_is_told_that_there_is_one(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())

    told = await outcomes(*(desk.accept(asked) for _ in range(5)))

    assert sum(isinstance(each, Match) for each in told) == 1
    assert sum(isinstance(each, MatchAlreadyDecided) for each in told) == 4


async def test_twenty_acceptances_at_once_never_hold_more_than_there_is(desk: Desk) -> None:
    offer = await desk.offer(capacity=200)
    needs = [await desk.need(f"need {n}") for n in range(20)]
    await desk.plan()
    for need_id in needs:
        await desk.approve(need_id)
    asked = [seen.match for seen in await desk.matches()]
    # Meanwhile somebody else took all but seven of the places.
    await desk.rows("update offer set capacity = 70 where id = :id returning id", id=offer.id)

    told = await outcomes(*(desk.accept(match) for match in asked))

    assert sum(isinstance(each, Match) for each in told) == 7
    assert sum(isinstance(each, OfferExhausted) for each in told) == 13
    assert (await desk.find_offer(offer)).held == 70
    assert (await desk.states()).count(MatchState.ACCEPTED) == 7


async def test_the_database_itself_lets_one_match_hold_a_line(desk: Desk) -> None:
    await desk.offer("a", party="a")
    await desk.offer("b", party="b")
    need_id = await desk.need()
    (asked,) = await desk.asked(need_id)
    await desk.accept(asked)
    rival = await _asked_beside(desk, asked)

    with pytest.raises(LineAlreadyFilled):
        await desk.accept(rival)


async def test_a_yes_supersedes_the_others_who_were_asked(desk: Desk) -> None:
    await desk.offer("a", party="a")
    await desk.offer("b", party="b")
    need_id = await desk.need()
    (asked,) = await desk.asked(need_id)
    await _asked_beside(desk, asked)

    await desk.accept(asked)

    assert await desk.states(need_id) == [MatchState.ACCEPTED, MatchState.SUPERSEDED]


async def test_nothing_is_accepted_on_an_offer_that_stands_no_longer(desk: Desk) -> None:
    offer = await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    desk.clock.at = offer.supply.valid_until

    with pytest.raises(OfferNoLongerStands):
        await desk.accept(asked)

    desk.clock.at = NOW
    await desk.app.withdraw_offer(WithdrawOffer(offer_id=offer.id), EVERYWHERE)
    with pytest.raises(MatchAlreadyDecided):
        await desk.accept(asked)


async def test_a_party_that_was_suspended_after_it_was_asked_cannot_accept(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    await desk.party(suspended_on=NOW.date())

    with pytest.raises(PartyMayNotServe):
        await desk.accept(asked)


async def test_a_zombie_owner_s_plan_is_not_written(desk: Desk) -> None:
    await desk.offer()
    need_id = await desk.need()
    zombie = await desk.own()
    await desk.another_process().own()

    with pytest.raises(EpochOver):
        await desk.app.plan_pool(DALIAN, zombie)

    assert await desk.matches() == []
    assert (await desk.find_plan(need_id)).version == 0
    assert await desk.is_dirty()


async def test_an_epoch_of_a_partition_that_nobody_owned_counts_for_nothing(desk: Desk) -> None:
    await desk.need()

    with pytest.raises(EpochOver):
        await desk.app.plan_pool(DALIAN, Epoch(desk.app.partition_of(DALIAN), 1))


async def test_a_new_epoch_waits_for_a_plan_that_is_being_written(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    epoch = await desk.own()

    await outcomes(desk.app.plan_pool(DALIAN, epoch), desk.another_process().own())

    # Whichever came first: what stands is of one plan, and the next owner plans on.
    await desk.plan()
    assert await desk.states() == [MatchState.PROPOSED]


class Meddling:
    """Plans before whose writing somebody decides something."""

    def __init__(
        self, decision: Callable[[], Coroutine[Any, Any, object]], *, times: int = 1
    ) -> None:
        self.decision, self.times = decision, times
        self.plans: Any = None

    def __getattr__(self, name: str) -> object:
        return getattr(self.plans, name)

    async def write(self, *drafted: object, **more: object) -> object:
        self.times -= 1
        if self.times >= 0:
            await self.decision()
        return await self.plans.write(*drafted, **more)


def while_planning(desk: Desk, meddling: Meddling) -> Desk:
    bound = build_application(desk.frame, desk.settings)
    plan_pool = bound.plan_pool
    assert isinstance(plan_pool, partial)
    meddling.plans = plan_pool.keywords["plans"]
    meddled = partial(plan_pool.func, **{**plan_pool.keywords, "plans": meddling})
    return replace(desk, app=replace(bound, plan_pool=meddled))


async def test_plans_that_are_written_together_fail_each_for_itself(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    await desk.need("elsewhere", pool_id=ANSHAN, area=ANSHAN_STREET)
    zombie = await desk.own()
    owner = await desk.own(ANSHAN)
    await desk.another_process().own()

    at_once = while_planning(desk, Meddling(asyncio.Barrier(2).wait, times=2)).app

    over, planned = await outcomes(
        at_once.plan_pool(DALIAN, zombie), at_once.plan_pool(ANSHAN, owner)
    )

    assert isinstance(over, EpochOver)
    assert isinstance(planned, Planning)
    versions = await desk.rows("select pool_id, plan_version from need order by plan_version")
    assert [(row.pool_id, row.plan_version) for row in versions] == [(DALIAN, 0), (ANSHAN, 1)]


async def test_an_approval_during_planning_is_not_overlooked(desk: Desk) -> None:
    await desk.offer()
    need_id = await desk.need()
    meddling = Meddling(lambda: desk.approve(need_id))

    planning = await while_planning(desk, meddling).plan()

    assert planning.attempts == 2
    assert await desk.states(need_id) == [MatchState.ASKED]


async def test_capacity_taken_during_planning_is_planned_around(desk: Desk) -> None:
    offer = await desk.offer(capacity=10)
    first = await desk.need("first")
    (asked,) = await desk.asked(first)
    second = await desk.need("second", urgency=1)
    await desk.rows("update offer set capacity = 15 where id = :id returning id", id=offer.id)
    meddling = Meddling(lambda: desk.accept(asked))

    await while_planning(desk, meddling).plan()

    assert await desk.states(first) == [MatchState.ACCEPTED]
    assert await desk.states(second) == []
    assert (await desk.find_offer(offer)).held == 10


async def test_a_plan_that_people_overtake_again_and_again_is_left_for_later(desk: Desk) -> None:
    await desk.offer()
    need_id = await desk.need()
    line = LineId(named("need line"))
    decide = ApprovePlan(need_id=need_id, line_ids=frozenset({line}))
    meddling = Meddling(lambda: desk.app.approve_plan(decide, EVERYWHERE), times=99)

    with pytest.raises(PlanOutdated):
        await while_planning(desk, meddling).plan()

    assert await desk.is_dirty()


async def test_what_happens_to_others_during_planning_leaves_the_pool_marked(desk: Desk) -> None:
    await desk.offer()
    need_id = await desk.need()
    meddling = Meddling(lambda: desk.need("late", a_line("late line")))

    planning = await while_planning(desk, meddling).plan()

    assert planning.attempts == 1
    assert await desk.states(need_id) == [MatchState.PROPOSED]
    assert await desk.is_dirty()


async def _asked_beside(desk: Desk, asked: Match) -> Match:
    """Ask another party about the same line, as a wave of asks would."""
    rival = named("rival")
    other = named("b") if asked.pairing.offer_id == named("a") else named("a")
    await desk.rows(
        """
        insert into match
        select :rival, 2, need_id, line_id, :other, :other, pool_id, society, kind, service,
            quantity, unit, value, points, metres, plan_sequence, policy_version, engine_version,
            'asked', proposed_at, proposed_at, null, null, null, 0
        from match where id = :id returning id
        """,
        rival=rival,
        other=other,
        id=asked.id,
    )
    (found,) = [seen.match for seen in await desk.matches() if seen.match.id == rival]
    return found


def test_every_refusal_of_a_rival_is_a_conflict() -> None:
    assert all(
        issubclass(error, Conflict)
        for error in (LineAlreadyFilled, MatchAlreadyDecided, OfferExhausted)
    )
