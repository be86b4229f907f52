"""Who is in which talent plan: taking, letting go, finding."""

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
from registry.app.ports.talents import TalentFilter
from registry.domain.errors.references import DaysOutOfOrder, PartyOfWrongKind, UnknownParty
from registry.domain.errors.talents import (
    TalentChangedMeanwhile,
    TalentIdTaken,
    TalentInPlanAlready,
    TalentNotFound,
    TalentPlanNotFound,
)
from registry.domain.errors.tenures import TermNotWithin, TermOver
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.talent_schemas import TalentToTake, TalentView
from registry.entrypoints.http.tenure_schemas import TermToEnd

routes = router("/registry/v1/talents", tags=["talents"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_TALENTS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_TALENTS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": TalentView, "description": "It was entered before, just so."},
        **documented(
            TalentPlanNotFound,
            UnknownParty,
            PartyOfWrongKind,
            TermNotWithin,
            TalentInPlanAlready,
            TalentIdTaken,
            DaysOutOfOrder,
        ),
    },
)
async def take_talent(
    body: TalentToTake, app: App, scope: MayWrite, response: Response
) -> TalentView:
    """Take a person into a plan, within its term."""
    made = await app.profession.talents.take(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return TalentView.of(made.thing)


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    talent_plan_id: Annotated[UUID | None, Query(description="Only in this plan.")] = None,
    party_id: Annotated[UUID | None, Query(description="Only this person.")] = None,
    on: Annotated[date | None, Query(description="Only what holds on this day.")] = None,
) -> TalentFilter:
    return TalentFilter(within=within, scheme=scheme, plan=talent_plan_id, party=party_id, on=on)


@routes.get("")
async def list_talents(
    app: App,
    wanted: Annotated[TalentFilter, Depends(_wanted)],
    scope: MayRead,
    pages: Pages,
) -> Page[TalentView]:
    """List who is in the plans that the caller may see, page by page."""
    found = await app.profession.talents.list(wanted, scope, pages.window)
    return pages.page(found, TalentView.of)


@routes.get("/{talent_id}", responses=documented(TalentNotFound))
async def show_talent(talent_id: UUID, app: App, scope: MayRead, response: Response) -> TalentView:
    """Show one talent."""
    talent = await app.profession.talents.find(talent_id, scope)
    tag(response, talent.version)
    return TalentView.of(talent)


@routes.post(
    "/{talent_id}/end",
    responses=documented(
        TalentNotFound, TermOver, DaysOutOfOrder, TalentChangedMeanwhile, PreconditionFailed
    ),
)
async def end_talent(
    talent_id: UUID,
    body: TermToEnd,
    app: App,
    scope: MayWrite,
    seen: IfMatch,
    response: Response,
) -> TalentView:
    """Let somebody leave a plan before their time."""
    talent = await app.profession.talents.end(body.command(talent_id, seen), scope)
    tag(response, talent.version)
    return TalentView.of(talent)
