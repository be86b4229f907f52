"""Between an entry of the service list and its two rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from common.places import AreaRef
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import AreaScheme, ServiceCode, Unit
from registry.adapters.postgres.positions import place_values, to_whereabouts
from registry.adapters.postgres.service_tables import ServiceEntryRow, ServiceSiteRow
from registry.domain.hours import OpeningHours
from registry.domain.service_entry import (
    Cost,
    EntryId,
    Offering,
    Provider,
    ServiceEntry,
    Verification,
)
from registry.domain.station_profile import Whereabouts

if TYPE_CHECKING:
    from datetime import date

_HOURS: Final = TypeAdapter(OpeningHours)


def to_entry(row: ServiceEntryRow, site: ServiceSiteRow | None) -> ServiceEntry:
    """Return the entry that rows hold; without the second nobody learns where it is."""
    return ServiceEntry(
        id=EntryId(row.id),
        version=row.version,
        provider=Provider(station=row.station_id, party=row.party_id),
        area=AreaRef(AreaScheme(row.scheme), row.area),
        offering=_to_offering(row, to_whereabouts(site) if site else Whereabouts()),
        verification=Verification(
            verified_on=row.verified_on, verified_by=row.verified_by, lapses_on=row.lapses_on
        ),
        withdrawn_on=row.withdrawn_on,
    )


def entry_values(entry: ServiceEntry) -> dict[str, Any]:
    """Return what the first row has to hold."""
    return ServiceEntryRow(
        id=entry.id,
        version=entry.version,
        station_id=entry.provider.station,
        party_id=entry.provider.party,
        scheme=entry.area.scheme.value,
        area=entry.area.code,
        verified_on=entry.verification.verified_on,
        verified_by=entry.verification.verified_by,
        lapses_on=entry.verification.lapses_on,
        withdrawn_on=entry.withdrawn_on,
        **_offering_values(entry.offering),
    ).model_dump()


def site_values(entry: ServiceEntry) -> dict[str, Any]:
    """Return what the second row has to hold."""
    return ServiceSiteRow(
        id=entry.id, service_entry_id=entry.id, **place_values(entry.offering.whereabouts)
    ).model_dump()


def _to_offering(row: ServiceEntryRow, whereabouts: Whereabouts) -> Offering:
    return Offering(
        service=ServiceCode(row.service),
        title_zh=row.title_zh,
        title_en=row.title_en,
        capacity=row.capacity,
        unit=Unit(row.unit),
        period=CapacityPeriod(row.period),
        audiences=tuple(map(Audience, row.audiences)),
        is_for_residents=row.is_for_residents,
        cost=Cost(kind=CostKind(row.cost), fen=row.cost_fen),
        given=ServicePlace(row.given),
        is_confidential=row.is_confidential,
        whereabouts=whereabouts,
        reach_metres=row.reach_metres,
        hours=_HOURS.validate_python(row.hours),
        offered_from=row.offered_from,
        offered_until=row.offered_until,
    )


def _offering_values(offering: Offering) -> dict[str, Any]:
    ends: date | None = offering.offered_until
    return {
        "service": offering.service.value,
        "title_zh": offering.title_zh,
        "title_en": offering.title_en,
        "capacity": offering.capacity,
        "unit": offering.unit.value,
        "period": offering.period.value,
        "audiences": [audience.value for audience in offering.audiences],
        "is_for_residents": offering.is_for_residents,
        "cost": offering.cost.kind.value,
        "cost_fen": offering.cost.fen,
        "given": offering.given.value,
        "is_confidential": offering.is_confidential,
        "reach_metres": offering.reach_metres,
        "hours": _HOURS.dump_python(offering.hours, mode="json"),
        "offered_from": offering.offered_from,
        "offered_until": ends,
    }
