"""Waves of asks on a real database: the first yes counts, and a new process knows the turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from matching_builders import a_line, named
from matching_desk import EVERYWHERE, Desk

from common.vocabulary import MatchState
from matching.app.answer_match import DeclineMatch
from matching.domain.local_policies import LocalPolicies
from matching.domain.match import DeclineReason
from matching.domain.policy import POLICY, Asking, Policy

if TYPE_CHECKING:
    from matching.domain.identity import NeedId
    from matching.domain.match import Match

NAMES = ("a", "b", "c", "d")


class OnePolicy:
    """Policies of which the same one holds everywhere."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    async def within_pool(self, *_: object, **__: object) -> LocalPolicies:
        return LocalPolicies(self.policy)


def in_waves(desk: Desk, size: int) -> Desk:
    plan_pool = desk.app.plan_pool
    assert isinstance(plan_pool, partial)
    policies = OnePolicy(replace(POLICY, asking=Asking(wave=size)))
    ruled = partial(plan_pool.func, **{**plan_pool.keywords, "policies": policies})
    return replace(desk, app=replace(desk.app, plan_pool=ruled))


async def a_wave(desk: Desk, name: str = "need") -> NeedId:
    need_id = await desk.need(name, a_line(f"{name} line", quantity=1))
    await desk.plan()
    await desk.approve(need_id)
    desk.clock.at += timedelta(seconds=1)
    await desk.app.mark_pool((await desk.matches(need_id))[0].need.site.pool_id)
    await desk.plan()
    return need_id


async def asked(desk: Desk, need_id: NeedId) -> list[Match]:
    found = [seen.match for seen in await desk.matches(need_id)]
    return sorted((m for m in found if m.state is MatchState.ASKED), key=lambda match: match.id)


async def test_the_first_yes_counts_and_the_others_are_told_at_once(desk: Desk) -> None:
    desk = in_waves(desk, 3)
    for name in NAMES:
        await desk.offer(name, party=name)
    need_id = await a_wave(desk)

    wave = await asked(desk, need_id)
    await desk.accept(wave[1])

    assert len({match.pairing.party_id for match in wave}) == 3
    states = await desk.states(need_id)
    assert states == [MatchState.ACCEPTED, MatchState.SUPERSEDED, MatchState.SUPERSEDED]
    (held,) = await desk.rows("select sum(held) as held from offer")
    assert held.held == 1
    await desk.plan()
    assert await desk.states(need_id) == states


async def test_one_no_leaves_the_others_of_the_wave_to_answer(desk: Desk) -> None:
    desk = in_waves(desk, 2)
    for name in NAMES:
        await desk.offer(name, party=name)
    need_id = await a_wave(desk)
    first, second = await asked(desk, need_id)

    await desk.app.decline_match(
        DeclineMatch(match_id=first.id, reason=DeclineReason.NO_TIME), EVERYWHERE
    )
    await desk.plan()

    assert [match.id for match in await asked(desk, need_id)] == [second.id]


async def test_a_new_process_asks_whoever_was_asked_longest_ago(desk: Desk) -> None:
    for name in NAMES:
        await desk.offer(name, party=name)
    chosen, others = [], []
    for number in range(4):
        ruled = in_waves(desk.another_process(), 2)
        first, second = await asked(ruled, await a_wave(ruled, f"need {number}"))
        choice, other = sorted((first, second), key=lambda match: str(match.asked_at))
        chosen.append(choice.pairing.party_id)
        others.append(other.pairing.party_id)
        await ruled.accept(choice)
        desk.clock.at += timedelta(hours=1)

    in_turn = sorted({named(name) for name in NAMES} - {chosen[0]})
    assert chosen == [chosen[0]] * 4
    assert others == [*in_turn, in_turn[0]]
