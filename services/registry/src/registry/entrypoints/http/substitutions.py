"""Substitutions: arranging, looking, ending early."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.grants import OutsideYourScope, Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.places import AreasNotReady, UnknownArea
from registry.app.permissions import READ_SUBSTITUTIONS, WRITE_SUBSTITUTIONS
from registry.domain.errors.accounts import (
    AccountChangedMeanwhile,
    GrantDaysOutOfOrder,
    GrantIncomplete,
    UnknownOrganisation,
)
from registry.domain.errors.substitutions import (
    AbsenceAlreadyCovered,
    AbsenceIsOver,
    GrantNotTheirs,
    SubstituteForOneself,
    SubstituteUnknown,
    SubstitutionAlreadyEnded,
    SubstitutionNotFound,
)
from registry.domain.substitution import SubstitutionId
from registry.entrypoints.http.callers import Calling
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.substitution_schemas import SubstitutionToArrange, SubstitutionView

routes = router("/registry/v1/substitutions", tags=["substitutions"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_SUBSTITUTIONS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_SUBSTITUTIONS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        GrantIncomplete,
        GrantDaysOutOfOrder,
        UnknownArea,
        AreasNotReady,
        UnknownOrganisation,
        OutsideYourScope,
        GrantNotTheirs,
        SubstituteUnknown,
        SubstituteForOneself,
        AbsenceIsOver,
        AbsenceAlreadyCovered,
        AccountChangedMeanwhile,
    ),
)
async def arrange_substitution(
    body: SubstitutionToArrange,
    app: App,
    _scope: MayWrite,
    giver: Calling,
    language: Speaking,
    response: Response,
) -> SubstitutionView:
    """Have somebody stand in for an absence; it begins and is over by itself, in every service."""
    arranged = await app.access.arrange_substitution(body.command(), giver)
    response.headers["location"] = f"{routes.prefix}/{arranged.id}"
    return SubstitutionView.of(arranged, language, at=app.access.now())


@routes.get("")
async def list_substitutions(
    app: App, scope: MayRead, pages: Pages, language: Speaking
) -> Page[SubstitutionView]:
    """List the substitutions that the caller may see, page by page."""
    found = await app.access.list_substitutions(scope, pages.window)
    now = app.access.now()
    return pages.page(found, lambda each: SubstitutionView.of(each, language, at=now))


@routes.get("/{substitution_id}", responses=documented(SubstitutionNotFound))
async def show_substitution(
    substitution_id: UUID, app: App, scope: MayRead, language: Speaking
) -> SubstitutionView:
    """Show one substitution."""
    found = await app.access.find_substitution(SubstitutionId(substitution_id), scope)
    return SubstitutionView.of(found, language, at=app.access.now())


@routes.post(
    "/{substitution_id}/ending",
    responses=documented(SubstitutionNotFound, SubstitutionAlreadyEnded, AccountChangedMeanwhile),
)
async def end_substitution(
    substitution_id: UUID, app: App, scope: MayWrite, language: Speaking
) -> SubstitutionView:
    """End a substitution early: within five seconds it holds nowhere."""
    ended = await app.access.end_substitution(SubstitutionId(substitution_id), scope)
    return SubstitutionView.of(ended, language, at=app.access.now())
