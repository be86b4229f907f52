"""What use cases ask of the keeping of stations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.places import AreaRef
from common.stations import OperatingMode, StationKind
from common.vocabulary import AreaScheme, StationTier
from registry.domain.station import StationId, StationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.station import Station, StationFact


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFilter:
    """Which stations are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    tier: StationTier | None = None
    status: StationStatus | None = None
    kind: StationKind | None = None
    mode: OperatingMode | None = None
    operator: UUID | None = None
    parent: StationId | None = None
    merged_into: StationId | None = None
    split_from: StationId | None = None


class Stations(Protocol):
    """The stations, as of the current transaction."""

    async def get(self, station_id: StationId, /) -> Station:
        """Return a station, or raise ``StationNotFound``."""
        ...

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Station]:
        """Return those of the stations that exist."""
        ...

    async def hold(self, ids: Collection[UUID], /) -> Mapping[UUID, Station]:
        """Return those of the stations that exist, and let nobody else change them meanwhile.

        Whoever holds several at different times begins with those above, so that nobody waits in
        a circle.
        """
        ...

    async def below(self, station_id: StationId, /) -> Sequence[Station]:
        """Return the stations right below one that have not ended, and hold them."""
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
