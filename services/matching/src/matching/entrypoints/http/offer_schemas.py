"""Offers as callers send and receive them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from common.http.batches import Attempted
from common.http.languages import Language
from common.http.places import Code, Place, PlaceView
from common.http.schemas import Body, View
from common.http.words import MOST_AT_ONCE, Amount, ChosenId, Day, Instant, Name, example, label
from common.places import AreaRef
from common.vocabulary import (
    KIND_OF_SERVICE,
    AreaScheme,
    Beneficiary,
    LineKind,
    ServiceCode,
    Society,
    Unit,
    Weekday,
)
from matching.app.moderate_offers import RefusedOffer
from matching.app.publish_offers import PublishOffer
from matching.app.queries import SeenOffer
from matching.domain.earmark import Earmark
from matching.domain.identity import OfferId, PartyId
from matching.domain.lot import Lot
from matching.domain.moderation import HiddenBecause, Moderation, ModerationReason
from matching.domain.offer import ANYWHERE, OfferState, Supply
from matching.entrypoints.http.entry_schemas import EntryView
from matching.entrypoints.http.schemas import Weekdays, in_order

_PLACE = {"longitude": 121.718, "latitude": 39.062}
_ROOM = {
    "party_id": "0192d3c4-0000-7000-8000-00000000aaaa",
    "service": "waiting_room",
    "capacity": 1,
    "unit": "room",
    "scheme": "nbs",
    "area": "210213009",
    "place": _PLACE,
    "reach_metres": 1000,
    "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat"],
    "valid_until": "2026-12-31T16:00:00Z",
    "title": "校门旁闲置办公楼一层",
}


class EarmarkBody(Body):
    """The needs that a gift may serve; what is empty limits nothing."""

    model_config = example(services=["tutoring"], beneficiaries=["household"])

    services: Annotated[
        frozenset[ServiceCode],
        Field(description="The need has to ask for one of these too."),
    ] = frozenset()
    beneficiaries: Annotated[
        frozenset[Beneficiary], Field(description="The need has to be of one of these.")
    ] = frozenset()

    def meant(self) -> Earmark:
        """Return what is meant."""
        return Earmark(services=self.services, beneficiaries=self.beneficiaries)


class LotBody(Body):
    """Goods that are good until one day."""

    model_config = example(quantity=200, expires_on="2026-09-30")

    quantity: Amount
    expires_on: Annotated[
        Day | None, Field(description="The last day, in China; left out: for ever.")
    ] = None

    def meant(self) -> Lot:
        """Return what is meant."""
        return Lot(self.quantity, self.expires_on)


class LotView(View):
    """Goods that are good until one day, and how much of them accepted matches hold."""

    quantity: int
    expires_on: date | None = None
    held: int


class EarmarkView(View):
    """The needs that a gift may serve; what is empty limits nothing."""

    services: list[ServiceCode]
    beneficiaries: list[Beneficiary]


class OfferToPublish(Body):
    """Something that a party can give, where, when and until when."""

    model_config = example(**_ROOM)

    id: ChosenId = None
    party_id: UUID
    service: ServiceCode
    capacity: Amount
    unit: Unit
    scheme: AreaScheme
    area: Code
    place: Place
    reach_metres: Annotated[
        Amount | None, Field(description="May be left out where `scope_area` says how far.")
    ] = None
    scope_area: Annotated[
        Code | None,
        Field(description="Serves this area only: a village, township, county or prefecture."),
    ] = None
    weekdays: Weekdays = frozenset()
    valid_until: Instant
    title: Name
    earmark: EarmarkBody = EarmarkBody()
    lots: Annotated[
        tuple[LotBody, ...],
        Field(max_length=200, description="What the capacity of goods is made of."),
    ] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.reach_metres is None and self.scope_area is None:
            message = "reach_metres or scope_area has to say how far it reaches"
            raise ValueError(message)
        kind = KIND_OF_SERVICE[self.service]
        if self.lots and kind is not LineKind.GOODS:
            message = "only goods come in lots"
            raise ValueError(message)
        if self.lots and sum(lot.quantity for lot in self.lots) != self.capacity:
            message = "the lots have to add up to the capacity"
            raise ValueError(message)
        if self.earmark.meant() and kind not in {LineKind.MONEY, LineKind.GOODS}:
            message = "only money and goods can be earmarked"
            raise ValueError(message)
        return self

    def command(self, new_id: Callable[[], UUID]) -> PublishOffer:
        """Return what is to be done."""
        return PublishOffer(
            offer_id=OfferId(self.id or new_id()),
            supply=Supply(
                party_id=PartyId(self.party_id),
                service=self.service,
                capacity=self.capacity,
                unit=self.unit,
                reach_metres=ANYWHERE if self.reach_metres is None else self.reach_metres,
                scope=None if self.scope_area is None else AreaRef(self.scheme, self.scope_area),
                earmark=self.earmark.meant(),
                lots=tuple(lot.meant() for lot in self.lots),
                valid_until=self.valid_until,
                title=self.title,
                weekdays=self.weekdays,
            ),
            area=AreaRef(self.scheme, self.area),
            point=self.place.position(),
        )


class OffersToPublish(Body):
    """Up to 500 offers; each is decided on its own."""

    model_config = example(offers=[_ROOM])

    offers: Annotated[list[Attempted[OfferToPublish]], Field(min_length=1, max_length=MOST_AT_ONCE)]


class RefusalOfOffer(Body):
    """Why an offer is not to be planned."""

    model_config = example(reason="not_qualified", note="请先上传公开募捐资格证书")

    reason: ModerationReason
    note: Annotated[
        str | None,
        StringConstraints(max_length=500),
        Field(description="For its publisher; nothing about a person belongs here."),
    ] = None

    def because(self) -> RefusedOffer:
        """Return what is meant."""
        return RefusedOffer(self.reason, self.note)


class OfferView(View):
    """An offer, how much of it accepted matches hold, and whether it may be planned."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        version=1,
        **_ROOM,
        society="community",
        society_label="社区",
        kind="venue",
        service_label="等候场所",
        unit_label="间",
        held=0,
        committed=0,
        delivered=0,
        allotted=0,
        left=1,
        scope_area=None,
        earmark={"services": [], "beneficiaries": []},
        lots=[],
        state="open",
        state_label="有效",
        moderation="approved",
        moderation_label="已通过",
        refused_because=None,
        refused_because_label=None,
        refused_note=None,
        hidden_because=None,
        hidden_because_label=None,
        published_at="2026-03-02T04:00:00Z",
        confirmed_at="2026-03-02T04:00:00Z",
        to_be_confirmed=False,
        withdrawn_at=None,
    )

    id: UUID
    version: int
    allotted_from: UUID | None = None
    """The offer of another pool that it is part of; its id is that of the allotment."""
    entry: EntryView | None = None
    """The entry of the service list that it stands for; only there it is changed."""
    party_id: UUID
    society: Society
    society_label: str
    kind: LineKind
    service: ServiceCode
    service_label: str
    capacity: int
    held: int
    committed: int
    """Held, and not delivered yet."""
    delivered: int
    allotted: int
    """Granted to another pool, or given back to where it came from."""
    left: int
    """Neither held nor expired."""
    unit: Unit
    unit_label: str
    scheme: AreaScheme
    area: str
    place: PlaceView | None = None
    reach_metres: int | None = None
    scope_area: str | None = None
    earmark: EarmarkView
    lots: list[LotView]
    weekdays: list[Weekday]
    valid_until: datetime
    title: str
    state: OfferState
    state_label: str
    moderation: Moderation
    moderation_label: str
    refused_because: ModerationReason | None = None
    refused_because_label: str | None = None
    refused_note: str | None = None
    hidden_because: HiddenBecause | None = None
    """Why no plan takes it into account, if so."""
    hidden_because_label: str | None = None
    published_at: datetime
    confirmed_at: datetime
    """When its owner last said that it holds."""
    to_be_confirmed: bool
    withdrawn_at: datetime | None = None

    @classmethod
    def of(cls, seen: SeenOffer, language: Language) -> Self:
        """Show an offer to somebody who reads this language."""
        offer, hidden, refused = seen.offer, seen.hidden_because, seen.offer.refused_because
        supply, site = offer.supply, offer.site
        return cls(
            id=offer.id,
            version=offer.version,
            allotted_from=None if offer.origin is None else offer.origin.offer_id,
            entry=EntryView.of(offer.entry, language),
            party_id=supply.party_id,
            society=offer.society,
            society_label=label(offer.society, language),
            kind=supply.kind,
            service=supply.service,
            service_label=label(supply.service, language),
            capacity=supply.capacity,
            held=offer.held,
            committed=offer.committed,
            delivered=offer.delivered,
            allotted=offer.allotted,
            left=seen.left,
            unit=supply.unit,
            unit_label=label(supply.unit, language),
            scheme=site.area.scheme,
            area=site.area.code,
            place=PlaceView.of(site.point),
            reach_metres=None if supply.reach_metres >= ANYWHERE else supply.reach_metres,
            scope_area=None if supply.scope is None else supply.scope.code,
            earmark=EarmarkView(
                services=sorted(supply.earmark.services),
                beneficiaries=sorted(supply.earmark.beneficiaries),
            ),
            lots=[
                LotView(quantity=lot.quantity, expires_on=lot.expires_on, held=held)
                for lot, held in zip(supply.lots, offer.lots_held, strict=True)
            ],
            weekdays=in_order(supply.weekdays),
            valid_until=supply.valid_until,
            title=supply.title,
            state=offer.state,
            state_label=label(offer.state, language),
            moderation=offer.moderation,
            moderation_label=label(offer.moderation, language),
            refused_because=refused,
            refused_because_label=None if refused is None else label(refused, language),
            refused_note=offer.refused_note,
            hidden_because=hidden,
            hidden_because_label=None if hidden is None else label(hidden, language),
            published_at=offer.published_at,
            confirmed_at=offer.true_at,
            to_be_confirmed=seen.is_to_be_confirmed,
            withdrawn_at=offer.withdrawn_at,
        )
