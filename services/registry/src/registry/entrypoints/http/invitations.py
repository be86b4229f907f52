"""Invitations: making, using, taking back."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.grants import Caller, OutsideYourScope, Scope
from common.http.idempotency import tells_once
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import authenticated, permitted
from common.http.problems import documented
from common.http.route import router
from common.places import AreasNotReady, UnknownArea
from registry.app.permissions import READ_INVITATIONS, WRITE_INVITATIONS
from registry.domain.errors.accounts import (
    AccountChangedMeanwhile,
    GrantDaysOutOfOrder,
    GrantIncomplete,
    UnknownOrganisation,
)
from registry.domain.errors.invitations import (
    InvitationAlreadyUsed,
    InvitationExpired,
    InvitationNotFound,
    InvitationWithdrawn,
    PostingAlreadyLinked,
    UnknownPosting,
)
from registry.domain.errors.profiles import PostingAlreadyEnded
from registry.domain.invitation import InvitationId
from registry.entrypoints.http.callers import Calling
from registry.entrypoints.http.invitation_schemas import (
    InvitationMadeView,
    InvitationToMake,
    InvitationToUse,
    InvitationView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/invitations", tags=["invitations"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_INVITATIONS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_INVITATIONS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        GrantIncomplete,
        GrantDaysOutOfOrder,
        UnknownArea,
        AreasNotReady,
        UnknownOrganisation,
        UnknownPosting,
        PostingAlreadyEnded,
        OutsideYourScope,
    ),
)
@tells_once("secret")
async def invite(
    body: InvitationToMake,
    app: App,
    _scope: MayWrite,
    giver: Calling,
    language: Speaking,
    response: Response,
) -> InvitationMadeView:
    """Invite somebody whose login is not known yet; only this answer tells the secret.

    Give it to the person by a way of your own. Repeated with the same key, the answer lacks it.
    """
    invitation, secret = await app.access.invite(body.command(), giver)
    response.headers["location"] = f"{routes.prefix}/{invitation.id}"
    return InvitationMadeView.made(invitation, secret, language, at=app.access.now())


@routes.post(
    "/redemption",
    responses=documented(
        InvitationNotFound,
        InvitationAlreadyUsed,
        InvitationWithdrawn,
        InvitationExpired,
        PostingAlreadyLinked,
        PostingAlreadyEnded,
        AccountChangedMeanwhile,
    ),
)
async def use_invitation(
    body: InvitationToUse,
    app: App,
    caller: Annotated[Caller, Depends(authenticated)],
    language: Speaking,
) -> InvitationView:
    """Bind this login to what an invitation promises; within five seconds it holds everywhere."""
    used = await app.access.use_invitation(body.secret, caller.sub)
    return InvitationView.of(used, language, at=app.access.now())


@routes.get("")
async def list_invitations(
    app: App, scope: MayRead, pages: Pages, language: Speaking
) -> Page[InvitationView]:
    """List the invitations that the caller may see, page by page."""
    found = await app.access.list_invitations(scope, pages.window)
    now = app.access.now()
    return pages.page(found, lambda each: InvitationView.of(each, language, at=now))


@routes.get("/{invitation_id}", responses=documented(InvitationNotFound))
async def show_invitation(
    invitation_id: UUID, app: App, scope: MayRead, language: Speaking
) -> InvitationView:
    """Show one invitation, without its secret."""
    found = await app.access.find_invitation(InvitationId(invitation_id), scope)
    return InvitationView.of(found, language, at=app.access.now())


@routes.post(
    "/{invitation_id}/withdrawal",
    responses=documented(
        InvitationNotFound, InvitationWithdrawn, InvitationExpired, AccountChangedMeanwhile
    ),
)
async def withdraw_invitation(
    invitation_id: UUID, app: App, scope: MayWrite, language: Speaking
) -> InvitationView:
    """Take an invitation back, and what it gave: within five seconds it holds nowhere."""
    withdrawn = await app.access.withdraw_invitation(InvitationId(invitation_id), scope)
    return InvitationView.of(withdrawn, language, at=app.access.now())
