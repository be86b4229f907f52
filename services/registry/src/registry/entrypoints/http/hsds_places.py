"""How doors and opening hours are put into the addresses and schedules of HSDS."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final
from uuid import uuid5

from common.http.words import label
from common.vocabulary import Weekday
from registry.entrypoints.http.hsds_items import HSDSAddress, HSDSSchedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import time
    from uuid import UUID

    from common.http.languages import Language
    from registry.domain.directory import Door, Whereabouts
    from registry.domain.hours import OpeningHours, OtherHours, WeeklySpan

_DAYS: Final = {
    Weekday.MONDAY: "MO",
    Weekday.TUESDAY: "TU",
    Weekday.WEDNESDAY: "WE",
    Weekday.THURSDAY: "TH",
    Weekday.FRIDAY: "FR",
    Weekday.SATURDAY: "SA",
    Weekday.SUNDAY: "SU",
}
_IN_ORDER: Final = list(Weekday)


def addresses_of(location: UUID, door: Door, where: Whereabouts) -> Sequence[HSDSAddress] | None:
    """Return the address of a place, if it has one, in an area that is listed."""
    if door.address is None or not where.names:
        return None
    province, *below = where.names
    return [
        HSDSAddress(
            id=uuid5(location, "address"),
            location_id=location,
            address_1=door.address,
            state_province=province,
            city=below[0] if below else province,
            region=below[1] if len(below) > 1 else None,
        )
    ]


def schedules_of(
    owner: UUID, hours: OpeningHours, language: Language
) -> Sequence[HSDSSchedule] | None:
    """Return a schedule for each time of an ordinary week, and for each of the days that differ."""
    return [*_ordinary(owner, hours), *_otherwise(owner, hours, language)] or None


def _ordinary(owner: UUID, hours: OpeningHours) -> Iterator[HSDSSchedule]:
    def by_time(each: WeeklySpan) -> tuple[time, time, int]:
        return each.span.begins, each.span.ends, _IN_ORDER.index(each.weekday)

    for span, spans in groupby(sorted(hours.weekly, key=by_time), key=lambda each: each.span):
        opens, closes = _at(span.begins), _at(span.ends)
        yield HSDSSchedule(
            id=uuid5(owner, f"weekly:{opens}-{closes}"),
            wkst="MO",
            freq="WEEKLY",
            byday=",".join(_DAYS[each.weekday] for each in spans),
            opens_at=opens,
            closes_at=closes,
        )


def _otherwise(owner: UUID, hours: OpeningHours, language: Language) -> Iterator[HSDSSchedule]:
    for other in hours.exceptions:
        if not other.spans:
            yield _differing(owner, other, language, None, None)
        for span in other.spans:
            yield _differing(owner, other, language, _at(span.begins), _at(span.ends))


def _differing(
    owner: UUID, other: OtherHours, language: Language, opens: str | None, closes: str | None
) -> HSDSSchedule:
    return HSDSSchedule(
        id=uuid5(owner, f"other:{other.first_on}:{opens}-{closes}"),
        valid_from=other.first_on,
        valid_to=other.last_on,
        opens_at=opens,
        closes_at=closes,
        description=label(other.reason, language),
    )


def _at(moment: time) -> str:
    return f"{moment.isoformat()}+08:00"
