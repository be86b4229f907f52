"""Parties: registering, vetting, suspending, finding."""

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
from registry.app.permissions import READ_PARTIES, WRITE_PARTIES
from registry.app.suspend_party import SuspendParty
from registry.app.vet_party import VetParty
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.parties import (
    PartyChangedMeanwhile,
    PartyIdTaken,
    PartyIsSuspended,
    PartyNotApproved,
    PartyNotFound,
    PersonNeedsPublicNumber,
    VettingDaysOutOfOrder,
)
from registry.domain.party import PartyId
from registry.entrypoints.http.party_filters import PartiesWanted
from registry.entrypoints.http.party_schemas import (
    PartiesToRegister,
    PartyToRegister,
    PartyToSuspend,
    PartyToVet,
    PartyView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/parties", tags=["parties"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_PARTIES))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_PARTIES))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": PartyView, "description": "It was registered before, just so."},
        **documented(
            UnknownArea,
            AreasNotReady,
            OutsideYourScope,
            PersonNeedsPublicNumber,
            DayInTheFuture,
            PartyIdTaken,
        ),
    },
)
async def register_party(
    body: PartyToRegister, app: App, scope: MayWrite, language: Speaking, response: Response
) -> PartyView:
    """Make a party of one of the five societies known."""
    made = await app.register_party(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return PartyView.of(made.thing, language)


@routes.post("/batch")
async def register_parties(
    body: PartiesToRegister, app: App, scope: MayWrite, request: Request
) -> BatchView:
    """Register up to 500 parties; what is wrong with one of them stops none of the others."""
    outcomes = await each(
        body.parties,
        lambda items: app.register_parties([item.command() for item in items], scope),
        at="/body/parties",
    )
    return batch_view(request, body.parties, outcomes)


@routes.get("")
async def list_parties(
    app: App,
    scope: MayRead,
    pages: Pages,
    language: Speaking,
    wanted: PartiesWanted,
) -> Page[PartyView]:
    """List the parties that the caller may see, page by page."""
    found = await app.list_parties(wanted, scope, pages.window)
    return pages.page(found, lambda party: PartyView.of(party, language))


@routes.get("/{party_id}", responses=documented(PartyNotFound))
async def show_party(
    party_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> PartyView:
    """Show one party."""
    party = await app.find_party(PartyId(party_id), scope)
    tag(response, party.version)
    return PartyView.of(party, language)


@routes.post(
    "/{party_id}/vetting",
    responses=documented(
        PartyNotFound,
        PartyIsSuspended,
        DayInTheFuture,
        VettingDaysOutOfOrder,
        PartyChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def vet_party(
    party_id: UUID,
    body: PartyToVet,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> PartyView:
    """Note that a party was vetted; a later vetting takes the place of the one before."""
    command = VetParty(
        party_id=PartyId(party_id),
        vetted_on=body.vetted_on,
        valid_until=body.valid_until,
        seen=seen,
    )
    party = await app.vet_party(command, scope)
    tag(response, party.version)
    return PartyView.of(party, language)


@routes.post(
    "/{party_id}/suspension",
    responses=documented(
        PartyNotFound,
        PartyIsSuspended,
        PartyNotApproved,
        DayInTheFuture,
        PartyChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def suspend_party(
    party_id: UUID,
    body: PartyToSuspend,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> PartyView:
    """Suspend a party: it is not matched any more, until it is approved again."""
    command = SuspendParty(
        party_id=PartyId(party_id),
        suspended_on=body.suspended_on,
        reason=body.reason,
        seen=seen,
    )
    party = await app.suspend_party(command, scope)
    tag(response, party.version)
    return PartyView.of(party, language)
