"""What a row of the service list says, and the row that would say what is so already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from common.service_list import Audience, CostKind
from registry.app.profile_sheets import or_known
from registry.domain.errors.service_list import ConfidentialPlaceInFile
from registry.domain.hours import OpeningHours, Span, WeeklySpan
from registry.domain.list_cells import shown_choices, shown_weekly
from registry.domain.service_entry import Cost, Offering
from registry.domain.station_profile import Whereabouts
from registry.domain.volunteer import WeeklyHours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.app.list_entries import EntryFound
    from registry.app.sheets import Values


def offering_of(row: Values, known: Offering | None) -> Offering:
    """Return what a row offers; where it says nothing, what is known stays."""
    is_confidential = or_known(row, "is_confidential", known is not None and known.is_confidential)
    if is_confidential and row["address"] is not None:
        raise ConfidentialPlaceInFile
    return Offering(
        service=row["service"],
        title_zh=row["title_zh"],
        title_en=or_known(row, "title_en", known and known.title_en),
        capacity=row["capacity"],
        unit=row["unit"],
        period=row["period"],
        audiences=_audiences(row, known),
        is_for_residents=or_known(
            row, "is_for_residents", known is not None and known.is_for_residents
        ),
        cost=_cost(row, known),
        given=row["given"],
        is_confidential=is_confidential,
        whereabouts=_whereabouts(row, known),
        reach_metres=or_known(row, "reach_metres", known and known.reach_metres),
        hours=_opening(row, known),
        offered_from=row["offered_from"],
        offered_until=or_known(row, "offered_until", known and known.offered_until),
    )


def _audiences(row: Values, known: Offering | None) -> tuple[Audience, ...]:
    there = () if known is None else known.audiences
    told = row["audiences"]
    # In which order they are named says nothing.
    return there if told is None or told == set(there) else tuple(sorted(told))


def _cost(row: Values, known: Offering | None) -> Cost:
    there = Cost() if known is None else known.cost
    kind = or_known(row, "cost", there.kind)
    fen = or_known(row, "cost_fen", there.fen if kind is CostKind.FIXED else None)
    return Cost(kind=kind, fen=fen)


def _whereabouts(row: Values, known: Offering | None) -> Whereabouts:
    there = Whereabouts() if known is None else known.whereabouts
    return replace(there, address=or_known(row, "address", there.address))


def _opening(row: Values, known: Offering | None) -> OpeningHours:
    there = OpeningHours() if known is None else known.hours
    told: Sequence[WeeklyHours] | None = row["hours"]
    if told is None:
        return there
    weekly = tuple(
        WeeklySpan(weekday=each.weekday, span=Span(each.starts, each.ends)) for each in told
    )
    return replace(there, weekly=weekly)


def values_of(found: EntryFound) -> Values:
    """Return an entry as the row that would change nothing about it."""
    entry, offering = found.entry, found.entry.offering
    place = offering.whereabouts
    return {
        "id": entry.id,
        **_of_provider(found),
        "service": offering.service,
        "title_zh": offering.title_zh,
        "title_en": offering.title_en,
        "capacity": offering.capacity,
        "unit": offering.unit,
        "period": offering.period,
        "audiences": shown_choices(offering.audiences),
        "is_for_residents": offering.is_for_residents,
        "cost": offering.cost.kind,
        "cost_fen": offering.cost.fen,
        "given": offering.given,
        "is_confidential": offering.is_confidential,
        "address": None if offering.is_confidential else place.address,
        "reach_metres": offering.reach_metres,
        "hours": shown_weekly(
            WeeklyHours(weekday=each.weekday, starts=each.span.begins, ends=each.span.ends)
            for each in offering.hours.weekly
        ),
        "offered_from": offering.offered_from,
        "offered_until": offering.offered_until,
        "verified_on": entry.verification.verified_on,
        "withdrawn_on": entry.withdrawn_on,
    }


def _of_provider(found: EntryFound) -> Values:
    station, party = found.station, found.party
    provider = station or party
    area = found.entry.area if provider is None else provider.area
    return {
        "scheme": area.scheme,
        "area": area.code,
        "tier": station.tier if station else None,
        "station_name": station.name if station else None,
        "station_id": found.entry.provider.station,
        "society": party.society if party else None,
        "party_name": party.public_name if party else None,
        "party_id": found.entry.provider.party,
    }
