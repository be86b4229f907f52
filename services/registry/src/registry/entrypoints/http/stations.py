"""Stations: planning, opening, closing, finding."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Request, Response

from common.errors import PreconditionFailed
from common.grants import OutsideYourScope, Scope
from common.http.batches import BatchView, batch_view, each
from common.http.creations import entered
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.places import AreasNotReady, UnknownArea
from registry.app.close_station import CloseStation
from registry.app.open_station import OpenStation
from registry.app.permissions import READ_STATIONS, WRITE_STATIONS
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.station_tree import (
    ParentCycle,
    ParentOfWrongTier,
    ParentStationClosed,
    StationHasOpenStations,
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
    StationNotFound,
    StationNotOpen,
    StationStillStaffed,
    TierDoesNotFitArea,
)
from registry.domain.station import StationId
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.station_filters import StationsWanted
from registry.entrypoints.http.station_schemas import (
    StationsToPlan,
    StationToClose,
    StationToOpen,
    StationToPlan,
    StationView,
)

routes = router("/registry/v1/stations", tags=["stations"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_STATIONS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_STATIONS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": StationView, "description": "It was planned before, just so."},
        **documented(
            UnknownArea,
            AreasNotReady,
            OutsideYourScope,
            TierDoesNotFitArea,
            DayInTheFuture,
            StationDaysOutOfOrder,
            StationIdTaken,
            AreaAlreadyServed,
            UnknownParentStation,
            ParentOfWrongTier,
            ParentCycle,
            ParentStationClosed,
        ),
    },
)
async def plan_station(
    body: StationToPlan, app: App, scope: MayWrite, language: Speaking, response: Response
) -> StationView:
    """Plan a station for an area; one that already serves is opened at once."""
    made = await app.plan_station(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return StationView.of(made.thing, language)


@routes.post("/batch")
async def plan_stations(
    body: StationsToPlan, app: App, scope: MayWrite, request: Request
) -> BatchView:
    """Plan up to 500 stations; what is wrong with one of them stops none of the others."""
    outcomes = await each(
        body.stations,
        lambda items: app.plan_stations([item.command() for item in items], scope),
        at="/body/stations",
    )
    return batch_view(request, body.stations, outcomes)


@routes.get("")
async def list_stations(
    app: App,
    scope: MayRead,
    pages: Pages,
    language: Speaking,
    wanted: StationsWanted,
) -> Page[StationView]:
    """List the stations that the caller may see, page by page."""
    found = await app.list_stations(wanted, scope, pages.window)
    return pages.page(found, lambda station: StationView.of(station, language))


@routes.get("/{station_id}", responses=documented(StationNotFound))
async def show_station(
    station_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> StationView:
    """Show one station."""
    station = await app.find_station(StationId(station_id), scope)
    tag(response, station.version)
    return StationView.of(station, language)


@routes.post(
    "/{station_id}/opening",
    responses=documented(
        StationNotFound,
        StationAlreadyOpen,
        StationAlreadyClosed,
        AreaAlreadyServed,
        DayInTheFuture,
        StationDaysOutOfOrder,
        StationChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def open_station(
    station_id: UUID,
    body: StationToOpen,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> StationView:
    """Open a station; from this day on it serves its area."""
    command = OpenStation(station_id=StationId(station_id), opened_on=body.opened_on, seen=seen)
    station = await app.open_station(command, scope)
    tag(response, station.version)
    return StationView.of(station, language)


@routes.post(
    "/{station_id}/closure",
    responses=documented(
        StationNotFound,
        StationNotOpen,
        StationAlreadyClosed,
        StationHasOpenStations,
        StationHasOpenPostings,
        StationStillStaffed,
        DayInTheFuture,
        StationDaysOutOfOrder,
        StationChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def close_station(
    station_id: UUID,
    body: StationToClose,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> StationView:
    """Close a station that nothing hangs on any more. A closure is final."""
    command = CloseStation(
        station_id=StationId(station_id), closed_on=body.closed_on, reason=body.reason, seen=seen
    )
    station = await app.close_station(command, scope)
    tag(response, station.version)
    return StationView.of(station, language)
