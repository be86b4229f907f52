"""Supervision: beginning, ending, finding, and how many workers a supervisor has."""

from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.creations import entered
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from registry.app.keep_supervisions import EndSupervision
from registry.app.permissions import READ_SUPERVISIONS, WRITE_SUPERVISIONS
from registry.app.ports.supervisions import SupervisionFilter
from registry.domain.errors.references import DaysOutOfOrder, PartyOfWrongKind, UnknownParty
from registry.domain.errors.stations import StationNotFound
from registry.domain.errors.supervisions import (
    OwnSupervisor,
    SupervisionChangedMeanwhile,
    SupervisionEnded,
    SupervisionIdTaken,
    SupervisionNotFound,
    SupervisionOverlaps,
)
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.supervision_schemas import (
    SupervisionToBegin,
    SupervisionToEnd,
    SupervisionView,
    SupervisorView,
)

routes = router("/registry/v1", tags=["supervision"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_SUPERVISIONS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_SUPERVISIONS))]
OnDay: TypeAlias = Annotated[date | None, Query(description="Only what holds on this day.")]


async def _placed(
    within: Within,
    scheme: OfScheme = None,
    supervisor_id: Annotated[UUID | None, Query(description="Only of this supervisor.")] = None,
    station_id: Annotated[UUID | None, Query(description="Only at this station.")] = None,
    on: OnDay = None,
) -> SupervisionFilter:
    return SupervisionFilter(
        within=within, scheme=scheme, supervisor=supervisor_id, station=station_id, on=on
    )


Wanted: TypeAlias = Annotated[SupervisionFilter, Depends(_placed)]


@routes.post(
    "/supervisions",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": SupervisionView, "description": "It was entered before, just so."},
        **documented(
            StationNotFound,
            UnknownParty,
            PartyOfWrongKind,
            OwnSupervisor,
            SupervisionIdTaken,
            SupervisionOverlaps,
        ),
    },
)
async def begin_supervision(
    body: SupervisionToBegin, app: App, scope: MayWrite, response: Response
) -> SupervisionView:
    """Have a person stand by a social worker at a station."""
    made = await app.profession.supervisions.begin(body.command(), scope)
    location = f"{routes.prefix}/supervisions/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return SupervisionView.of(made.thing)


@routes.get("/supervisions")
async def list_supervisions(
    app: App,
    scope: MayRead,
    pages: Pages,
    wanted: Wanted,
    worker_id: Annotated[UUID | None, Query(description="Only of this worker.")] = None,
) -> Page[SupervisionView]:
    """List the supervisions that the caller may see, page by page."""
    found = await app.profession.supervisions.list(
        replace(wanted, worker=worker_id), scope, pages.window
    )
    return pages.page(found, SupervisionView.of)


@routes.get("/supervisors")
async def list_supervisors(
    app: App, scope: MayRead, pages: Pages, wanted: Wanted
) -> Page[SupervisorView]:
    """List supervisors with the number of different workers and stations they stand by."""
    found = await app.profession.supervisions.loads(wanted, scope, pages.window)
    return pages.page(found, SupervisorView.of)


@routes.get("/supervisions/{supervision_id}", responses=documented(SupervisionNotFound))
async def show_supervision(
    supervision_id: UUID, app: App, scope: MayRead, response: Response
) -> SupervisionView:
    """Show one supervision."""
    supervision = await app.profession.supervisions.find(supervision_id, scope)
    tag(response, supervision.version)
    return SupervisionView.of(supervision)


@routes.post(
    "/supervisions/{supervision_id}/end",
    responses=documented(
        SupervisionNotFound,
        SupervisionEnded,
        DaysOutOfOrder,
        SupervisionChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def end_supervision(
    supervision_id: UUID,
    body: SupervisionToEnd,
    app: App,
    scope: MayWrite,
    seen: IfMatch,
    response: Response,
) -> SupervisionView:
    """End a supervision; the day given is its last."""
    command = EndSupervision(supervision_id=supervision_id, ended_on=body.ended_on, seen=seen)
    supervision = await app.profession.supervisions.end(command, scope)
    tag(response, supervision.version)
    return SupervisionView.of(supervision)
