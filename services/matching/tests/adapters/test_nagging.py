"""Steps that stand still, on a real database: who is told, when, and that it is once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from matching_builders import NOW, a_line, named
from matching_desk import DALIAN, EVERYWHERE, Desk

from common.paging import Window
from common.vocabulary import Beneficiary, LineKind, MatchState, ServiceCode, Unit
from matching.app.nag import Addressee
from matching.app.policy_ports import Waits
from matching.app.queries import FindNeeds
from matching.bootstrap import build_application
from matching.domain.identity import NeedId
from matching.domain.local_policies import LocalPolicies
from matching.domain.policy import POLICY, Approval, Policy
from testing.api import STREET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.app.queries import QueuedNeed

HALF_A_PATIENCE = timedelta(hours=36)
TWO_DAYS = timedelta(days=2)


def partitions(desk: Desk) -> list[int]:
    return [desk.app.partition_of(DALIAN)]


async def queue(desk: Desk, limit: int = 10) -> Sequence[QueuedNeed]:
    query = FindNeeds(window=Window(limit=limit), awaits_approval=True)
    return (await desk.app.find_needs(query, EVERYWHERE)).items


async def test_who_does_not_answer_is_reminded_once_after_half_the_patience(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())

    told = []
    for waited in (timedelta(), HALF_A_PATIENCE, timedelta(hours=1)):
        desk.clock.at += waited
        told.append(await desk.app.remind_asks(partitions(desk)))

    assert told == [0, 1, 0]
    (seen,) = await desk.matches()
    assert (seen.match.version, seen.match.reminded_at) == (asked.version, NOW + HALF_A_PATIENCE)
    assert await desk.told(about="matching.notice") == ["matching.notice.reminder_sent.v1"]
    fed = await desk.rows("select state, version, is_reminder from proposal_feed order by sequence")
    assert [(row.state, row.version, row.is_reminder) for row in fed] == [
        ("proposed", 1, False),
        ("asked", 2, False),
        ("asked", 2, True),
    ]


async def test_who_has_answered_is_not_reminded(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    await desk.accept(asked)
    desk.clock.at += HALF_A_PATIENCE

    assert await desk.app.remind_asks(partitions(desk)) == 0


async def test_other_processes_partitions_are_left_to_them(desk: Desk) -> None:
    await desk.offer()
    await desk.asked(await desk.need())
    desk.clock.at += HALF_A_PATIENCE
    others = [number for number in range(6) if number not in partitions(desk)]

    assert await desk.app.remind_asks(others) == 0
    assert await desk.app.tell_undecided(others) == 0


async def test_a_proposal_without_a_decision_is_told_to_the_station_and_then_above(
    desk: Desk,
) -> None:
    await desk.offer()
    need_id = await desk.need()
    await desk.plan()

    told, shown = [], []
    for waited in (timedelta(hours=47), timedelta(hours=1), timedelta(), TWO_DAYS, TWO_DAYS):
        desk.clock.at += waited
        told.append(await desk.app.tell_undecided(partitions(desk)))
        (waiting,) = await queue(desk)
        shown.append(waiting.told)

    assert told == [0, 1, 0, 1, 0]
    above = Addressee.STATION_ABOVE
    assert shown == [None, Addressee.STATION, Addressee.STATION, above, above]
    assert waiting.need.id == need_id
    assert waiting.waits_for_approval_since == NOW
    staged = await desk.rows(
        "select payload ->> 'addressed_to' as whom from outbox where type like '%overdue%'"
    )
    assert [row.whom for row in staged] == ["station", "station_above"]


async def test_another_proposal_for_the_same_line_does_not_start_the_clock_anew(desk: Desk) -> None:
    await desk.offer("far", party="far", metres=3_000)
    await desk.need()
    await desk.plan()
    desk.clock.at += timedelta(hours=47)
    await desk.offer("near", party="near", metres=10)
    await desk.plan()
    desk.clock.at += timedelta(hours=1)

    assert MatchState.SUPERSEDED in await desk.states()
    assert await desk.app.tell_undecided(partitions(desk)) == 1


async def test_what_a_worker_has_approved_waits_for_nobody(desk: Desk) -> None:
    await desk.offer()
    need_id = await desk.need()
    await desk.plan()
    await desk.approve(need_id)
    desk.clock.at += TWO_DAYS

    assert await desk.app.tell_undecided(partitions(desk)) == 0
    assert list(await queue(desk)) == []


async def test_those_who_wait_longest_come_first_page_by_page(desk: Desk) -> None:
    await desk.offer(capacity=100)
    for hours, name in enumerate(["c", "a", "b"]):
        desk.clock.at = NOW + timedelta(hours=hours)
        await desk.need(name, urgency=hours + 1)
        await desk.plan()

    first = await desk.app.find_needs(
        FindNeeds(window=Window(limit=2), awaits_approval=True), EVERYWHERE
    )
    rest = await desk.app.find_needs(
        FindNeeds(window=Window(limit=2, after=first.next), awaits_approval=True), EVERYWHERE
    )

    found = [queued.need.id for queued in (*first.items, *rest.items)]
    assert found == [named("c"), named("a"), named("b")]


class OnePolicy:
    """Policies of which the same one holds everywhere."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    async def of_place(self, *_: object, **__: object) -> Policy:
        return self.policy

    async def within_pool(self, *_: object, **__: object) -> LocalPolicies:
        return LocalPolicies(self.policy)

    async def shortest_waits(self, **_: object) -> Waits:
        return Waits(reminder_seconds=60, approval_seconds=60)


def under(desk: Desk, policy: Policy) -> Desk:
    from functools import partial  # noqa: PLC0415

    bound = build_application(desk.frame, desk.settings)
    receive_needs = bound.receive_needs
    assert isinstance(receive_needs, partial)
    ruled = partial(receive_needs.func, **{**receive_needs.keywords, "policies": OnePolicy(policy)})
    return replace(desk, app=replace(bound, receive_needs=ruled))


@pytest.mark.parametrize(
    ("kinds", "needs_vetting", "expected"),
    [
        ({LineKind.MONEY}, False, MatchState.ASKED),
        ({LineKind.MONEY}, True, MatchState.PROPOSED),
        ({LineKind.SERVICE}, False, MatchState.PROPOSED),
    ],
    ids=["no approval for this kind", "vetting always needs one", "approval for this kind"],
)
async def test_policy_says_which_lines_wait_for_a_worker(
    desk: Desk,
    kinds: set[LineKind],
    *,
    needs_vetting: bool,
    expected: MatchState,
) -> None:
    ruled = under(desk, replace(POLICY, approval=Approval(kinds=frozenset(kinds))))
    await ruled.offer()
    line = a_line(
        service=ServiceCode.COUNSELLING, unit=Unit.PERSON_TIME, needs_vetting=needs_vetting
    )
    await ruled.need("need", line)
    await ruled.plan()

    assert await ruled.states(NeedId(named("need"))) == [expected]


async def test_a_search_that_widens_is_told_once_to_whom_it_may_concern(desk: Desk) -> None:
    need_id = await desk.need(point=None, beneficiary=Beneficiary.HOUSEHOLD)
    await desk.plan()

    for days in (2, 1, 5):
        desk.clock.at += timedelta(days=days)
        await desk.app.dirty_pools([desk.app.partition_of(DALIAN)])
        await desk.plan()

    told = await desk.rows(
        "select payload, partitionkey from outbox where type = :type order by seq",
        type="matching.notice.search_widened.v1",
    )
    assert [(each.payload["searched"], each.payload["searched_place"]) for each in told] == [
        ("county", {"scheme": "nbs", "code": "210213"}),
        ("prefecture", {"scheme": "nbs", "code": "2102"}),
    ]
    assert {each.payload["need_id"] for each in told} == {str(need_id)}
    assert told[0].payload["services"] == ["counselling"]
    assert told[0].payload["place"] == {"scheme": "nbs", "code": STREET}
    assert [each.partitionkey for each in told] == [each.payload["notice_id"] for each in told]
