"""Allotments on a real database: two pools, told by events alone, twice and in any order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import GATE, NOW, a_line, named
from matching_desk import ANSHAN, DALIAN, EVERYWHERE, Desk, org_of

from common.contracts.matching import AllotmentGranted, AllotmentRecalled, AllotmentReturned
from common.messaging.event import Envelope
from common.places import AreaRef
from common.vocabulary import AreaScheme, MatchState, ServiceCode, Unit
from matching.app.allot_offers import GrantAllotment, RecallAllotment
from matching.app.follow_needs import CountService
from matching.app.follow_parties import SuspendParty
from matching.app.withdraw_offer import WithdrawOffer
from matching.domain.allotment import Returned
from matching.domain.errors import AllotmentIdTaken, OfferNoLongerStands, ReturnTooEarly
from matching.domain.identity import AllotmentId, OfferId, PartyId
from matching.domain.lot import Lot
from matching.entrypoints.events import reactions
from testing.reactions import react

if TYPE_CHECKING:
    from common.messaging.event import Event
    from matching.domain.match import Match
    from matching.domain.offer import Offer

TODAY = date(2026, 3, 2)
RICE = {
    "service": ServiceCode.RICE_AND_OIL,
    "unit": Unit.PIECE,
    "capacity": 10,
    "lots": (Lot(6, TODAY + timedelta(days=40)), Lot(4, TODAY + timedelta(days=2))),
}
ANSHAN_CITY = AreaRef(AreaScheme.NBS, "2103")
ANSHAN_STREET = AreaRef(AreaScheme.NBS, "210302001")
UNTIL = NOW + timedelta(days=10)
ALLOTMENT = AllotmentId(named("allotment"))
KINDS = {kind.name: kind for kind in (AllotmentGranted, AllotmentRecalled, AllotmentReturned)}


@dataclass
class TwoPools:
    """A desk, and how much of what its pools tell each other has arrived."""

    desk: Desk
    heard: int = 0

    async def grant(self, offer: Offer, quantity: int = 7) -> None:
        await self.desk.app.grant_allotment(self.command(offer, quantity), EVERYWHERE)

    def command(self, offer: Offer, quantity: int) -> GrantAllotment:
        return GrantAllotment(
            allotment_id=ALLOTMENT,
            offer_id=offer.id,
            area=ANSHAN_CITY,
            quantity=quantity,
            until=UNTIL,
        )

    async def hear(self, *, times: int = 1) -> None:
        """Let each pool hear, so often, what the other has told meanwhile."""
        rows = await self.desk.rows(
            "select seq, type, payload from outbox"
            " where type = any(cast(:kinds as text[])) and seq > :heard order by seq",
            kinds=list(KINDS),
            heard=self.heard,
        )
        for row in rows:
            self.heard = row.seq
            event: Event = KINDS[row.type].model_validate(row.payload)
            for _ in range(times):
                await self.tell(event)

    async def tell(self, event: Event) -> None:
        envelope: Envelope[Any] = Envelope(
            id=named("event"),
            source="urn:wushe:test",
            type=event.name,
            subject=event.subject,
            version=1,
            time=NOW,
            partition_key="",
            data=event,
        )
        async with self.desk.frame.unit_of_work.transaction() as session:
            await react(reactions(self.desk.app), envelope, session)

    async def accepted(self, name: str, quantity: int) -> Match:
        """Return a match in the other pool that somebody said yes to."""
        desk = self.desk
        line = a_line(f"{name} line", service=RICE["service"], unit=Unit.PIECE, quantity=quantity)
        need = await desk.need(name, line, pool_id=ANSHAN, area=ANSHAN_STREET, point=GATE)
        await desk.plan(ANSHAN)
        approved = await desk.approve(need)
        (match,) = [part.seen.match for part in approved.parts if part.seen is not None]
        return await desk.accept(match)

    async def sweep(self) -> int:
        return await self.desk.app.return_allotments([self.desk.app.partition_of(ANSHAN)])

    async def there(self) -> Offer:
        return await self.desk.find_offer_by(OfferId(ALLOTMENT))

    async def quantities(self, offer: Offer) -> tuple[int, int, int, int, tuple[int, ...]]:
        found = await self.desk.find_offer(offer)
        quantities = (found.free, found.committed, found.delivered, found.allotted)
        assert sum(quantities) == found.supply.capacity
        return *quantities, found.lots_held


@pytest.fixture
def pools(desk: Desk) -> TwoPools:
    return TwoPools(desk)


async def test_what_another_pool_was_granted_is_matched_there_and_the_rest_comes_back(
    pools: TwoPools,
) -> None:
    desk = pools.desk
    rice = await desk.offer(**RICE)
    await pools.grant(rice)
    assert await pools.quantities(rice) == (3, 0, 0, 7, (3, 4))

    await pools.hear(times=2)
    there = await pools.there()
    assert there.site.pool_id == ANSHAN
    assert there.supply.lots == (
        Lot(3, TODAY + timedelta(days=40)),
        Lot(4, TODAY + timedelta(days=2)),
    )
    match = await pools.accepted("far", 5)
    assert match.pairing.offer_id == there.id
    await desk.app.count_service(CountService(match_id=match.id, quantity=2, unit=Unit.PIECE))
    assert await pools.quantities(there) == (2, 3, 2, 0, (1, 4))

    desk.clock.at = UNTIL
    assert await pools.sweep() == 1
    assert await pools.sweep() == 0
    await pools.hear(times=2)
    assert await pools.quantities(there) == (0, 3, 2, 2, (3, 4))
    assert await pools.quantities(rice) == (5, 0, 0, 5, (1, 4))
    assert await desk.states() == [MatchState.IN_SERVICE]

    # What is freed there after the end comes back too.
    await desk.app.end_need(match.pairing.need_id)
    assert await pools.sweep() == 1
    await pools.hear()
    assert await pools.quantities(there) == (0, 0, 2, 5, (3, 4))
    assert await pools.quantities(rice) == (8, 0, 0, 2, (0, 2))
    assert await desk.is_dirty(DALIAN)


async def test_what_is_taken_back_early_ends_asks_and_keeps_what_was_accepted(
    pools: TwoPools,
) -> None:
    desk = pools.desk
    rice = await desk.offer(**RICE)
    await pools.grant(rice)
    await pools.hear()
    accepted = await pools.accepted("first", 2)
    line = a_line("second line", service=RICE["service"], unit=Unit.PIECE, quantity=3)
    waiting = await desk.need("second", line, pool_id=ANSHAN, area=ANSHAN_STREET, point=GATE)
    await desk.plan(ANSHAN)
    assert await desk.states(waiting) == [MatchState.PROPOSED]

    command = RecallAllotment(offer_id=rice.id, allotment_id=ALLOTMENT)
    recalled = await desk.app.recall_allotment(command, org_of(PartyId(named("party"))))
    assert recalled.state.value == "recalled"
    await pools.hear()
    await pools.hear()

    assert await desk.states(waiting) == [MatchState.WITHDRAWN]
    assert (await desk.matches(accepted.pairing.need_id))[0].match.state is MatchState.ACCEPTED
    assert await pools.quantities(rice) == (8, 0, 0, 2, (0, 2))
    assert await pools.quantities(await pools.there()) == (0, 2, 0, 5, (3, 4))


async def test_a_withdrawn_offer_asks_back_what_other_pools_have(pools: TwoPools) -> None:
    rice = await pools.desk.offer(**RICE)
    await pools.grant(rice)

    # Both are told before the first is heard.
    await pools.desk.app.withdraw_offer(WithdrawOffer(offer_id=rice.id), EVERYWHERE)
    await pools.hear()
    await pools.hear()

    assert (await pools.there()).withdrawn_at is not None
    assert await pools.quantities(rice) == (10, 0, 0, 0, (0, 0))


async def test_a_suspended_party_is_hidden_in_both_pools_at_once(pools: TwoPools) -> None:
    desk = pools.desk
    rice = await desk.offer(**RICE)
    await pools.grant(rice)
    await pools.hear()
    party = PartyId(named("party"))

    await desk.app.suspend_party(SuspendParty(party_id=party, suspended_on=TODAY))

    both = [await desk.find_offer(rice), await pools.there()]
    assert [offer.is_giver_active for offer in both] == [False, False]
    line = a_line(service=RICE["service"], unit=Unit.PIECE)
    need = await desk.need("need", line, pool_id=ANSHAN, area=ANSHAN_STREET, point=GATE)
    await desk.plan(ANSHAN)
    assert await desk.states(need) == []


async def test_a_return_ahead_of_another_waits_and_an_old_one_changes_nothing(
    pools: TwoPools,
) -> None:
    desk = pools.desk
    rice = await desk.offer(**RICE)
    await pools.grant(rice)
    returns = [
        Returned(allotment_id=ALLOTMENT, number=number, quantity=quantity, lots=(0, quantity))
        for number, quantity in ((1, 3), (2, 1))
    ]

    with pytest.raises(ReturnTooEarly):
        await desk.app.have_back(rice.id, returns[1])
    for returned in (returns[0], returns[0], returns[1], returns[0]):
        await desk.app.have_back(rice.id, returned)

    assert await pools.quantities(rice) == (7, 0, 0, 3, (3, 0))


async def test_the_same_grant_is_granted_once_and_another_under_its_id_is_refused(
    pools: TwoPools,
) -> None:
    desk = pools.desk
    rice = await desk.offer(**RICE)
    other = await desk.offer("other", **RICE)

    first = await desk.app.grant_allotment(pools.command(rice, 7), EVERYWHERE)
    again = await desk.app.grant_allotment(pools.command(rice, 7), EVERYWHERE)
    assert (first.is_new, again.is_new) == (True, False)
    for offer, quantity in ((rice, 6), (other, 7)):
        with pytest.raises(AllotmentIdTaken):
            await desk.app.grant_allotment(pools.command(offer, quantity), EVERYWHERE)

    await desk.app.withdraw_offer(WithdrawOffer(offer_id=other.id), EVERYWHERE)
    command = GrantAllotment(
        allotment_id=AllotmentId(named("second")),
        offer_id=other.id,
        area=ANSHAN_CITY,
        quantity=1,
        until=UNTIL,
    )
    with pytest.raises(OfferNoLongerStands):
        await desk.app.grant_allotment(command, EVERYWHERE)
    assert await pools.quantities(rice) == (3, 0, 0, 7, (3, 4))
