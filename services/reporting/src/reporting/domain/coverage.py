"""How many townships have a station: the figure that every province reports each year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.vocabulary import StationTier
from reporting.domain.ratio import Ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Township:
    """A formal township of the area list in force."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSpan:
    """When a station served its area: from the day it opened up to the day it closed."""

    station_id: UUID
    tier: StationTier
    area: str
    opened_on: date
    closed_on: date | None
    opened_event: UUID

    def is_open(self, on: date) -> bool:
        """Tell whether the station served on a day; on the day of its closure it did not."""
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The townships with an open station, of all, and those without."""

    ratio: Ratio
    uncovered: tuple[Township, ...]
    evidence: tuple[UUID, ...]


def coverage(
    townships: Sequence[Township], stations: Iterable[StationSpan], *, on: date
) -> Coverage:
    """Count the townships that have an open township station on a day.

    A city centre, a general station or a village room covers no township. Two stations in one
    township cover it once.
    """
    opened_by = {
        station.area: station.opened_event
        for station in sorted(stations, key=lambda station: station.opened_on, reverse=True)
        if station.tier is StationTier.STATION and station.is_open(on)
    }
    covered = [township for township in townships if township.code in opened_by]
    return Coverage(
        ratio=Ratio(len(covered), len(townships)),
        uncovered=tuple(township for township in townships if township.code not in opened_by),
        evidence=tuple(opened_by[township.code] for township in covered),
    )
