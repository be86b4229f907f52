"""What the registry promises to tell of a station's life beyond its opening and closing.

Amounts of money are whole numbers of fen, areas whole numbers of square decimetres (one hundredth
of a square metre): nothing here is a fraction.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from common.contracts.registry import PlaceCode, StationEvent
from common.messaging.event import Event
from common.stations import (
    CentreKind,
    FundingKind,
    FundingSource,
    OperatingMode,
    ProjectKind,
    RoomKind,
)
from common.vocabulary import StationTier, Weekday


class StationBuildingBegun(StationEvent, name="registry.station.building_begun.v1"):
    """The premises of a planned station are being made ready."""

    building_on: date


class StationMerged(StationEvent, name="registry.station.merged.v1"):
    """Another station took over; the event that this one closed follows."""

    into: UUID
    merged_on: date


class StationSplit(StationEvent, name="registry.station.split.v1"):
    """Parts of a station became stations of their own; if it ended, that event follows."""

    parts: tuple[UUID, ...]
    split_on: date


class StationRenamed(StationEvent, name="registry.station.renamed.v1"):
    """The same station has another name."""

    station_name: str
    since: date


class PlacePosition(BaseModel):
    """The position of a public place in WGS-84, in degrees."""

    model_config = ConfigDict(frozen=True)

    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)


class StationMoved(StationEvent, name="registry.station.moved.v1"):
    """The same station is elsewhere, or its area has another code.

    The position is none where nobody has stated one.
    """

    place: PlaceCode
    position: PlacePosition | None = None
    since: date


class StationParentAssigned(StationEvent, name="registry.station.parent_assigned.v1"):
    """Another station stands above this one, or none."""

    parent_id: UUID | None
    since: date


class RoomHeld(BaseModel):
    """A room of a station."""

    model_config = ConfigDict(frozen=True)

    kind: RoomKind
    floor_area_dm2: int | None = None


class StationPremisesChanged(StationEvent, name="registry.station.premises_changed.v1"):
    """A station has exactly these rooms, and shares its roof with exactly these centres."""

    floor_area_dm2: int | None
    rooms: tuple[RoomHeld, ...]
    shared_with: tuple[CentreKind, ...]
    since: date


class StationOperatingChanged(StationEvent, name="registry.station.operating_changed.v1"):
    """A station is run in another way; all is none where nobody has said how."""

    mode: OperatingMode | None
    operator_id: UUID | None = None
    county_hired: int | None = None
    own_hired: int | None = None
    since: date


class HoursSpan(BaseModel):
    """From one minute of a day to a later one, counted from midnight in China."""

    model_config = ConfigDict(frozen=True)

    begins_minute: int = Field(ge=0, le=1439)
    ends_minute: int = Field(ge=0, le=1439)


class HoursOfWeekday(HoursSpan):
    """A time at which a place is open every week."""

    weekday: Weekday


class HoursOtherwise(BaseModel):
    """Days on which other hours hold; without spans the place is closed."""

    model_config = ConfigDict(frozen=True)

    first_on: date
    last_on: date
    spans: tuple[HoursSpan, ...]


class StationHoursChanged(StationEvent, name="registry.station.hours_changed.v1"):
    """A station is open at exactly these hours."""

    weekly: tuple[HoursOfWeekday, ...]
    exceptions: tuple[HoursOtherwise, ...]
    since: date


class ProjectRun(BaseModel):
    """A project or a brand, without its title."""

    model_config = ConfigDict(frozen=True)

    kind: ProjectKind
    began_on: date
    ended_on: date | None = None


class StationProjectsChanged(StationEvent, name="registry.station.projects_changed.v1"):
    """A station runs exactly these projects and brands."""

    projects: tuple[ProjectRun, ...]
    since: date


class StationFunded(StationEvent, name="registry.station.funded.v1"):
    """A station received money, in fen."""

    funding_id: UUID
    kind: FundingKind
    source: FundingSource
    amount_fen: int
    received_on: date


class StationFundingCancelled(StationEvent, name="registry.station.funding_cancelled.v1"):
    """Money that was announced counts no longer; what it was is said again."""

    funding_id: UUID
    kind: FundingKind
    source: FundingSource
    amount_fen: int
    cancelled_on: date


class StationHeadcountStated(StationEvent, name="registry.station.headcount_stated.v1"):
    """How many people work at a station as of a day; a later word on that day replaces it."""

    counted_on: date
    full_time: int
    part_time: int
    certified: int


class StaffingRuleSet(Event, name="registry.staffing_rule.set.v1"):
    """Each station of a tier in an area should have so many people; it holds as said here."""

    rule_id: UUID
    tier: StationTier
    place: PlaceCode
    min_full_time: int
    min_certified: int
    valid_from: date
    valid_until: date | None = None

    @property
    @override
    def subject(self) -> str:
        return str(self.rule_id)
