"""Between documents and entries of the service list: one function each way."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import ServiceCode, Unit, Weekday
from matching.domain.entry import Entry, OpenHours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.domain.identity import EntryId


def written_entry(entry: Entry) -> dict[str, Any]:
    """Return an entry as it is kept with its offer."""
    return {
        "version": entry.version,
        "is_of_station": entry.is_of_station,
        "service": entry.service.value,
        "unit": entry.unit.value,
        "capacity": entry.capacity,
        "period": entry.period.value,
        "audiences": [audience.value for audience in entry.audiences],
        "is_for_residents": entry.is_for_residents,
        "cost": entry.cost.value,
        "cost_fen": entry.cost_fen,
        "given": entry.given.value,
        "is_confidential": entry.is_confidential,
        "reach_metres": entry.reach_metres,
        "weekly": [
            [each.weekday.value, each.begins.isoformat(), each.ends.isoformat()]
            for each in entry.weekly
        ],
        "offered_from": entry.offered_from.isoformat(),
        "offered_until": None if entry.offered_until is None else entry.offered_until.isoformat(),
        "lapses_on": entry.lapses_on.isoformat(),
        "verified_on": entry.verified_on.isoformat(),
    }


def to_entry(entry_id: EntryId, kept: Mapping[str, Any]) -> Entry:
    """Return the entry that was kept with an offer."""
    until = kept["offered_until"]
    return Entry(
        id=entry_id,
        version=kept["version"],
        is_of_station=kept["is_of_station"],
        service=ServiceCode(kept["service"]),
        unit=Unit(kept["unit"]),
        capacity=kept["capacity"],
        period=CapacityPeriod(kept["period"]),
        audiences=tuple(Audience(code) for code in kept["audiences"]),
        is_for_residents=kept["is_for_residents"],
        cost=CostKind(kept["cost"]),
        cost_fen=kept["cost_fen"],
        given=ServicePlace(kept["given"]),
        is_confidential=kept["is_confidential"],
        reach_metres=kept["reach_metres"],
        weekly=tuple(
            OpenHours(
                weekday=Weekday(weekday),
                begins=time.fromisoformat(begins),
                ends=time.fromisoformat(ends),
            )
            for weekday, begins, ends in kept["weekly"]
        ),
        offered_from=date.fromisoformat(kept["offered_from"]),
        offered_until=None if until is None else date.fromisoformat(until),
        lapses_on=date.fromisoformat(kept["lapses_on"]),
        verified_on=date.fromisoformat(kept["verified_on"]),
    )
