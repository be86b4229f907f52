"""What use cases ask of the keeping of stations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from common.places import AreaRef
from common.vocabulary import AreaScheme, StationTier
from registry.domain.station import StationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.station import Station, StationFact, StationId


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFilter:
    """Which stations are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    tier: StationTier | None = None
    status: StationStatus | None = None


class Stations(Protocol):
    """The stations, as of the current transaction."""

    async def get(self, station_id: StationId, /) -> Station:
        """Return a station, or raise ``StationNotFound``."""
        ...

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Station]:
        """Return those of the stations that exist."""
        ...

    async def add_all(self, changes: Sequence[Change[Station, StationFact]], /) -> None:
        """Store new stations, all or none.

        Raises:
            StationIdTaken: There is a station with one of the ids.
            AreaAlreadyServed: The area of one has an open station of the tier.
        """
        ...

    async def save(self, change: Change[Station, StationFact], /) -> None:
        """Store a station's new state and stage its facts.

        Raises:
            StationChangedMeanwhile: Somebody else was faster.
            AreaAlreadyServed: The area has an open station of the tier.
        """
        ...

    async def page(self, wanted: StationFilter, scope: Scope, window: Window, /) -> Slice[Station]:
        """Return the stations within the scope, in the order of their ids."""
        ...
