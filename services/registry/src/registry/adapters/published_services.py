"""What happened to the service list inside becomes what others are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.contracts import services as told
from common.contracts.registry import PlaceCode
from common.contracts.stations import HoursOfWeekday, PlacePosition
from common.messaging.event import Message
from registry.domain.service_entry import (
    ServiceEntryWasListed,
    ServiceEntryWasRevised,
    ServiceEntryWasVerified,
    ServiceEntryWasWithdrawn,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time

    from common.contracts.services import ServiceEntryEvent
    from registry.domain.service_entry import Offering, ServiceEntry, ServiceEntryFact


def about_service_entry(fact: ServiceEntryFact) -> Message:
    """Return what others are told about an entry; of a confidential place nothing."""
    event = _event(fact)
    return Message(
        event=event,
        version=fact.entry.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def _event(fact: ServiceEntryFact) -> ServiceEntryEvent:
    entry = fact.entry
    match fact:
        case ServiceEntryWasListed():
            return told.ServiceEntryListed(**_offered(entry))
        case ServiceEntryWasRevised():
            return told.ServiceEntryRevised(**_offered(entry))
        case ServiceEntryWasVerified():
            return told.ServiceEntryVerified(
                entry_id=entry.id,
                verified_on=entry.verification.verified_on,
                lapses_on=entry.verification.lapses_on,
            )
        case ServiceEntryWasWithdrawn():
            assert entry.withdrawn_on is not None, "what was withdrawn says when"
            return told.ServiceEntryWithdrawn(entry_id=entry.id, withdrawn_on=entry.withdrawn_on)


def _offered(entry: ServiceEntry) -> Mapping[str, Any]:
    offering = entry.offering
    return {
        "entry_id": entry.id,
        "station_id": entry.provider.station,
        "party_id": entry.provider.party,
        "place": PlaceCode.of(entry.area),
        "service": offering.service,
        "capacity": offering.capacity,
        "unit": offering.unit,
        "period": offering.period,
        "audiences": offering.audiences,
        "is_for_residents": offering.is_for_residents,
        "cost": offering.cost.kind,
        "cost_fen": offering.cost.fen,
        "given": offering.given,
        "is_confidential": offering.is_confidential,
        "position": _position(offering),
        "reach_metres": offering.reach_metres,
        "weekly": tuple(
            HoursOfWeekday(
                weekday=each.weekday,
                begins_minute=_minute(each.span.begins),
                ends_minute=_minute(each.span.ends),
            )
            for each in offering.hours.weekly
        ),
        "offered_from": offering.offered_from,
        "offered_until": offering.offered_until,
        "lapses_on": entry.verification.lapses_on,
        "verified_on": entry.verification.verified_on,
    }


def _position(offering: Offering) -> PlacePosition | None:
    stated = offering.whereabouts.stated
    if stated is None or offering.is_confidential:
        return None
    position = stated.position
    return PlacePosition(longitude=position.longitude, latitude=position.latitude)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
