"""What the registry promises to tell of the service list (服务清单): standing offers.

An entry is of a station or of an organisation, and holds until the last day on which it counts as
verified. Where a place is confidential nobody is told more of it than the provider's area.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field
from typing_extensions import override

from common.contracts.registry import PlaceCode
from common.contracts.stations import HoursOfWeekday, PlacePosition
from common.messaging.event import Event
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import ServiceCode, Unit


class ServiceEntryEvent(Event):
    """Every event about one entry of the service list."""

    entry_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.entry_id)


class ServiceEntryOffered(ServiceEntryEvent):
    """What an entry offers: of either a station or a party, in a place, at times, so often."""

    station_id: UUID | None = None
    party_id: UUID | None = None
    place: PlaceCode
    service: ServiceCode
    capacity: int = Field(ge=1)
    unit: Unit
    period: CapacityPeriod
    audiences: tuple[Audience, ...] = ()
    is_for_residents: bool = False
    cost: CostKind
    cost_fen: int | None = None
    given: ServicePlace
    is_confidential: bool = False
    position: PlacePosition | None = None
    reach_metres: int | None = None
    weekly: tuple[HoursOfWeekday, ...] = ()
    offered_from: date
    offered_until: date | None = None
    lapses_on: date
    verified_on: date | None = None
    """When somebody last made sure of it; none where an event does not tell yet."""


class ServiceEntryListed(ServiceEntryOffered, name="registry.service_entry.listed.v1"):
    """A station or an organisation offers a service, up to and with the day it lapses on."""


class ServiceEntryRevised(ServiceEntryOffered, name="registry.service_entry.revised.v1"):
    """An entry offers exactly this from now on; that does not verify it."""


class ServiceEntryVerified(ServiceEntryEvent, name="registry.service_entry.verified.v1"):
    """Somebody made sure that an entry still holds; it does so up to and with a later day."""

    verified_on: date
    lapses_on: date


class ServiceEntryWithdrawn(ServiceEntryEvent, name="registry.service_entry.withdrawn.v1"):
    """An entry offers nothing any more."""

    withdrawn_on: date
