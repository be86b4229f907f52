"""Allotments: part of an offer, given to another pool until an instant; what is unused comes back.

Two pools never write in one transaction. The home pool keeps the allotment and holds its quantity
of the offer; the other pool makes an offer of it, under the id of the allotment, which gives back
at its end what nobody holds. Whatever is freed there later comes back too. So at any time the
capacity of the home's offer is what is free, committed and delivered there, and what is away; and
what is away is the capacity of the other offer less what has come back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from common.change import Change
from common.clock import CHINA
from common.places import AreaRef
from common.vocabulary import Labelled
from matching.domain.errors import (
    AllotmentAlreadyEnded,
    AllotmentOutlastsOffer,
    AllotmentWithinPool,
    OfferAlreadyExpired,
    OfferNoLongerStands,
    OfferNotAllottable,
    ReturnTooEarly,
)
from matching.domain.identity import AllotmentId, OfferId, PoolId
from matching.domain.lot import Lot, LotsTaken
from matching.domain.moderation import Moderation
from matching.domain.offer import ANYWHERE, Offer, OfferFact, OfferWasPublished, Origin
from matching.domain.site import Site

if TYPE_CHECKING:
    from matching.domain.offer import OfferWasHandedBack


class AllotmentState(Labelled):
    """How far an allotment has come."""

    GRANTED = "granted", "已调剂", "Granted"
    RECALLED = "recalled", "收回中", "Recalled"
    RETURNED = "returned", "已退还", "Returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """What an offer's home keeps of a part that it gave to another pool.

    ``lots`` says how much was taken of which lot. ``returns`` counts how often something came back,
    and ``returned`` how much; the rest is used there, or can be.
    """

    id: AllotmentId
    version: int
    offer_id: OfferId
    home: PoolId
    pool_id: PoolId
    area: AreaRef
    quantity: int
    lots: LotsTaken
    until: datetime
    granted_at: datetime
    recalled_at: datetime | None = None
    returns: int = 0
    returned: int = 0
    returned_at: datetime | None = None

    @property
    def state(self) -> AllotmentState:
        """How far it has come; with the first return it is over."""
        if self.returned_at is not None:
            return AllotmentState.RETURNED
        return AllotmentState.GRANTED if self.recalled_at is None else AllotmentState.RECALLED

    @property
    def away(self) -> int:
        """How much of it has not come back."""
        return self.quantity - self.returned

    def away_at(self, at: datetime) -> int:
        """Return how much of it was away at an instant, what came back being so at the last."""
        if at < self.granted_at:
            return 0
        is_back = self.returned_at is not None and self.returned_at <= at
        return self.away if is_back else self.quantity

    def recall(self, *, at: datetime) -> Change[Allotment, AllotmentFact]:
        """Ask for what is left of it; what was accepted there stays.

        Raises:
            AllotmentAlreadyEnded: It was asked for before, or has come back.
        """
        if self.state is not AllotmentState.GRANTED:
            raise AllotmentAlreadyEnded(allotment_id=self.id)
        recalled = replace(self, version=self.version + 1, recalled_at=at)
        return Change(recalled, (AllotmentWasRecalled(recalled, at),))


@dataclass(frozen=True, slots=True)
class AllotmentWasGranted:
    """Part of an offer is another pool's for a while; ``offer`` is as it is then."""

    allotment: Allotment
    offer: Offer


@dataclass(frozen=True, slots=True)
class AllotmentWasRecalled:
    """What is left of it is asked for."""

    allotment: Allotment
    at: datetime


AllotmentFact: TypeAlias = AllotmentWasGranted | AllotmentWasRecalled


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """How much of an offer an area of another pool gets, until when."""

    id: AllotmentId
    site: Site
    quantity: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What the other pool gives back, the ``number``-th time; by lots in the order of the grant."""

    allotment_id: AllotmentId
    number: int
    quantity: int
    lots: tuple[int, ...]


def grant(
    offer: Offer, granted: Grant, *, at: datetime
) -> tuple[Offer, Change[Allotment, AllotmentFact]]:
    """Give part of an offer to another pool; of lots, what expires first.

    Raises:
        OfferNoLongerStands: It was withdrawn or is past its time.
        OfferNotAllottable: It may not be planned, has a calendar, is an allotment itself, or
            stands for an entry of the service list.
        AllotmentWithinPool: The area is in the offer's own pool.
        AllotmentOutlastsOffer: It would not be back before the offer ends.
        OfferAlreadyExpired: It would be over before it begins.
        OfferExhausted: Others hold too much of it.
    """
    if not offer.stands(at=at):
        raise OfferNoLongerStands(offer_id=offer.id)
    is_fixed = offer.origin or offer.openings or offer.entry
    if is_fixed or offer.moderation is not Moderation.APPROVED:
        raise OfferNotAllottable(offer_id=offer.id)
    if granted.site.pool_id == offer.site.pool_id:
        raise AllotmentWithinPool(scheme=granted.site.area.scheme, area=granted.site.area.code)
    if granted.until <= at:
        raise OfferAlreadyExpired(valid_until=granted.until)
    if granted.until > offer.supply.valid_until:
        raise AllotmentOutlastsOffer(valid_until=offer.supply.valid_until)
    less, lots = offer.allot(granted.quantity, on=at.astimezone(CHINA).date())
    allotment = Allotment(
        id=granted.id,
        version=1,
        offer_id=offer.id,
        home=offer.site.pool_id,
        pool_id=granted.site.pool_id,
        area=granted.site.area,
        quantity=granted.quantity,
        lots=lots,
        until=granted.until,
        granted_at=at,
    )
    return less, Change(allotment, (AllotmentWasGranted(allotment, less),))


def received(
    allotment: Allotment, site: Site, origin: Offer, *, at: datetime
) -> Change[Offer, OfferFact]:
    """Offer in another pool what was granted to it: the same, for all of the area that got it.

    It stands even if its time has passed on the way, so that somebody gives it back.
    """
    lots = tuple(
        Lot(quantity, origin.supply.lots[number].expires_on)
        for number, quantity in sorted(allotment.lots.items())
    )
    supply = replace(
        origin.supply,
        capacity=allotment.quantity,
        lots=lots,
        valid_until=allotment.until,
        scope=allotment.area,
        reach_metres=ANYWHERE,
    )
    assert origin.site.point is not None
    offer = Offer(
        id=OfferId(allotment.id),
        version=1,
        revision=1,
        supply=supply,
        society=origin.society,
        site=site.at(origin.site.point),
        held=0,
        lots_held=(0,) * len(lots),
        published_at=at,
        is_giver_active=origin.is_giver_active,
        confirmed_at=origin.true_at,
        origin=Origin(origin.id, origin.site.pool_id),
    )
    return Change(offer, (OfferWasPublished(offer),))


def told(fact: OfferWasHandedBack) -> Returned:
    """Return what the home pool is told of a return."""
    return Returned(
        allotment_id=AllotmentId(fact.offer.id),
        number=fact.offer.returns,
        quantity=fact.quantity,
        lots=fact.lots,
    )


def take_back(
    offer: Offer, allotment: Allotment, returned: Returned, *, at: datetime
) -> tuple[Offer, Allotment]:
    """Have back at home what another pool has given back; the same return counts once.

    Raises:
        ReturnTooEarly: An earlier one has not been heard of yet.
    """
    if returned.number <= allotment.returns:
        return offer, allotment
    if returned.number > allotment.returns + 1:
        raise ReturnTooEarly(allotment_id=allotment.id)
    lots = {
        number: quantity
        for number, quantity in zip(sorted(allotment.lots), returned.lots, strict=True)
        if quantity
    }
    less = replace(
        allotment,
        version=allotment.version + 1,
        returns=returned.number,
        returned=allotment.returned + returned.quantity,
        returned_at=at,
    )
    return offer.take_back(returned.quantity, lots=lots), less
