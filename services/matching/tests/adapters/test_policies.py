"""Policies of areas: which one holds where and when, and what plans make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from matching_builders import a_line
from matching_desk import ANSHAN, DALIAN, EVERYWHERE, Desk

from common.places import AreaRef
from common.vocabulary import AreaScheme, MatchState
from matching.adapters.postgres.policies import PostgresPolicies
from matching.app.keep_policies import ActivatePolicy, DraftPolicy
from matching.app.policy_ports import PolicyRewritten
from matching.domain.errors import PolicyAlreadyActive, PolicyNotFound, WeightsOfPartOfPool
from matching.domain.local_policies import LocalPolicies
from matching.domain.policy import POLICY, Asking, Policy, Weights
from matching.domain.policy_document import SHIPPED
from testing.api import STREET

if TYPE_CHECKING:
    from datetime import datetime

    from matching.domain.identity import NeedId, PoolId
    from matching.domain.policy_document import PolicyDocument

PROVINCE, CITY, OTHER_CITY, DISTRICT = "21", "2102", "2103", "210213"
ELSEWHERE = "210204008"
"""In the city, and not in the district."""
DEAR = Weights(fit=900)
PATIENT = Asking(patience_seconds=10 * 86_400)


def nbs(code: str | None) -> AreaRef | None:
    return None if code is None else AreaRef(AreaScheme.NBS, code)


def policies_of(desk: Desk) -> PostgresPolicies:
    return PostgresPolicies(desk.frame.unit_of_work, desk.frame.areas)


async def drafted(
    desk: Desk, code: str | None, *, weights: Weights | None = None, asking: Asking | None = None
) -> PolicyDocument:
    command = DraftPolicy(area=nbs(code), title="试行", weights=weights, asking=asking)
    return await desk.app.draft_policy(command, EVERYWHERE)


async def activated(
    desk: Desk,
    code: str | None,
    *,
    weights: Weights | None = None,
    asking: Asking | None = None,
    effective_from: datetime | None = None,
) -> PolicyDocument:
    document = await drafted(desk, code, weights=weights, asking=asking)
    command = ActivatePolicy(version=document.version, effective_from=effective_from)
    return await desk.app.activate_policy(command, EVERYWHERE)


async def in_pool(desk: Desk, pool_id: PoolId = DALIAN) -> Policy:
    return await policies_of(desk).of_pool(pool_id, at=desk.clock.at)


async def in_area(desk: Desk, code: str | None) -> int:
    return (await desk.app.policy_in_force(nbs(code))).version


async def test_before_anybody_decides_the_shipped_policy_holds(desk: Desk) -> None:
    assert await in_pool(desk) == POLICY
    assert await in_area(desk, STREET) == SHIPPED.version


async def test_a_draft_changes_nothing(desk: Desk) -> None:
    await drafted(desk, CITY, weights=DEAR)

    assert await in_pool(desk) == POLICY


async def test_the_nearest_area_with_a_policy_decides(desk: Desk) -> None:
    country = await activated(desk, None, weights=Weights(fit=500))
    province = await activated(desk, PROVINCE, weights=Weights(fit=600))
    city = await activated(desk, CITY, weights=Weights(fit=700))
    district = await activated(desk, DISTRICT, asking=PATIENT)

    assert await in_pool(desk, DALIAN) == city.policy
    assert await in_pool(desk, ANSHAN) == province.policy
    assert await in_area(desk, STREET) == district.version
    assert await in_area(desk, None) == country.version


async def test_of_one_area_the_latest_that_has_begun_holds(desk: Desk) -> None:
    tomorrow = desk.clock.at + timedelta(days=1)
    first = await activated(desk, CITY, weights=DEAR)
    second = await activated(desk, CITY, weights=Weights(fit=800), effective_from=tomorrow)

    assert await in_pool(desk) == first.policy
    desk.clock.at = tomorrow
    assert await in_pool(desk) == second.policy


async def test_what_a_draft_leaves_out_is_that_of_its_base(desk: Desk) -> None:
    first = await activated(desk, CITY, weights=DEAR)

    second = await drafted(desk, CITY, asking=PATIENT)
    other = await desk.app.draft_policy(
        DraftPolicy(area=nbs(OTHER_CITY), title="照搬", based_on=second.version), EVERYWHERE
    )

    assert second.policy == replace(first.policy, version=second.version, asking=PATIENT)
    assert other.policy == replace(second.policy, version=other.version)
    assert first.version < second.version < other.version


async def test_a_pool_has_one_set_of_weights(desk: Desk) -> None:
    with pytest.raises(WeightsOfPartOfPool):
        await drafted(desk, DISTRICT, weights=DEAR)

    same = await drafted(desk, DISTRICT, weights=POLICY.weights, asking=PATIENT)
    assert same.policy.asking == PATIENT


async def test_a_plan_names_the_policy_that_it_was_made_by(desk: Desk) -> None:
    document = await activated(desk, CITY, weights=DEAR)
    await desk.offer()
    need_id = await desk.need()

    await desk.plan()

    (seen,) = await desk.matches(need_id)
    assert seen.match.grounds.policy_version == document.version
    explained = await desk.app.explain_offer(need_id, seen.offer.id, EVERYWHERE)
    assert explained[0].worth is not None
    assert explained[0].worth.points[0][1] == 925


async def test_pools_are_planned_anew_when_their_policy_begins(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    await desk.plan()
    tomorrow = desk.clock.at + timedelta(hours=1)

    await activated(desk, OTHER_CITY, weights=DEAR)
    await activated(desk, CITY, weights=DEAR, effective_from=tomorrow)

    assert await desk.app.begin_policies() == 0
    assert not await desk.is_dirty()
    desk.clock.at = tomorrow
    assert await desk.app.begin_policies() == 1
    assert await desk.is_dirty()
    assert await desk.app.begin_policies() == 0


async def test_asks_expire_by_the_patience_of_their_own_pool(desk: Desk) -> None:
    await activated(desk, CITY, asking=Asking(patience_seconds=3_600))
    await activated(desk, PROVINCE, asking=Asking(patience_seconds=60))
    await desk.offer()
    await desk.asked(await desk.need())
    partitions = [desk.app.partition_of(DALIAN)]

    desk.clock.at += timedelta(minutes=30)
    assert await desk.app.expire_asks(partitions) == 0
    desk.clock.at += timedelta(minutes=31)
    assert await desk.app.expire_asks(partitions) == 1


async def test_a_need_is_asked_about_as_its_own_area_says(desk: Desk) -> None:
    """The district asks two at once and waits an hour; the city is as it was shipped."""
    await activated(desk, DISTRICT, asking=Asking(wave=2, patience_seconds=3_600))
    await activated(desk, OTHER_CITY, asking=Asking(wave=5))
    here = await desk.need("here", a_line("here", quantity=1))
    there = await desk.need("there", a_line("there", quantity=1), area=nbs(ELSEWHERE))
    for name in ("a", "b", "c"):
        await desk.offer(name, party=name)
    for need_id in (here, there):
        await desk.plan()
        await desk.approve(need_id)
    desk.clock.at += timedelta(seconds=1)
    await desk.app.mark_pool(DALIAN)
    await desk.plan()

    assert await _asked(desk, here) == 2
    assert await _asked(desk, there) == 1
    desk.clock.at += timedelta(hours=2)
    assert await desk.app.expire_asks([desk.app.partition_of(DALIAN)]) == 2
    assert await _asked(desk, there) == 1


async def _asked(desk: Desk, need_id: NeedId) -> int:
    return sum(each.match.state is MatchState.ASKED for each in await desk.matches(need_id))


async def test_policies_within_a_pool_are_read_with_that_of_the_pool(desk: Desk) -> None:
    city = await activated(desk, CITY, weights=DEAR)
    await activated(desk, DISTRICT, asking=Asking(wave=2))
    district = await activated(desk, DISTRICT, asking=PATIENT)
    await activated(desk, OTHER_CITY, asking=PATIENT)

    found = await policies_of(desk).within_pool(DALIAN, at=desk.clock.at)

    own = {AreaRef(AreaScheme.NBS, DISTRICT): district.policy}
    assert found == LocalPolicies(city.policy, own)


async def test_what_would_have_no_effect_is_not_activated(desk: Desk) -> None:
    """The pool has got other weights since the draft, and has but one set of them."""
    draft = await drafted(desk, DISTRICT, asking=PATIENT)
    await activated(desk, CITY, weights=DEAR)

    with pytest.raises(WeightsOfPartOfPool):
        await desk.app.activate_policy(ActivatePolicy(version=draft.version), EVERYWHERE)


async def test_a_policy_is_activated_once(desk: Desk) -> None:
    document = await activated(desk, CITY, weights=DEAR)

    with pytest.raises(PolicyAlreadyActive):
        await desk.app.activate_policy(ActivatePolicy(version=document.version), EVERYWHERE)
    with pytest.raises(PolicyNotFound):
        await desk.app.activate_policy(ActivatePolicy(version=9_999), EVERYWHERE)


async def test_a_figure_that_came_later_has_its_default_in_what_was_stored(desk: Desk) -> None:
    document = await activated(desk, CITY, weights=DEAR)
    await desk.rows(
        'update policy_document set figures = \'{"weights": {"fit": 900}}\' returning version'
    )

    assert (await desk.app.find_policy(document.version)).policy == document.policy


async def test_the_shipped_policy_is_remembered_and_cannot_be_rewritten(desk: Desk) -> None:
    await desk.app.remember_policy()
    await desk.app.remember_policy()

    with pytest.raises(PolicyRewritten):
        await policies_of(desk).remember(replace(SHIPPED, policy=Policy(version=1, weights=DEAR)))
