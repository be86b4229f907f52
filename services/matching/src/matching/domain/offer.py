"""An offer: what a party can give, where, when, until when, and how much of it is held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from common.change import Change
from common.clock import CHINA
from common.places import AreaRef
from common.vocabulary import (
    KIND_OF_SERVICE,
    Labelled,
    LineKind,
    ServiceCode,
    Society,
    Unit,
    Weekday,
)
from matching.domain.earmark import FOR_ANYTHING, Earmark
from matching.domain.entry import Entry
from matching.domain.errors import (
    AllottedByQuantity,
    NotByAppointment,
    OfferAlreadyExpired,
    OfferAlreadyModerated,
    OfferAlreadyWithdrawn,
    OfferExhausted,
    OfferNoLongerStands,
)
from matching.domain.identity import OfferId, PartyId, PoolId
from matching.domain.lot import Lot, LotsTaken, first_expired_first, last_expired, left
from matching.domain.moderation import Moderation, ModerationReason
from matching.domain.session import Openings
from matching.domain.site import Site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from matching.domain.party import Party

ANYWHERE: Final = 20_100_000
"""Metres: as far as any two places on Earth, for who reaches all of a scope."""


class OfferState(Labelled):
    """Whether an offer still stands."""

    OPEN = "open", "有效", "Open"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What is offered, in the words of the party; no weekday means any day."""

    party_id: PartyId
    service: ServiceCode
    capacity: int
    unit: Unit
    reach_metres: int
    valid_until: datetime
    title: str
    valid_from: datetime | None = None
    """Without a calendar it is not given before; with one it has no sessions before."""
    weekdays: frozenset[Weekday] = frozenset()
    scope: AreaRef | None = None
    """The only area whose needs it serves; it then reaches all of that, unless told otherwise."""
    earmark: Earmark = FOR_ANYTHING
    lots: tuple[Lot, ...] = ()
    """What the capacity is made of, where goods expire."""

    @property
    def kind(self) -> LineKind:
        """The kind of thing that the service belongs to."""
        return KIND_OF_SERVICE[self.service]


@dataclass(frozen=True, slots=True)
class Origin:
    """The offer of another pool that an offer was allotted of."""

    offer_id: OfferId
    pool_id: PoolId


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that a party can give.

    Accepted matches hold part of the capacity, never more than all of it; proposals and asks hold
    nothing. What was delivered of it stays held for ever, and what another pool has of it is held
    as long as it is there, so that the capacity is always what is free, committed, delivered and
    allotted together. ``revision`` grows whenever what may be planned changes,
    ``version`` with every fact.
    """

    id: OfferId
    version: int
    revision: int
    supply: Supply
    society: Society
    site: Site
    held: int
    delivered: int = 0
    lots_held: tuple[int, ...] = ()
    published_at: datetime
    withdrawn_at: datetime | None = None
    moderation: Moderation = Moderation.APPROVED
    refused_because: ModerationReason | None = None
    refused_note: str | None = None
    is_giver_active: bool = True
    """Whether the party may be matched; kept here so that a suspension hides its offers at once."""
    confirmed_at: datetime | None = None
    confirmation_asked_at: datetime | None = None
    allotted: int = 0
    """How much of it is another pool's: granted to it, or given back to where it came from."""
    origin: Origin | None = None
    """Where it came from, if it is part of an offer of another pool."""
    returns: int = 0
    """How often something was given back to where it came from."""
    openings: Openings | None = None
    """None where it has no calendar; then it can be had at any time."""
    entry: Entry | None = None
    """The entry of the service list that it stands for, and that alone changes it."""

    @classmethod
    def stand_for(
        cls, entry: Entry, offer_id: OfferId, giver: Party, site: Site, *, at: datetime
    ) -> Change[Offer, OfferFact]:
        """Offer what an entry of the service list says; one that lapsed on the way waits.

        The registry has verified it, so nobody has to approve it here.
        """
        offer = cls(
            id=offer_id,
            version=1,
            revision=1,
            supply=_supply_of(entry, giver.id, site, capacity=entry.capacity),
            society=giver.society,
            site=site,
            held=0,
            published_at=at,
            is_giver_active=giver.is_active,
            confirmed_at=entry.true_at,
            entry=entry,
        )
        return Change(offer, (OfferWasPublished(offer),))

    def restate(self, entry: Entry, site: Site, *, at: datetime) -> Change[Offer, OfferFact]:
        """Offer exactly what an entry says now; what is held of it stays held."""
        # With a calendar the sessions say how much there is; else what was given is part of it.
        recurs = entry.calendar() is not None
        capacity = self.supply.capacity if recurs else max(entry.capacity, self.held)
        offer = replace(
            self._after_a_fact(),
            supply=_supply_of(entry, self.supply.party_id, site, capacity=capacity),
            site=site,
            confirmed_at=entry.true_at,
            entry=entry,
            openings=self.openings if recurs else None,
        )
        return Change(offer, (OfferWasRevised(offer, at),))

    @classmethod
    def publish(
        cls,
        offer_id: OfferId,
        supply: Supply,
        *,
        society: Society,
        site: Site,
        at: datetime,
        moderation: Moderation = Moderation.APPROVED,
        is_giver_active: bool = True,
    ) -> Change[Offer, OfferFact]:
        """Let it be known that a party can give something, now or once somebody has approved it.

        Raises:
            OfferAlreadyExpired: It would be over before it begins.
        """
        if supply.valid_until <= at:
            raise OfferAlreadyExpired(valid_until=supply.valid_until)
        offer = cls(
            id=offer_id,
            version=1,
            revision=1,
            supply=supply,
            society=society,
            site=site,
            held=0,
            lots_held=(0,) * len(supply.lots),
            published_at=at,
            moderation=moderation,
            is_giver_active=is_giver_active,
        )
        return Change(offer, (OfferWasPublished(offer),))

    def withdraw(self, *, at: datetime) -> Change[Offer, OfferFact]:
        """Take the offer back; what was accepted stays.

        Raises:
            OfferAlreadyWithdrawn: It was taken back before.
        """
        if self.withdrawn_at is not None:
            raise OfferAlreadyWithdrawn(offer_id=self.id, withdrawn_at=self.withdrawn_at)
        offer = replace(self._after_a_fact(), withdrawn_at=at)
        return Change(offer, (OfferWasWithdrawn(offer, at),))

    def approve(self, *, at: datetime) -> Change[Offer, OfferFact]:
        """Let others rely on it.

        Raises:
            OfferAlreadyModerated: Somebody decided before, or it needed no approval.
        """
        self._refuse_if_moderated()
        offer = replace(self._after_a_fact(), moderation=Moderation.APPROVED)
        return Change(offer, (OfferWasApproved(offer, at),))

    def refuse(
        self, reason: ModerationReason, note: str | None, *, at: datetime
    ) -> Change[Offer, OfferFact]:
        """Keep it out of every plan, and say why.

        Raises:
            OfferAlreadyModerated: Somebody decided before, or it needed no approval.
        """
        self._refuse_if_moderated()
        offer = replace(
            self._after_a_fact(),
            moderation=Moderation.REFUSED,
            refused_because=reason,
            refused_note=note,
        )
        return Change(offer, (OfferWasRefused(offer, at),))

    def confirm(self, *, at: datetime) -> Change[Offer, OfferFact]:
        """Take the owner's word that it is still true; it counts as new.

        Raises:
            OfferNoLongerStands: It was withdrawn or is past its time.
        """
        if not self.stands(at=at):
            raise OfferNoLongerStands(offer_id=self.id)
        offer = replace(self._after_a_fact(), confirmed_at=at, confirmation_asked_at=None)
        return Change(offer, (OfferWasConfirmed(offer, at),))

    def ask_to_confirm(self, *, at: datetime) -> Change[Offer, OfferFact]:
        """Note that the owner is asked whether it is still true; once for each confirmation."""
        offer = replace(self._after_a_fact(), confirmation_asked_at=at)
        return Change(offer, (OfferIsToBeConfirmed(offer, at),))

    def schedule(self, *, at: datetime) -> Change[Offer, OfferFact]:
        """Note that it can be had at other times than before.

        Raises:
            OfferNoLongerStands: It was withdrawn or is past its time.
            NotByAppointment: It is goods or money.
            AllottedByQuantity: It is part of another offer, or other pools have parts of it.
        """
        if not self.stands(at=at):
            raise OfferNoLongerStands(offer_id=self.id)
        if self.origin or self.allotted:
            raise AllottedByQuantity(offer_id=self.id)
        if self.supply.kind in {LineKind.GOODS, LineKind.MONEY}:
            raise NotByAppointment(offer_id=self.id)
        offer = self._after_a_fact()
        return Change(offer, (OfferWasScheduled(offer, at),))

    def hold(self, quantity: int, *, on: date) -> tuple[Offer, LotsTaken]:
        """Keep part of the capacity for an accepted match, and say of which lots.

        Raises:
            OfferExhausted: Others hold too much of it, or the rest is past its last day.
        """
        free = self.free_on(on)
        if quantity > free:
            raise OfferExhausted(offer_id=self.id, left=free, wanted=quantity)
        taken: LotsTaken = {}
        if self.supply.lots:
            taken = first_expired_first(self.supply.lots, self.lots_held, quantity, on=on)
        offer = replace(
            self,
            revision=self.revision + 1,
            held=self.held + quantity,
            lots_held=_with(self.lots_held, taken, 1),
        )
        return offer, taken

    def release(self, quantity: int, *, lots: LotsTaken | None = None) -> Offer:
        """Give back what a match held; what was delivered of it stays."""
        return replace(
            self,
            revision=self.revision + 1,
            held=self.held - quantity,
            lots_held=_with(self.lots_held, lots or {}, -1),
        )

    def allot(self, quantity: int, *, on: date) -> tuple[Offer, LotsTaken]:
        """Let another pool have part of the capacity, and say of which lots.

        Raises:
            OfferExhausted: Others hold too much of it, or the rest is past its last day.
        """
        offer, taken = self.hold(quantity, on=on)
        return replace(offer, allotted=self.allotted + quantity), taken

    def take_back(self, quantity: int, *, lots: LotsTaken) -> Offer:
        """Have again what another pool had."""
        return replace(self.release(quantity, lots=lots), allotted=self.allotted - quantity)

    def hand_back(self, *, at: datetime) -> Change[Offer, OfferFact]:
        """Give back to where it came from all that nobody holds, for good; good or not."""
        assert self.origin is not None, "it came from nowhere else"
        closing = None if self.withdrawn_at else self.withdraw(at=at)
        closed = closing.state if closing else self
        quantities = tuple(lot.quantity for lot in closed.supply.lots)
        offer = replace(
            closed,
            revision=self.revision + 1,
            held=closed.supply.capacity,
            lots_held=quantities,
            allotted=closed.allotted + closed.free,
            returns=closed.returns + 1,
        )
        parts = tuple(
            quantity - held for quantity, held in zip(quantities, closed.lots_held, strict=True)
        )
        returned = OfferWasHandedBack(offer, closed.free, parts, at)
        return Change(offer, (*(closing.facts if closing else ()), returned))

    def without(self, quantity: int) -> Offer:
        """Return the offer as it would be if so much of it were not held."""
        some = {number: each for number, each in enumerate(self.lots_held) if each}
        return self.release(quantity, lots=self.last_of(some, quantity))

    def last_of(self, lots: LotsTaken, quantity: int) -> LotsTaken:
        """Return those parts of lots, so much together, that would go out last."""
        return last_expired(self.supply.lots, lots, quantity)

    def deliver(self, quantity: int) -> Offer:
        """Count as delivered a part of what is held."""
        return replace(self, revision=self.revision + 1, delivered=self.delivered + quantity)

    def has_content_of(self, other: Offer) -> bool:
        """Tell whether both were published alike, whatever has happened to either since."""
        # What a calendar comes to is not what was published.
        capacity = self.supply.capacity if self.openings is None else other.supply.capacity
        return (replace(self.supply, capacity=capacity), self.site.area, self.site.point) == (
            other.supply,
            other.site.area,
            other.site.point,
        )

    @property
    def free(self) -> int:
        """How much is not held, good or not."""
        return self.supply.capacity - self.held

    @property
    def committed(self) -> int:
        """How much is held, here, and not delivered yet."""
        return self.held - self.delivered - self.allotted

    def free_on(self, day: date) -> int:
        """Return how much may be given on a day in China: not held, and not expired."""
        if not self.supply.lots:
            return self.free
        return left(self.supply.lots, self.lots_held, on=day)

    @property
    def true_at(self) -> datetime:
        """When its owner last said that it holds."""
        return self.confirmed_at or self.published_at

    @property
    def state(self) -> OfferState:
        """Whether it still stands; an offer past its time stands, and is never proposed."""
        return OfferState.OPEN if self.withdrawn_at is None else OfferState.WITHDRAWN

    def coming(self, *, at: datetime) -> Openings:
        """Return the sessions that are still to come; none where it has no calendar."""
        return tuple(each for each in self.openings or () if each.bookable_until > at)

    def sources(self, *, at: datetime) -> Mapping[UUID, int]:
        """Return what it may be had from and how much of each: its sessions, else itself."""
        if self.openings is None:
            return {self.id: self.free_on(at.astimezone(CHINA).date())}
        return {each.session_id: each.free for each in self.coming(at=at) if each.free}

    def stands(self, *, at: datetime) -> bool:
        """Tell whether it may be given at an instant."""
        supply = self.supply
        is_early = (
            supply.valid_from is not None and self.openings is None and at < supply.valid_from
        )
        return self.withdrawn_at is None and at < supply.valid_until and not is_early

    def _after_a_fact(self) -> Offer:
        return replace(self, version=self.version + 1, revision=self.revision + 1)

    def _refuse_if_moderated(self) -> None:
        if self.moderation is not Moderation.PENDING:
            raise OfferAlreadyModerated(offer_id=self.id, moderation=self.moderation)


def _supply_of(entry: Entry, party_id: PartyId, site: Site, *, capacity: int) -> Supply:
    """Return what the giver of an entry offers.

    What is given so far around a place is measured from there; all else serves the area of its
    provider, as does what is for residents.
    """
    is_around = site.point is not None and entry.reach_metres is not None
    return Supply(
        party_id=party_id,
        service=entry.service,
        capacity=capacity,
        unit=entry.unit,
        reach_metres=(entry.reach_metres or ANYWHERE) if is_around else ANYWHERE,
        scope=None if is_around and not entry.is_for_residents else site.area,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        title=f"{entry.service.zh}（服务清单）",
        weekdays=entry.weekdays,
    )


def _with(held: tuple[int, ...], taken: LotsTaken, sign: int) -> tuple[int, ...]:
    return tuple(each + sign * taken.get(number, 0) for number, each in enumerate(held))


@dataclass(frozen=True, slots=True)
class OfferWasPublished:
    """A party can give something."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class OfferWasWithdrawn:
    """The offer stands no longer."""

    offer: Offer
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferWasApproved:
    """Others may rely on the offer."""

    offer: Offer
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferWasRefused:
    """The offer is not to be planned, for a reason that its publisher is told."""

    offer: Offer
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferWasConfirmed:
    """Its owner said that the offer is still true."""

    offer: Offer
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferIsToBeConfirmed:
    """Its owner is asked whether the offer is still true."""

    offer: Offer
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferWasScheduled:
    """The offer can be had at other times than before."""

    offer: Offer
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferWasRevised:
    """The service list says otherwise of it than before."""

    offer: Offer
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferWasHandedBack:
    """What nobody held of the offer is again where it came from; by lots in their order."""

    offer: Offer
    quantity: int
    lots: tuple[int, ...]
    at: datetime


FactOfOffer: TypeAlias = (
    OfferWasPublished
    | OfferWasWithdrawn
    | OfferWasApproved
    | OfferWasRefused
    | OfferWasConfirmed
    | OfferIsToBeConfirmed
    | OfferWasScheduled
    | OfferWasRevised
)
"""What happened to an offer itself."""

OfferFact: TypeAlias = FactOfOffer | OfferWasHandedBack
"""What happened to an offer, or between it and where it came from."""
