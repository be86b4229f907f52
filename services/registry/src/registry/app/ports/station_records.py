"""What use cases ask of what is recorded about stations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from common.stations import FundingKind, FundingSource

if TYPE_CHECKING:
    from common.paging import Slice, Window
    from registry.domain.staffing import Headcount
    from registry.domain.station import StationId
    from registry.domain.station_money import Funding, FundingId


@dataclass(frozen=True, slots=True, kw_only=True)
class StationStep:
    """One thing that happened to a station: the type and the data of the event that told of it."""

    version: int
    type: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingFilter:
    """Which money is wanted; what is none does not matter."""

    kind: FundingKind | None = None
    source: FundingSource | None = None
    received_from: date | None = None
    received_to: date | None = None


class StationRecords(Protocol):
    """The records of stations, as of the current transaction; facts are what fills them."""

    async def steps(self, station_id: StationId, window: Window, /) -> Slice[StationStep]:
        """Return what happened to a station, oldest first."""
        ...

    async def fundings(
        self, station_id: StationId, wanted: FundingFilter, window: Window, /
    ) -> Slice[Funding]:
        """Return what money a station received, in the order of the ids of the entries."""
        ...

    async def funding(self, station_id: StationId, funding_id: FundingId, /) -> Funding | None:
        """Return one entry of money, if the station has it."""
        ...

    async def headcount(self, station_id: StationId, /, *, by: date | None) -> Headcount | None:
        """Return the latest count of a station's people, up to a day if one is given."""
        ...
