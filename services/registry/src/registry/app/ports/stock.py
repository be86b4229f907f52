"""What use cases ask of counting what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from common.vocabulary import PartyStanding, Society, StationTier
from registry.domain.service_entry import EntryStatus
from registry.domain.station import StationStatus

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How many there are of each; what there is none of may be missing."""

    stations: Mapping[tuple[StationTier, StationStatus], int]
    parties: Mapping[tuple[Society, PartyStanding], int]
    service_entries: Mapping[EntryStatus, int]


class Counting(Protocol):
    """Counts, as of the current transaction."""

    async def stock(self, on: date, /) -> Stock:
        """Return how many there are on a day."""
        ...
