"""Stations: building, changing, merging, splitting, and what happened to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.errors import PreconditionFailed
from common.grants import OutsideYourScope, Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import View
from common.http.versions import IfMatch, tag
from common.http.words import example
from common.places import AreasNotReady, UnknownArea
from registry.app.begin_building import BeginBuilding
from registry.app.permissions import KEEP_STATIONS, READ_STATIONS, WRITE_STATIONS
from registry.app.ports.station_records import StationStep
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.station_profile import (
    HoursDisordered,
    OperatorMissing,
    PositionOutsideChina,
    ProjectDaysOutOfOrder,
    RoomsExceedFloorArea,
    UnknownOperator,
)
from registry.domain.errors.station_tree import (
    NotOneOfItsStations,
    ParentCycle,
    ParentOfWrongTier,
    ParentStationClosed,
    StationHasOpenStations,
    SuccessorDoesNotFit,
    SuccessorNotOpen,
    UnknownParentStation,
)
from registry.domain.errors.stations import (
    AreaAlreadyServed,
    StationAlreadyClosed,
    StationAlreadyOpen,
    StationChangedMeanwhile,
    StationDaysOutOfOrder,
    StationHasOpenPostings,
    StationIdTaken,
    StationIsBeingBuilt,
    StationNotFound,
    StationNotOpen,
    StationStillStaffed,
    TierDoesNotFitArea,
)
from registry.domain.station import StationId
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.station_change_schemas import (
    BuildingToBegin,
    ProfileToKeep,
    StationToChange,
    StationToMerge,
    StationToSplit,
)
from registry.entrypoints.http.station_schemas import StationView

routes = router("/registry/v1/stations", tags=["stations"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_STATIONS))]
MayKeep: TypeAlias = Annotated[Scope, Depends(permitted(KEEP_STATIONS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_STATIONS))]


class SplitView(View):
    """A station after it was split, and the stations that came out of it."""

    station: StationView
    parts: list[StationView]


class StepView(View):
    """One thing that happened to a station: the type and the data of the event that told of it."""

    model_config = example(
        version=3,
        type="registry.station.renamed.v1",
        at="2025-03-01T02:00:00Z",
        data={
            "station_id": "0192d3c4-5b6a-7890-8abc-def012345678",
            "station_name": "先进街道社会工作站",
            "since": "2025-03-01",
        },
    )

    version: int
    type: str
    at: datetime
    data: Mapping[str, Any]

    @classmethod
    def of(cls, step: StationStep) -> Self:
        """Show a step."""
        return cls(version=step.version, type=step.type, at=step.at, data=step.data)


@routes.post(
    "/{station_id}/building",
    responses=documented(
        StationNotFound,
        StationIsBeingBuilt,
        StationAlreadyOpen,
        StationAlreadyClosed,
        DayInTheFuture,
        StationDaysOutOfOrder,
        StationChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def begin_building(
    station_id: UUID,
    body: BuildingToBegin,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> StationView:
    """Note that the premises of a planned station began to be made ready."""
    command = BeginBuilding(
        station_id=StationId(station_id), building_on=body.building_on, seen=seen
    )
    station = await app.stations.begin_building(command, scope)
    tag(response, station.version)
    return StationView.of(station, language)


@routes.patch(
    "/{station_id}",
    responses=documented(
        StationNotFound,
        StationAlreadyClosed,
        StationChangedMeanwhile,
        PreconditionFailed,
        DayInTheFuture,
        UnknownArea,
        AreasNotReady,
        OutsideYourScope,
        TierDoesNotFitArea,
        AreaAlreadyServed,
        UnknownParentStation,
        ParentCycle,
        ParentOfWrongTier,
        ParentStationClosed,
        OperatorMissing,
        UnknownOperator,
    ),
)
async def change_station(
    station_id: UUID,
    body: StationToChange,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> StationView:
    """Change a station's name, area, parent or operating mode; what is not sent stays."""
    station = await app.stations.edit(body.command(station_id, seen), scope)
    tag(response, station.version)
    return StationView.of(station, language)


@routes.patch(
    "/{station_id}/profile",
    responses=documented(
        StationNotFound,
        StationAlreadyClosed,
        StationChangedMeanwhile,
        PreconditionFailed,
        DayInTheFuture,
        PositionOutsideChina,
        RoomsExceedFloorArea,
        HoursDisordered,
        ProjectDaysOutOfOrder,
    ),
)
async def keep_profile(
    station_id: UUID,
    body: ProfileToKeep,
    app: App,
    scope: MayKeep,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> StationView:
    """Say where a station's door is, what it houses, when it is open and what it runs."""
    station = await app.stations.edit(body.command(station_id, seen), scope)
    tag(response, station.version)
    return StationView.of(station, language)


@routes.post(
    "/{station_id}/merger",
    responses=documented(
        StationNotFound,
        SuccessorDoesNotFit,
        SuccessorNotOpen,
        StationNotOpen,
        StationAlreadyClosed,
        StationHasOpenPostings,
        StationStillStaffed,
        DayInTheFuture,
        StationDaysOutOfOrder,
        StationChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def merge_station(
    station_id: UUID,
    body: StationToMerge,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> StationView:
    """Merge a station into another one, which takes over the stations below it."""
    station = await app.stations.merge(body.command(station_id, seen), scope)
    tag(response, station.version)
    return StationView.of(station, language)


@routes.post(
    "/{station_id}/split",
    responses=documented(
        StationNotFound,
        NotOneOfItsStations,
        StationHasOpenStations,
        StationNotOpen,
        StationAlreadyClosed,
        StationHasOpenPostings,
        StationStillStaffed,
        DayInTheFuture,
        StationDaysOutOfOrder,
        UnknownArea,
        AreasNotReady,
        OutsideYourScope,
        TierDoesNotFitArea,
        AreaAlreadyServed,
        StationIdTaken,
        UnknownParentStation,
        StationChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def split_station(
    station_id: UUID,
    body: StationToSplit,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> SplitView:
    """Make parts of a station into stations of their own; it goes on beside them, or ends."""
    station, *parts = await app.stations.split(body.command(station_id, seen), scope)
    tag(response, station.version)
    return SplitView(
        station=StationView.of(station, language),
        parts=[StationView.of(part, language) for part in parts],
    )


@routes.get("/{station_id}/history", responses=documented(StationNotFound))
async def show_history(station_id: UUID, app: App, scope: MayRead, pages: Pages) -> Page[StepView]:
    """Show what happened to a station, oldest first; its id stays while all else may change."""
    found = await app.stations.list_steps(StationId(station_id), scope, pages.window)
    return pages.page(found, StepView.of)
