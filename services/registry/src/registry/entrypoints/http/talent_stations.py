"""Talent stations: beginning, ending, finding."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response

from common.errors import PreconditionFailed
from common.grants import OutsideYourScope, Scope
from common.http.creations import entered
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.places import AreasNotReady, UnknownArea
from registry.app.permissions import READ_TALENTS, WRITE_TALENTS
from registry.app.ports.talents import TalentStationFilter
from registry.domain.errors.references import DaysOutOfOrder, PartyOfWrongKind, UnknownParty
from registry.domain.errors.talents import (
    TalentStationChangedMeanwhile,
    TalentStationIdTaken,
    TalentStationNotFound,
)
from registry.domain.errors.tenures import TermInUse, TermOver
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.talent_schemas import TalentStationToBegin, TalentStationView
from registry.entrypoints.http.tenure_schemas import TermToEnd

routes = router("/registry/v1/talent_stations", tags=["talents"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_TALENTS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_TALENTS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {
            "model": TalentStationView,
            "description": "It was entered before, just so.",
        },
        **documented(
            UnknownArea,
            AreasNotReady,
            OutsideYourScope,
            UnknownParty,
            PartyOfWrongKind,
            TalentStationIdTaken,
            DaysOutOfOrder,
        ),
    },
)
async def begin_talent_station(
    body: TalentStationToBegin, app: App, scope: MayWrite, response: Response
) -> TalentStationView:
    """Note that a body runs a talent station."""
    made = await app.profession.talent_stations.begin(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return TalentStationView.of(made.thing)


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    host_id: Annotated[UUID | None, Query(description="Only run by this party.")] = None,
    on: Annotated[date | None, Query(description="Only what holds on this day.")] = None,
) -> TalentStationFilter:
    return TalentStationFilter(within=within, scheme=scheme, host=host_id, on=on)


@routes.get("")
async def list_talent_stations(
    app: App,
    wanted: Annotated[TalentStationFilter, Depends(_wanted)],
    scope: MayRead,
    pages: Pages,
) -> Page[TalentStationView]:
    """List the talent stations that the caller may see, page by page."""
    found = await app.profession.talent_stations.list(wanted, scope, pages.window)
    return pages.page(found, TalentStationView.of)


@routes.get("/{talent_station_id}", responses=documented(TalentStationNotFound))
async def show_talent_station(
    talent_station_id: UUID, app: App, scope: MayRead, response: Response
) -> TalentStationView:
    """Show one talent station."""
    station = await app.profession.talent_stations.find(talent_station_id, scope)
    tag(response, station.version)
    return TalentStationView.of(station)


@routes.post(
    "/{talent_station_id}/end",
    responses=documented(
        TalentStationNotFound,
        TermOver,
        TermInUse,
        DaysOutOfOrder,
        TalentStationChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def end_talent_station(
    talent_station_id: UUID,
    body: TermToEnd,
    app: App,
    scope: MayWrite,
    seen: IfMatch,
    response: Response,
) -> TalentStationView:
    """End a talent station before its time, once none of its plans lasts longer."""
    station = await app.profession.talent_stations.end(body.command(talent_station_id, seen), scope)
    tag(response, station.version)
    return TalentStationView.of(station)
