"""What happened to a station; each fact carries the station as it then stood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

# A station makes facts and a fact has a station; nothing evaluates what a field is annotated with.
# ruff: noqa: TC004
if TYPE_CHECKING:
    from registry.domain.staffing import Headcount
    from registry.domain.station import Closure, Operation, Station, StationId
    from registry.domain.station_edits import Edit
    from registry.domain.station_money import Funding


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasPlanned:
    """A station is to be built."""

    station: Station
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationBuildingBegan:
    """The premises of a station are being made ready."""

    station: Station
    building_on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasOpened:
    """A station began to serve."""

    station: Station
    operation: Operation
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasMerged:
    """Another station took over; that this one closed is the next fact."""

    station: Station
    into: StationId
    merged_on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasSplit:
    """Parts of a station became stations of their own; if it ended, that is the next fact."""

    station: Station
    parts: tuple[StationId, ...]
    split_on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasClosed:
    """A station serves no longer."""

    station: Station
    closure: Closure
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasEdited:
    """Something about a station is otherwise from a day on."""

    station: Station
    edit: Edit
    since: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasFunded:
    """A station received money."""

    station: Station
    funding: Funding
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingWasCancelled:
    """Money that was entered counts no longer."""

    station: Station
    funding: Funding
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadcountWasStated:
    """A station said how many people it has; a later word on the same day replaces it."""

    station: Station
    headcount: Headcount
    at: datetime


StationFact: TypeAlias = (
    StationWasPlanned
    | StationBuildingBegan
    | StationWasOpened
    | StationWasMerged
    | StationWasSplit
    | StationWasClosed
    | StationWasEdited
    | StationWasFunded
    | FundingWasCancelled
    | HeadcountWasStated
)
