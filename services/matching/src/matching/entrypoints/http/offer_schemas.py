"""Offers as callers send and receive them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.batches import Attempted
from common.http.languages import Language
from common.http.places import Code, Place, PlaceView
from common.http.schemas import Body, View
from common.http.words import MOST_AT_ONCE, Amount, ChosenId, Instant, Name, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme, LineKind, ServiceCode, Society, Unit, Weekday
from matching.app.publish_offers import PublishOffer
from matching.app.queries import SeenOffer
from matching.domain.identity import OfferId, PartyId
from matching.domain.moderation import HiddenBecause, Moderation, ModerationReason
from matching.domain.offer import OfferState, Supply
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
    reach_metres: Amount
    weekdays: Weekdays = frozenset()
    valid_until: Instant
    title: Name

    def command(self, new_id: Callable[[], UUID]) -> PublishOffer:
        """Return what is to be done."""
        return PublishOffer(
            offer_id=OfferId(self.id or new_id()),
            supply=Supply(
                party_id=PartyId(self.party_id),
                service=self.service,
                capacity=self.capacity,
                unit=self.unit,
                reach_metres=self.reach_metres,
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
        left=1,
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
    party_id: UUID
    society: Society
    society_label: str
    kind: LineKind
    service: ServiceCode
    service_label: str
    capacity: int
    held: int
    left: int
    unit: Unit
    unit_label: str
    scheme: AreaScheme
    area: str
    place: PlaceView | None = None
    reach_metres: int
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
            party_id=supply.party_id,
            society=offer.society,
            society_label=label(offer.society, language),
            kind=supply.kind,
            service=supply.service,
            service_label=label(supply.service, language),
            capacity=supply.capacity,
            held=offer.held,
            left=offer.free,
            unit=supply.unit,
            unit_label=label(supply.unit, language),
            scheme=site.area.scheme,
            area=site.area.code,
            place=PlaceView.of(site.point),
            reach_metres=supply.reach_metres,
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
