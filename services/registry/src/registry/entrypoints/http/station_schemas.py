"""Stations as callers send and receive them."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.batches import Attempted
from common.http.languages import Language
from common.http.places import Code, PlaceView
from common.http.schemas import Body, View
from common.http.words import MOST_AT_ONCE, ChosenId, Day, Name, example, label
from common.places import AreaRef
from common.stations import StationKind
from common.vocabulary import AreaScheme, StationTier
from registry.app.plan_stations import PlanStation
from registry.domain.station import ClosureReason, Station, StationId, StationStatus
from registry.domain.station_profile import pattern_of
from registry.entrypoints.http.hours_schemas import HoursView
from registry.entrypoints.http.position_schemas import StatedPositionView
from registry.entrypoints.http.station_profile_schemas import (
    OperatingView,
    ProjectView,
    RoomView,
    SharedCentreView,
    ShownSquareMetres,
)

_XIANJIN = {
    "tier": "station",
    "name": "先进街道社工站",
    "scheme": "nbs",
    "area": "210213009",
    "planned_on": "2024-03-01",
    "opened_on": "2024-06-18",
}


class StationToPlan(Body):
    """A station to be built; with `opened_on` it serves already."""

    model_config = example(**_XIANJIN)

    id: ChosenId = None
    tier: StationTier
    name: Name
    scheme: AreaScheme
    area: Code
    planned_on: Day
    kind: StationKind = StationKind.COMMUNITY
    building_on: Day | None = None
    opened_on: Day | None = None
    parent_id: Annotated[
        UUID | None, Field(description="The station of the next tier that stands above it.")
    ] = None

    def command(self) -> PlanStation:
        """Return what is to be done."""
        return PlanStation(
            id=self.id,
            tier=self.tier,
            name=self.name,
            area=AreaRef(self.scheme, self.area),
            planned_on=self.planned_on,
            kind=self.kind,
            building_on=self.building_on,
            opened_on=self.opened_on,
            parent=None if self.parent_id is None else StationId(self.parent_id),
        )


class StationsToPlan(Body):
    """Up to 500 stations; each is decided on its own."""

    model_config = example(stations=[_XIANJIN])

    stations: Annotated[
        list[Attempted[StationToPlan]], Field(min_length=1, max_length=MOST_AT_ONCE)
    ]


class StationToOpen(Body):
    """The first day of service."""

    model_config = example(opened_on="2024-06-18")

    opened_on: Day


class StationToClose(Body):
    """The last day of service, and why."""

    model_config = example(closed_on="2025-12-31", reason="merged")

    closed_on: Day
    reason: ClosureReason


class StationView(View):
    """A station, where it stands in its life, and what it houses and runs.

    `position` is in WGS-84; `is_position_known` is false where nobody has stated one. Areas are in
    square metres. `merged_into` and `split_from` say where it went and where it came from.
    """

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        version=2,
        tier_label="乡镇(街道)社工站",
        kind="community",
        kind_label="社区",
        status="open",
        status_label="启用",
        **_XIANJIN,
        building_on=None,
        closed_on=None,
        closure_reason=None,
        closure_reason_label=None,
        parent_id=None,
        merged_into=None,
        split_from=None,
        address="先进街道向应路1号",
        position={"longitude": 121.7191, "latitude": 39.062},
        stated_position={
            "longitude": 121.7243,
            "latitude": 39.0631,
            "datum": "gcj02",
            "datum_label": "GCJ-02（火星坐标）",
        },
        is_position_known=True,
        floor_area_m2=90,
        rooms=[],
        shared_with=[],
        operating=None,
        hours={"weekly": [], "exceptions": []},
        projects=[],
        project_pattern="0+0+0",
    )

    id: UUID
    version: int
    tier: StationTier
    tier_label: str
    kind: StationKind
    kind_label: str
    name: str
    scheme: AreaScheme
    area: str
    status: StationStatus
    status_label: str
    planned_on: date
    building_on: date | None
    opened_on: date | None
    closed_on: date | None
    closure_reason: ClosureReason | None
    closure_reason_label: str | None
    parent_id: UUID | None
    merged_into: UUID | None
    split_from: UUID | None
    address: str | None
    position: PlaceView | None
    stated_position: StatedPositionView | None
    is_position_known: bool
    floor_area_m2: ShownSquareMetres | None
    rooms: list[RoomView]
    shared_with: list[SharedCentreView]
    operating: OperatingView | None
    hours: HoursView
    projects: list[ProjectView]
    project_pattern: str

    @classmethod
    def of(cls, station: Station, language: Language) -> Self:
        """Show a station to somebody who reads this language."""
        operation = station.operation
        closure = operation.closure if operation else None
        stated = station.whereabouts.stated
        return cls(
            id=station.id,
            version=station.version,
            tier=station.tier,
            tier_label=label(station.tier, language),
            kind=station.kind,
            kind_label=label(station.kind, language),
            name=station.name,
            scheme=station.area.scheme,
            area=station.area.code,
            status=station.status,
            status_label=label(station.status, language),
            planned_on=station.planned_on,
            building_on=station.building_on,
            opened_on=operation.opened_on if operation else None,
            closed_on=closure.closed_on if closure else None,
            closure_reason=closure.reason if closure else None,
            closure_reason_label=label(closure.reason, language) if closure else None,
            parent_id=station.parent,
            merged_into=closure.merged_into if closure else None,
            split_from=station.split_from,
            address=station.whereabouts.address,
            position=PlaceView.of(stated.position if stated else None),
            stated_position=StatedPositionView.of(stated, language),
            is_position_known=stated is not None,
            floor_area_m2=station.premises.floor_area,
            rooms=[RoomView.of(room, language) for room in station.premises.rooms],
            shared_with=[
                SharedCentreView.of(centre, language) for centre in station.premises.shared_with
            ],
            operating=OperatingView.of(station.operating, language),
            hours=HoursView.of(station.hours, language),
            projects=[ProjectView.of(project, language) for project in station.projects],
            project_pattern=pattern_of(station.projects),
        )
