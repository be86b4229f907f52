"""Allotments: over both pools everything adds up, whatever is told late, twice or out of order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from matching_builders import ELSEWHERE, NOW, a_site, an_offer, named

from common.places import AreaRef
from common.vocabulary import AreaScheme, ServiceCode, Unit
from matching.domain.allotment import (
    Allotment,
    AllotmentState,
    Grant,
    Returned,
    grant,
    received,
    take_back,
    told,
)
from matching.domain.errors import (
    AllotmentAlreadyEnded,
    AllotmentOutlastsOffer,
    AllotmentWithinPool,
    AllottedByQuantity,
    OfferAlreadyExpired,
    OfferExhausted,
    OfferNoLongerStands,
    OfferNotAllottable,
    ReturnTooEarly,
)
from matching.domain.identity import AllotmentId
from matching.domain.lot import Lot
from matching.domain.moderation import Moderation
from matching.domain.offer import Offer, OfferWasHandedBack

if TYPE_CHECKING:
    from common.errors import DomainError
    from matching.domain.lot import LotsTaken

FIRST = date(2026, 3, 2)
LOTS = (Lot(5, FIRST + timedelta(days=3)), Lot(4, None), Lot(6, FIRST), Lot(5, FIRST))
ANSHAN = AreaRef(AreaScheme.NBS, "2103")
THERE = a_site(area=ANSHAN, pool_id=ELSEWHERE, township=None, county=None, prefecture=ANSHAN)
UNTIL = NOW + timedelta(days=10)


def rice(**changes: object) -> Offer:
    values = {"service": ServiceCode.RICE_AND_OIL, "unit": Unit.PIECE, "lots": LOTS} | changes
    return an_offer("rice", **values)


def a_grant(quantity: int = 7, **changes: object) -> Grant:
    values = {"id": AllotmentId(named("allotment")), "site": THERE, "until": UNTIL} | changes
    return Grant(quantity=quantity, **values)  # type: ignore[arg-type]


@dataclass
class Sent:
    """An allotment as both of its pools know it, and what the home was told or is to be."""

    allotment: Allotment
    offer: Offer | None = None
    taken: dict[int, dict[int, int]] = field(default_factory=dict)
    delivered: dict[int, int] = field(default_factory=dict)
    returns: list[Returned] = field(default_factory=list)
    is_asked_back: bool = False

    @property
    def free(self) -> int:
        return 0 if self.offer is None else self.offer.free


class TwoPools(RuleBasedStateMachine):
    """An offer at home and its allotments elsewhere, against a count of every single piece."""

    sent = Bundle("sent")
    yeses = Bundle("yeses")

    def __init__(self) -> None:
        super().__init__()
        self.home = rice()
        self.at = NOW
        self.all: list[Sent] = []
        self.at_home: dict[int, LotsTaken] = {}
        self.names = count()

    @rule(target=sent, quantity=st.integers(1, 9), days=st.integers(1, 4))
    def grant(self, quantity: int, days: int) -> object:
        wanted = a_grant(
            quantity,
            id=AllotmentId(named(f"allotment {next(self.names)}")),
            until=self.at + timedelta(days=days),
        )
        left = self.home.free_on(self.today)
        if quantity > left or self.home.withdrawn_at:
            refusal = OfferNoLongerStands if self.home.withdrawn_at else OfferExhausted
            with pytest.raises(refusal):
                grant(self.home, wanted, at=self.at)
            return multiple()
        self.home, change = grant(self.home, wanted, at=self.at)
        self.all.append(Sent(change.state))
        return self.all[-1]

    @rule(each=sent)
    def receive(self, each: Sent) -> None:
        if each.offer is None:
            each.offer = received(each.allotment, THERE, self.home, at=self.at).state

    @rule(target=yeses, each=sent, quantity=st.integers(1, 5))
    def accept_there(self, each: Sent, quantity: int) -> object:
        offer = each.offer
        if offer is None or not offer.stands(at=self.at) or offer.free_on(self.today) < quantity:
            return multiple()
        each.offer, taken = offer.hold(quantity, on=self.today)
        name = next(self.names)
        each.taken[name], each.delivered[name] = dict(taken), 0
        return each, name

    @rule(yes=yeses, quantity=st.integers(1, 5))
    def deliver_there(self, yes: tuple[Sent, int], quantity: int) -> None:
        each, name = yes
        if name in each.taken and each.offer is not None:
            rest = sum(each.taken[name].values()) - each.delivered[name]
            if part := min(rest, quantity):
                each.offer = each.offer.deliver(part)
                each.delivered[name] += part

    @rule(yes=yeses)
    def end_there(self, yes: tuple[Sent, int]) -> None:
        each, name = yes
        if name not in each.taken or each.offer is None:
            return
        taken = each.taken[name]
        rest = sum(taken.values()) - each.delivered[name]
        if rest:
            lots = each.offer.last_of(taken, rest)
            each.offer = each.offer.release(rest, lots=lots)
            each.taken[name] = {lot: taken[lot] - lots.get(lot, 0) for lot in taken}

    @rule(quantity=st.integers(1, 6))
    def accept_at_home(self, quantity: int) -> None:
        if self.home.withdrawn_at is None and self.home.free_on(self.today) >= quantity:
            self.home, taken = self.home.hold(quantity, on=self.today)
            self.at_home[next(self.names)] = taken

    @rule(each=sent)
    def recall(self, each: Sent) -> None:
        if each.allotment.state is not AllotmentState.GRANTED:
            with pytest.raises(AllotmentAlreadyEnded):
                each.allotment.recall(at=self.at)
            return
        each.allotment = each.allotment.recall(at=self.at).state
        each.is_asked_back = True

    @rule(each=sent)
    def sweep(self, each: Sent) -> None:
        offer = each.offer
        if offer is None:
            return
        is_over = each.is_asked_back or not offer.stands(at=self.at)
        if is_over and (offer.free or not offer.returns):
            change = offer.hand_back(at=self.at)
            fact = change.facts[-1]
            assert isinstance(fact, OfferWasHandedBack)
            each.offer = change.state
            each.returns.append(told(fact))

    @rule(each=sent, which=st.integers(0, 3))
    def hear(self, each: Sent, which: int) -> None:
        """Hear of any of the returns, be it the next, one again, or one ahead of another."""
        if which >= len(each.returns):
            return
        returned = each.returns[which]
        if returned.number > each.allotment.returns + 1:
            with pytest.raises(ReturnTooEarly):
                take_back(self.home, each.allotment, returned, at=self.at)
            return
        self.home, each.allotment = take_back(self.home, each.allotment, returned, at=self.at)

    @rule()
    def withdraw_at_home(self) -> None:
        if self.home.withdrawn_at is None and len(self.all) > 2:
            self.home = self.home.withdraw(at=self.at).state

    @rule()
    def sleep(self) -> None:
        self.at += timedelta(days=1)

    @property
    def today(self) -> date:
        return FIRST + (self.at - NOW)

    @invariant()
    def every_pool_adds_up(self) -> None:
        home = self.home
        held_at_home = sum(sum(taken.values()) for taken in self.at_home.values())
        assert home.committed == held_at_home
        assert home.free + home.committed + home.delivered + home.allotted == 20
        for each in self.all:
            if (offer := each.offer) is not None:
                taken = sum(sum(lots.values()) for lots in each.taken.values())
                assert offer.committed + offer.delivered == taken
                assert offer.delivered == sum(each.delivered.values())
                whole = offer.free + offer.committed + offer.delivered + offer.allotted
                assert whole == each.allotment.quantity

    @invariant()
    def nothing_is_lost_between_pools(self) -> None:
        assert self.home.allotted == sum(each.allotment.away for each in self.all)
        for each in self.all:
            given_back = sum(returned.quantity for returned in each.returns)
            heard = sum(returned.quantity for returned in each.returns[: each.allotment.returns])
            assert each.allotment.returned == heard
            if each.offer is not None:
                used = sum(sum(lots.values()) for lots in each.taken.values())
                assert used + each.free + given_back == each.allotment.quantity

    @invariant()
    def every_lot_adds_up(self) -> None:
        for number, lot in enumerate(LOTS):
            of_home = sum(taken.get(number, 0) for taken in self.at_home.values())
            away = 0
            for each in self.all:
                lots = sorted(each.allotment.lots)
                if number in lots:
                    place = lots.index(number)
                    heard = each.returns[: each.allotment.returns]
                    away += each.allotment.lots[number]
                    away -= sum(returned.lots[place] for returned in heard)
            assert self.home.lots_held[number] == of_home + away <= lot.quantity


TestTwoPools = TwoPools.TestCase
TestTwoPools.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)


def test_what_expires_first_goes_first_and_is_an_offer_of_its_own() -> None:
    less, change = grant(rice(), a_grant(13), at=NOW)

    there = received(change.state, THERE, rice(), at=NOW).state

    assert (less.lots_held, less.allotted, less.free_on(FIRST)) == ((2, 0, 6, 5), 13, 7)
    assert there.supply.lots == (
        Lot(2, FIRST + timedelta(days=3)),
        Lot(6, FIRST),
        Lot(5, FIRST),
    )
    assert (there.id, there.supply.capacity, there.supply.valid_until) == (
        change.state.id,
        13,
        UNTIL,
    )
    assert there.origin is not None
    assert there.origin.offer_id == less.id
    assert (there.supply.scope, there.site.pool_id) == (ANSHAN, ELSEWHERE)
    kept = (there.supply.party_id, there.supply.earmark, there.supply.weekdays, there.society)
    assert kept == (less.supply.party_id, less.supply.earmark, less.supply.weekdays, less.society)


def test_an_allotment_ends_with_what_was_accepted_kept() -> None:
    less, change = grant(rice(), a_grant(10), at=NOW)
    there, _ = received(change.state, THERE, less, at=NOW).state.hold(4, on=FIRST)

    back = there.hand_back(at=UNTIL)
    home, allotment = take_back(less, change.state, told(back.facts[-1]), at=UNTIL)  # type: ignore[arg-type]

    assert (back.state.free, back.state.committed, back.state.allotted) == (0, 4, 6)
    assert not back.state.stands(at=NOW)
    assert (home.free, home.allotted) == (16, 4)
    assert (allotment.state, allotment.returned, allotment.away) == (AllotmentState.RETURNED, 6, 4)


@pytest.mark.parametrize(
    ("offer", "granted", "error"),
    [
        (rice(withdrawn_at=NOW), a_grant(), OfferNoLongerStands),
        (rice(moderation=Moderation.PENDING), a_grant(), OfferNotAllottable),
        (an_offer(openings=(9,) * 7), a_grant(), OfferNotAllottable),
        (rice(), a_grant(site=a_site()), AllotmentWithinPool),
        (rice(), a_grant(until=NOW), OfferAlreadyExpired),
        (rice(), a_grant(until=NOW + timedelta(days=61)), AllotmentOutlastsOffer),
        (rice(), a_grant(21), OfferExhausted),
    ],
    ids=["withdrawn", "pending", "by calendar", "own pool", "over", "too long", "too much"],
)
def test_what_cannot_be_allotted(offer: Offer, granted: Grant, error: type[DomainError]) -> None:
    with pytest.raises(error):
        grant(offer, granted, at=NOW)


def test_an_allotment_is_not_allotted_again_and_has_no_calendar() -> None:
    less, change = grant(an_offer(), a_grant(), at=NOW)
    there = received(change.state, THERE, less, at=NOW).state

    with pytest.raises(OfferNotAllottable):
        grant(there, a_grant(1, site=a_site()), at=NOW)
    for offer in (less, there):
        with pytest.raises(AllottedByQuantity):
            offer.schedule(at=NOW)


def test_an_owner_may_publish_the_same_again_whatever_is_away() -> None:
    less, _ = grant(rice(), a_grant(), at=NOW)

    assert less.has_content_of(rice())
    assert not less.has_content_of(rice(capacity=19, lots=replace_first(LOTS)))


def replace_first(lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
    return (replace(lots[0], quantity=lots[0].quantity - 1), *lots[1:])
