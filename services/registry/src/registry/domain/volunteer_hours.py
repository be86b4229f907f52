"""What a volunteer gave, as both sides confirmed it, and the star that it amounts to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.vocabulary import ServiceCode
from registry.domain.errors.certificates import PeriodOutOfOrder
from registry.domain.party import PartyId
from registry.domain.volunteer import star_level

if TYPE_CHECKING:
    from collections.abc import Iterable

HoursId = NewType("HoursId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedHours:
    """A volunteer's time on one day for one match; it never changes."""

    id: HoursId
    party_id: PartyId
    match_id: UUID
    service: ServiceCode
    served_on: date
    minutes: int
    confirmed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days to count, both ends included; without an end it is open on that side."""

    first_on: date | None = None
    last_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins.

        Raises:
            PeriodOutOfOrder: It does.
        """
        if self.first_on is not None and self.last_on is not None and self.last_on < self.first_on:
            raise PeriodOutOfOrder(first_on=self.first_on, last_on=self.last_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTime:
    """How long one kind of service was given, and on how many days."""

    service: ServiceCode
    minutes: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VolunteerRecord:
    """The hours of one volunteer, by kind of service, the longest first."""

    party_id: PartyId
    times: tuple[ServiceTime, ...]
    first_on: date | None
    last_on: date | None

    @property
    def minutes(self) -> int:
        """All of it."""
        return sum(time.minutes for time in self.times)

    @property
    def star(self) -> int:
        """From none to five."""
        return star_level(self.minutes)


def record_of(party_id: PartyId, given: Iterable[ConfirmedHours]) -> VolunteerRecord:
    """Add up hours of one volunteer."""
    hours = list(given)
    minutes: Counter[ServiceCode] = Counter()
    for each in hours:
        minutes[each.service] += each.minutes
    days = Counter(service for service, _ in {(each.service, each.served_on) for each in hours})
    return VolunteerRecord(
        party_id=party_id,
        times=tuple(
            ServiceTime(service=service, minutes=count, days=days[service])
            for service, count in sorted(minutes.items(), key=lambda item: (-item[1], item[0]))
        ),
        first_on=min((each.served_on for each in hours), default=None),
        last_on=max((each.served_on for each in hours), default=None),
    )
