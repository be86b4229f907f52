"""Offers that others may rely on: who is suspended hides at once, and old figures are asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from matching_builders import NOW, a_line, named
from matching_desk import EVERYWHERE, Desk, org_of

from common.paging import Window
from common.places import AreaRef
from common.vocabulary import AreaScheme, MatchState, ServiceCode, Society, Unit
from matching.app.confirm_offers import ConfirmOffer
from matching.app.follow_parties import SuspendParty
from matching.app.keep_policies import ActivatePolicy, DraftPolicy
from matching.app.moderate_offers import ModerateOffer
from matching.app.queries import FindOffers
from matching.domain.errors import OfferingOfPartOfPool, TooManyOffersToday, TooManyOpenOffers
from matching.domain.identity import OfferId, PartyId
from matching.domain.moderation import HiddenBecause, Moderation
from matching.domain.offering import Offering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.errors import DomainError
    from common.grants import Scope

CITY, DISTRICT, OTHER_CITY, OTHER_STREET = "2102", "210213", "2103", "210302001"
PARTY = PartyId(named("party"))
SUSPENSION = SuspendParty(party_id=PARTY, suspended_on=NOW.date())


async def listed(desk: Desk, scope: Scope = EVERYWHERE, **query: object) -> Sequence[OfferId]:
    found = await desk.app.find_offers(FindOffers(window=Window(limit=50), **query), scope)  # type: ignore[arg-type]
    return [seen.offer.id for seen in found.items]


async def asks(desk: Desk, city: str, offering: Offering) -> None:
    """Let the policy of a city ask this of offers."""
    area = AreaRef(AreaScheme.NBS, city)
    draft = DraftPolicy(area=area, title="供给规则", offering=offering)
    document = await desk.app.draft_policy(draft, EVERYWHERE)
    await desk.app.activate_policy(ActivatePolicy(version=document.version), EVERYWHERE)


async def test_who_is_suspended_is_out_of_every_ask_and_list_in_the_same_moment(
    desk: Desk,
) -> None:
    offer = await desk.offer()
    need = await desk.need()
    await desk.asked(need)

    await desk.app.suspend_party(SUSPENSION)

    assert await desk.states(need) == [MatchState.WITHDRAWN]
    seen = await desk.app.find_offer(offer.id, EVERYWHERE)
    assert seen.hidden_because is HiddenBecause.GIVER_NOT_ACTIVE
    # So a plan that was made before and is written after is outdated.
    assert seen.offer.revision == offer.revision + 1
    assert await listed(desk) == []
    assert await listed(desk, is_hidden=True) == [offer.id]
    assert await listed(desk, org_of(PARTY)) == [offer.id]


async def test_an_approval_brings_the_offers_of_a_party_back(desk: Desk) -> None:
    offer = await desk.offer()
    await desk.app.suspend_party(SUSPENSION)

    await desk.app.approve_party(PARTY)

    assert await listed(desk) == [offer.id]
    need = await desk.need()
    await desk.plan()
    assert await desk.states(need) == [MatchState.PROPOSED]


async def test_money_is_proposed_only_once_somebody_has_approved_the_offer(desk: Desk) -> None:
    grant = await desk.offer(service=ServiceCode.RELIEF_GRANT, unit=Unit.YUAN, capacity=5_000)
    line = a_line(service=ServiceCode.RELIEF_GRANT, unit=Unit.YUAN, quantity=300)
    need = await desk.need("need", line)
    await desk.plan()
    assert await desk.states(need) == []
    assert await listed(desk, moderation=Moderation.PENDING) == [grant.id]

    await desk.app.moderate_offer(ModerateOffer(offer_id=grant.id), EVERYWHERE)
    await desk.plan()

    assert await desk.states(need) == [MatchState.PROPOSED]
    assert (await desk.told(about="matching.offer"))[-1] == "matching.offer.approved.v1"


async def test_owners_are_asked_once_and_what_nobody_confirms_is_planned_no_more(
    desk: Desk,
) -> None:
    offer = await desk.offer(valid_until=NOW + timedelta(days=400))
    need = await desk.need()
    partitions = [desk.app.partition_of(offer.site.pool_id)]
    desk.clock.at = NOW + timedelta(days=60)

    asked = [await desk.app.ask_confirmations(partitions) for _ in range(2)]
    assert asked == [1, 0]
    assert await listed(desk, is_to_be_confirmed=True) == [offer.id]
    assert (await desk.told(about="matching.offer"))[-1] == "matching.offer.confirmation_due.v1"

    desk.clock.at = NOW + timedelta(days=90)
    await desk.plan()
    assert await desk.states(need) == []
    assert await listed(desk) == []

    seen = await desk.app.confirm_offer(ConfirmOffer(offer_id=offer.id), org_of(PARTY))
    await desk.plan()
    assert (seen.hidden_because, seen.is_to_be_confirmed) == (None, False)
    assert await desk.states(need) == [MatchState.PROPOSED]


async def test_another_process_asks_for_the_pools_of_its_own_partitions(desk: Desk) -> None:
    offer = await desk.offer(valid_until=NOW + timedelta(days=400))
    elsewhere = desk.app.partition_of(offer.site.pool_id) + 1
    desk.clock.at = NOW + timedelta(days=60)

    assert await desk.app.ask_confirmations([elsewhere]) == 0


@pytest.mark.parametrize(
    ("limit", "error"),
    [({"open_at_once": 2}, TooManyOpenOffers), ({"new_a_day": 2}, TooManyOffersToday)],
    ids=["open at once", "new a day"],
)
async def test_each_party_has_its_measure(
    desk: Desk, limit: dict[str, int], error: type[DomainError]
) -> None:
    await asks(desk, CITY, Offering(**limit))
    first = await desk.offer("one")
    await desk.offer("two")

    with pytest.raises(error) as refused:
        await desk.offer("three")
    await desk.offer("three", party="another")
    again = await desk.offer("one")

    assert refused.value.facts == {"party_id": PARTY, "limit": 2}
    assert again.id == first.id


async def test_each_pool_asks_of_offers_what_its_policy_says(desk: Desk) -> None:
    here = await desk.offer("here", valid_until=NOW + timedelta(days=400))
    there = await desk.offer("there", area=OTHER_STREET, valid_until=NOW + timedelta(days=400))
    partitions = [desk.app.partition_of(each.site.pool_id) for each in (here, there)]
    await asks(desk, OTHER_CITY, Offering(confirm_after_days=5, confirm_within_days=2))

    desk.clock.at = NOW + timedelta(days=5)
    assert await desk.app.ask_confirmations(partitions) == 1
    assert await listed(desk, is_to_be_confirmed=True) == [there.id]

    desk.clock.at = NOW + timedelta(days=7)
    assert await listed(desk) == [here.id]
    assert await listed(desk, is_hidden=True) == [there.id]
    hidden = (await desk.app.find_offer(there.id, EVERYWHERE)).hidden_because
    assert hidden is HiddenBecause.NOT_CONFIRMED


async def test_a_plan_leaves_out_what_the_policy_of_its_pool_calls_old(desk: Desk) -> None:
    await desk.offer(valid_until=NOW + timedelta(days=400))
    need = await desk.need()
    await asks(desk, CITY, Offering(confirm_after_days=5, confirm_within_days=2))

    desk.clock.at = NOW + timedelta(days=7)
    await desk.plan()
    assert await desk.states(need) == []
    (explained,) = await desk.app.explain_offer(need, OfferId(named("offer")), EVERYWHERE)
    assert [check.rule.code for check in explained.failed] == ["offer_fresh"]

    desk.clock.at = NOW + timedelta(days=6)
    await desk.plan()
    assert await desk.states(need) == [MatchState.PROPOSED]


async def test_a_pool_may_want_to_look_at_all_offers_of_a_society(desk: Desk) -> None:
    strict = Offering(moderated_societies=frozenset({Society.VOLUNTEER}))
    await asks(desk, OTHER_CITY, strict)

    here = await desk.offer("here", society=Society.VOLUNTEER)
    there = await desk.offer("there", society=Society.VOLUNTEER, area=OTHER_STREET)

    assert (here.moderation, there.moderation) == (Moderation.APPROVED, Moderation.PENDING)


async def test_one_pool_asks_the_same_everywhere_within(desk: Desk) -> None:
    city = Offering(open_at_once=5)
    await asks(desk, CITY, city)

    with pytest.raises(OfferingOfPartOfPool):
        await asks(desk, DISTRICT, Offering(open_at_once=6))

    draft = DraftPolicy(area=AreaRef(AreaScheme.NBS, DISTRICT), title="照旧")
    assert (await desk.app.draft_policy(draft, EVERYWHERE)).policy.offering == city
