"""The plans of talent stations: beginning, ending, finding."""

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
from registry.app.permissions import READ_TALENTS, WRITE_TALENTS
from registry.app.ports.talents import TalentPlanFilter
from registry.domain.errors.references import DaysOutOfOrder
from registry.domain.errors.talents import (
    TalentPlanChangedMeanwhile,
    TalentPlanIdTaken,
    TalentPlanNotFound,
    TalentStationNotFound,
)
from registry.domain.errors.tenures import TermInUse, TermNotWithin, TermOver
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.talent_schemas import TalentPlanToBegin, TalentPlanView
from registry.entrypoints.http.tenure_schemas import TermToEnd

routes = router("/registry/v1/talent_plans", tags=["talents"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_TALENTS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_TALENTS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": TalentPlanView, "description": "It was entered before, just so."},
        **documented(TalentStationNotFound, TermNotWithin, TalentPlanIdTaken, DaysOutOfOrder),
    },
)
async def begin_talent_plan(
    body: TalentPlanToBegin, app: App, scope: MayWrite, response: Response
) -> TalentPlanView:
    """Give a talent station a plan, within its term."""
    made = await app.profession.talent_plans.begin(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return TalentPlanView.of(made.thing)


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    talent_station_id: Annotated[
        UUID | None, Query(description="Only of this talent station.")
    ] = None,
    on: Annotated[date | None, Query(description="Only what holds on this day.")] = None,
) -> TalentPlanFilter:
    return TalentPlanFilter(within=within, scheme=scheme, station=talent_station_id, on=on)


@routes.get("")
async def list_talent_plans(
    app: App,
    wanted: Annotated[TalentPlanFilter, Depends(_wanted)],
    scope: MayRead,
    pages: Pages,
) -> Page[TalentPlanView]:
    """List the talent plans that the caller may see, page by page."""
    found = await app.profession.talent_plans.list(wanted, scope, pages.window)
    return pages.page(found, TalentPlanView.of)


@routes.get("/{talent_plan_id}", responses=documented(TalentPlanNotFound))
async def show_talent_plan(
    talent_plan_id: UUID, app: App, scope: MayRead, response: Response
) -> TalentPlanView:
    """Show one talent plan."""
    plan = await app.profession.talent_plans.find(talent_plan_id, scope)
    tag(response, plan.version)
    return TalentPlanView.of(plan)


@routes.post(
    "/{talent_plan_id}/end",
    responses=documented(
        TalentPlanNotFound,
        TermOver,
        TermInUse,
        DaysOutOfOrder,
        TalentPlanChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def end_talent_plan(
    talent_plan_id: UUID,
    body: TermToEnd,
    app: App,
    scope: MayWrite,
    seen: IfMatch,
    response: Response,
) -> TalentPlanView:
    """End a plan before its time, once nobody is in it for longer."""
    plan = await app.profession.talent_plans.end(body.command(talent_plan_id, seen), scope)
    tag(response, plan.version)
    return TalentPlanView.of(plan)
