"""Entries of the service list as callers send and receive them."""

from datetime import date
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.places import PlaceView
from common.http.schemas import Body, View
from common.http.words import Amount, ChosenId, Day, Flag, Name, example, label
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import AreaScheme, ServiceCode, Unit
from registry.app.list_services import ListService, ReviseService
from registry.domain.hours import OpeningHours
from registry.domain.service_entry import (
    Cost,
    EntryId,
    EntryStatus,
    Offering,
    Provider,
    ServiceEntry,
)
from registry.domain.station_profile import Whereabouts
from registry.entrypoints.http.hours_schemas import HoursBody, HoursView
from registry.entrypoints.http.position_schemas import (
    Address,
    PositionBody,
    StatedPositionView,
)

Metres: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=100_000)]
Fen: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=10**9)]

_MEALS = {
    "service": "meal_delivery",
    "title_zh": "助餐送餐上门",
    "title_en": "Meals brought home",
    "capacity": 20,
    "unit": "person_time",
    "period": "day",
    "audiences": ["older_people", "disability"],
    "is_for_residents": True,
    "cost": "fixed",
    "cost_fen": 800,
    "given": "at_home",
    "is_confidential": False,
    "reach_metres": 3000,
    "offered_from": "2026-01-01",
    "offered_until": None,
}


class OfferingBody(Body):
    """What is offered, how much of it, for whom, at what cost in fen, where and when.

    Nobody in `audiences` means everybody. Of a confidential place only those who keep the entry
    see address and position.
    """

    model_config = example(**_MEALS)

    service: ServiceCode
    title_zh: Name
    title_en: Name | None = None
    capacity: Amount
    unit: Unit
    period: CapacityPeriod
    audiences: Annotated[list[Audience], Field(max_length=len(Audience))] = Field(
        default_factory=list
    )
    is_for_residents: Flag = False
    cost: CostKind
    cost_fen: Fen | None = None
    given: ServicePlace
    is_confidential: Flag = False
    address: Address | None = None
    position: PositionBody | None = None
    reach_metres: Metres | None = None
    hours: HoursBody | None = None
    offered_from: Day
    offered_until: Day | None = None

    def offering(self) -> Offering:
        """Return what is meant."""
        return Offering(
            service=self.service,
            title_zh=self.title_zh,
            title_en=self.title_en,
            capacity=self.capacity,
            unit=self.unit,
            period=self.period,
            audiences=tuple(dict.fromkeys(self.audiences)),
            is_for_residents=self.is_for_residents,
            cost=Cost(kind=self.cost, fen=self.cost_fen),
            given=self.given,
            is_confidential=self.is_confidential,
            whereabouts=Whereabouts(
                address=self.address, stated=self.position.stated() if self.position else None
            ),
            reach_metres=self.reach_metres,
            hours=self.hours.hours() if self.hours else OpeningHours(),
            offered_from=self.offered_from,
            offered_until=self.offered_until,
        )


class ServiceToList(OfferingBody):
    """A service of a station or of an organisation: one of `station_id` and `party_id`."""

    model_config = example(station_id="0192d3c4-5b6a-7890-8abc-def012345678", **_MEALS)

    id: ChosenId = None
    station_id: UUID | None = None
    party_id: UUID | None = None

    def command(self) -> ListService:
        """Return what is to be done."""
        provider = Provider(station=self.station_id, party=self.party_id)
        return ListService(id=self.id, provider=provider, offering=self.offering())


class ServiceToRevise(OfferingBody):
    """What an entry offers from now on; it replaces what it offered."""

    model_config = example(**_MEALS)

    def command(self, entry_id: UUID, seen: int | None) -> ReviseService:
        """Return what is to be done."""
        return ReviseService(entry_id=EntryId(entry_id), offering=self.offering(), seen=seen)


class ServiceToVerify(Body):
    """The day on which somebody made sure that the entry still holds."""

    model_config = example(verified_on="2026-06-30")

    verified_on: Day


class ServiceToWithdraw(Body):
    """Since when the service is not offered any more."""

    model_config = example(withdrawn_on="2026-12-31")

    withdrawn_on: Day


class ServiceView(View):
    """A service as everybody may see it; of a confidential place nothing but the area."""

    id: UUID
    station_id: UUID | None
    party_id: UUID | None
    scheme: AreaScheme
    area: str
    service: ServiceCode
    service_label: str
    title_zh: str
    title_en: str | None
    capacity: int
    unit: Unit
    unit_label: str
    period: CapacityPeriod
    period_label: str
    audiences: list[Audience]
    audience_labels: list[str]
    is_for_residents: bool
    cost: CostKind
    cost_label: str
    cost_fen: int | None
    given: ServicePlace
    given_label: str
    is_confidential: bool
    address: str | None
    position: PlaceView | None
    reach_metres: int | None
    hours: HoursView
    offered_from: date
    offered_until: date | None
    verified_on: date
    lapses_on: date

    @classmethod
    def of(cls, entry: ServiceEntry, language: Language) -> Self:
        """Show an entry to somebody who reads this language, and may be anybody."""
        offering = entry.offering
        shown = Whereabouts() if offering.is_confidential else offering.whereabouts
        return cls(**_shown(entry, shown, language))


class ServiceEntryView(ServiceView):
    """An entry of the service list as those see it who keep it."""

    version: int
    status: EntryStatus
    status_label: str
    stated_position: StatedPositionView | None
    verified_by: str
    withdrawn_on: date | None

    @classmethod
    def whole(cls, entry: ServiceEntry, language: Language, *, on: date) -> Self:
        """Show all of an entry, as of a day, to somebody who keeps it."""
        whereabouts = entry.offering.whereabouts
        status = entry.status(on=on)
        return cls(
            version=entry.version,
            status=status,
            status_label=label(status, language),
            stated_position=StatedPositionView.of(whereabouts.stated, language),
            verified_by=entry.verification.verified_by,
            withdrawn_on=entry.withdrawn_on,
            **_shown(entry, whereabouts, language),
        )


def _shown(entry: ServiceEntry, whereabouts: Whereabouts, language: Language) -> dict[str, object]:
    offering, stated = entry.offering, whereabouts.stated
    return {
        "id": entry.id,
        "station_id": entry.provider.station,
        "party_id": entry.provider.party,
        "scheme": entry.area.scheme,
        "area": entry.area.code,
        "service": offering.service,
        "service_label": label(offering.service, language),
        "title_zh": offering.title_zh,
        "title_en": offering.title_en,
        "capacity": offering.capacity,
        "unit": offering.unit,
        "unit_label": label(offering.unit, language),
        "period": offering.period,
        "period_label": label(offering.period, language),
        "audiences": list(offering.audiences),
        "audience_labels": [label(audience, language) for audience in offering.audiences],
        "is_for_residents": offering.is_for_residents,
        "cost": offering.cost.kind,
        "cost_label": label(offering.cost.kind, language),
        "cost_fen": offering.cost.fen,
        "given": offering.given,
        "given_label": label(offering.given, language),
        "is_confidential": offering.is_confidential,
        "address": whereabouts.address,
        "position": PlaceView.of(stated.position if stated else None),
        "reach_metres": offering.reach_metres,
        "hours": HoursView.of(offering.hours, language),
        "offered_from": offering.offered_from,
        "offered_until": offering.offered_until,
        "verified_on": entry.verification.verified_on,
        "lapses_on": entry.verification.lapses_on,
    }
