"""Asking to be a partner, open to everybody, and deciding about it, which is for officers."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response

from common.grants import Scope
from common.http.idempotency import tells_once
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import open_to_strangers, permitted, public
from common.http.problems import documented
from common.http.route import router
from common.places import AreasNotReady, UnknownArea
from registry.app.permissions import DECIDE_APPLICATIONS, READ_APPLICATIONS
from registry.domain.errors.applications import (
    ApplicationAlreadyDecided,
    ApplicationNotFound,
    SocietyMayNotApply,
)
from registry.domain.partner_application import ApplicationId, ApplicationState
from registry.entrypoints.http.application_schemas import (
    ApplicationMadeView,
    ApplicationToRefuse,
    ApplicationView,
    DecisionView,
    PartnerToBe,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["partners"])

REGISTRATION = "/registration"
APPLICATIONS = "/partner_applications"
MayDecide: TypeAlias = Annotated[Scope, Depends(permitted(DECIDE_APPLICATIONS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_APPLICATIONS))]


@routes.post(
    REGISTRATION,
    status_code=HTTPStatus.CREATED,
    dependencies=[open_to_strangers()],
    responses=documented(UnknownArea, AreasNotReady, SocietyMayNotApply),
)
@tells_once("secret")
async def apply(
    body: PartnerToBe, app: App, language: Speaking, response: Response
) -> ApplicationMadeView:
    """Ask to be a partner; needs no token and opens nothing until an officer approves.

    Keep the secret: only this answer tells it, and approved it is what your first login shows to
    `/registry/v1/invitations/redemption`.
    """
    application, secret = await app.access.apply(body.command())
    response.headers["location"] = f"{routes.prefix}{REGISTRATION}/{application.id}"
    return ApplicationMadeView.made(application, secret, language)


@routes.get(
    REGISTRATION + "/{application_id}",
    dependencies=[public()],
    responses=documented(ApplicationNotFound),
)
async def show_decision(application_id: UUID, app: App, language: Speaking) -> DecisionView:
    """Tell an applicant, who has the id of the application, what became of it and why."""
    found = await app.access.follow_application(ApplicationId(application_id))
    return DecisionView.of(found, language)


@routes.get(APPLICATIONS)
async def list_applications(
    app: App,
    scope: MayRead,
    pages: Pages,
    language: Speaking,
    state: Annotated[ApplicationState | None, Query(description="Only in this state.")] = None,
) -> Page[ApplicationView]:
    """List the applications that the caller may see, page by page."""
    found = await app.access.list_applications(state, scope, pages.window)
    return pages.page(found, lambda each: ApplicationView.whole(each, language))


@routes.get(APPLICATIONS + "/{application_id}", responses=documented(ApplicationNotFound))
async def show_application(
    application_id: UUID, app: App, scope: MayRead, language: Speaking
) -> ApplicationView:
    """Show one application."""
    found = await app.access.find_application(ApplicationId(application_id), scope)
    return ApplicationView.whole(found, language)


@routes.post(
    APPLICATIONS + "/{application_id}/approval",
    responses=documented(
        ApplicationNotFound, ApplicationAlreadyDecided, UnknownArea, AreasNotReady
    ),
)
async def approve_application(
    application_id: UUID, app: App, scope: MayDecide, language: Speaking
) -> ApplicationView:
    """Register the applicant as a party; with their secret they can act for it from now on."""
    approved = await app.access.approve_application(ApplicationId(application_id), scope)
    return ApplicationView.whole(approved, language)


@routes.post(
    APPLICATIONS + "/{application_id}/refusal",
    responses=documented(ApplicationNotFound, ApplicationAlreadyDecided),
)
async def refuse_application(
    application_id: UUID, body: ApplicationToRefuse, app: App, scope: MayDecide, language: Speaking
) -> ApplicationView:
    """Refuse an application; the applicant is told why."""
    refused = await app.access.refuse_application(ApplicationId(application_id), body.reason, scope)
    return ApplicationView.whole(refused, language)
