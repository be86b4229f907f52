"""What the public directory is made of, as selects over stations, parties and the service list.

The walls show the public what has opened, who is no person but a partner, and no address that is
confidential. The conditions are repeated here, so that wider eyes see no more; and entries of a
confidential place are left out as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Date,
    DateTime,
    Double,
    Text,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import col

from common.vocabulary import PartyStanding
from registry.adapters.postgres.service_tables import ServiceEntryRow, ServiceSiteRow
from registry.adapters.postgres.station_tables import StationRow
from registry.adapters.postgres.tables import PartyRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

_CHINA: Final = "Asia/Shanghai"
_LISTED: Final = [PartyStanding.APPROVED.value, PartyStanding.RECERTIFICATION_REQUIRED.value]
"""Who was only invited is nobody's partner yet, and who was merged lives on as another."""


def _modified_at(table: str) -> ColumnElement[Any]:
    # Kept by the database alone: no row writes it, so no row has it.
    return literal_column(f"{table}.modified_at", DateTime(timezone=True)).label("modified_at")


_STATIONS: Final = select(
    col(StationRow.id).label("id"),
    col(StationRow.name).label("name"),
    col(StationRow.tier).label("tier"),
    cast(null(), Text).label("society"),
    col(StationRow.scheme).label("scheme"),
    col(StationRow.area).label("area"),
    col(StationRow.opened_on).label("opened_on"),
    col(StationRow.closed_on).label("ended_on"),
    _modified_at("station"),
    col(StationRow.address).label("address"),
    col(StationRow.longitude).label("longitude"),
    col(StationRow.latitude).label("latitude"),
    col(StationRow.hours).label("hours"),
).where(col(StationRow.opened_on).is_not(None))
_PARTIES: Final = select(
    col(PartyRow.id).label("id"),
    col(PartyRow.public_name).label("name"),
    cast(null(), Text).label("tier"),
    col(PartyRow.society).label("society"),
    col(PartyRow.scheme).label("scheme"),
    col(PartyRow.area).label("area"),
    # Parties do not have these; types follow the stations'.
    cast(null(), Date).label("opened_on"),
    cast(null(), Date).label("ended_on"),
    _modified_at("party"),
    cast(null(), Text).label("address"),
    cast(null(), Double).label("longitude"),
    cast(null(), Double).label("latitude"),
    cast(null(), JSONB).label("hours"),
).where(
    ~col(PartyRow.is_person),
    col(PartyRow.suspended_on).is_(None),
    col(PartyRow.standing).in_(_LISTED),
)

PROVIDERS: Final = union_all(_STATIONS, _PARTIES).subquery("provider")
"""Stations that have opened, and partners that are no persons."""

_station: Final = _STATIONS.subquery("of_station")
_party: Final = _PARTIES.subquery("of_party")


def _of_provider(source: Any) -> list[ColumnElement[Any]]:  # noqa: ANN401 - a subquery
    names = ("id", "name", "tier", "society", "scheme", "area", "modified_at")
    return [
        *(source.c[name].label(f"provider_{name}") for name in names),
        *(source.c[name].label(f"provider_{name}") for name in _PLACED),
    ]


_PLACED: Final = ("address", "longitude", "latitude", "hours")
# A station is who provides, where, and what is done there: social work for its area.
_OWN: Final = select(
    _station.c.id,
    _station.c.name,
    _station.c.scheme,
    _station.c.area,
    _station.c.opened_on,
    _station.c.ended_on,
    _station.c.modified_at,
    cast(null(), Text).label("code"),
    cast(null(), Text).label("title_en"),
    cast(null(), Text).label("given"),
    cast(null(), ARRAY(Text)).label("audiences"),
    literal_column("false").label("is_for_residents"),
    cast(null(), Text).label("cost"),
    literal_column("null::bigint").label("cost_fen"),
    cast(null(), Date).label("verified_on"),
    cast(null(), Text).label("address"),
    cast(null(), Double).label("longitude"),
    cast(null(), Double).label("latitude"),
    cast(null(), JSONB).label("hours"),
    *_of_provider(_station),
)


def _midnight(day: Any) -> ColumnElement[Any]:  # noqa: ANN401 - a column of days
    return func.timezone(_CHINA, cast(day, DateTime))


_today: Final = cast(func.timezone(_CHINA, func.now()), Date)
_lapses, _until = col(ServiceEntryRow.lapses_on), col(ServiceEntryRow.offered_until)
_ran_out: Final = func.least(case((_lapses < _today, _lapses)), case((_until < _today, _until)))


def _entries(whose: Any, key: Any) -> Select[Any]:  # noqa: ANN401 - a subquery and a column
    return (
        select(
            col(ServiceEntryRow.id).label("id"),
            col(ServiceEntryRow.title_zh).label("name"),
            col(ServiceEntryRow.scheme).label("scheme"),
            col(ServiceEntryRow.area).label("area"),
            col(ServiceEntryRow.offered_from).label("opened_on"),
            func.least(col(ServiceEntryRow.withdrawn_on), _ran_out, whose.c.ended_on).label(
                "ended_on"
            ),
            # Days that pass change no row, but they begin a service and let it lapse.
            func.greatest(
                literal_column("service_entry.modified_at", DateTime(timezone=True)),
                whose.c.modified_at,
                _midnight(col(ServiceEntryRow.offered_from)),
                _midnight(_ran_out + 1),
            ).label("modified_at"),
            col(ServiceEntryRow.service).label("code"),
            col(ServiceEntryRow.title_en).label("title_en"),
            col(ServiceEntryRow.given).label("given"),
            col(ServiceEntryRow.audiences).label("audiences"),
            col(ServiceEntryRow.is_for_residents).label("is_for_residents"),
            col(ServiceEntryRow.cost).label("cost"),
            col(ServiceEntryRow.cost_fen).label("cost_fen"),
            col(ServiceEntryRow.verified_on).label("verified_on"),
            col(ServiceSiteRow.address).label("address"),
            col(ServiceSiteRow.longitude).label("longitude"),
            col(ServiceSiteRow.latitude).label("latitude"),
            col(ServiceEntryRow.hours).label("hours"),
            *_of_provider(whose),
        )
        .join(whose, whose.c.id == key)
        .outerjoin(ServiceSiteRow, col(ServiceSiteRow.service_entry_id) == col(ServiceEntryRow.id))
        .where(~col(ServiceEntryRow.is_confidential), col(ServiceEntryRow.offered_from) <= _today)
    )


# One by one, so that each finds its providers by their key.
SERVICES: Final = union_all(
    _OWN,
    _entries(_station, col(ServiceEntryRow.station_id)),
    _entries(_party, col(ServiceEntryRow.party_id)),
).subquery("service")
"""What stations are there for, and what the service list has of them and of organisations."""
