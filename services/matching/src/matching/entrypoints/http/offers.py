"""Offers: publishing, withdrawing, finding."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from common.errors import PreconditionFailed
from common.grants import OutsideYourScope, Scope
from common.http.batches import BatchView, batch_view, each
from common.http.creations import entered
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.ids import new_id
from common.places import AreasNotReady, UnknownArea
from common.vocabulary import ServiceCode
from matching.app.permissions import PUBLISH_OFFERS, READ_OFFERS, WITHDRAW_OFFERS
from matching.app.queries import FindOffers
from matching.app.withdraw_offer import WithdrawOffer
from matching.domain.errors import (
    OfferAlreadyExpired,
    OfferAlreadyWithdrawn,
    OfferChangedMeanwhile,
    OfferIdTaken,
    OfferNotFound,
    PartyNotKnown,
)
from matching.domain.identity import OfferId, PartyId
from matching.domain.offer import OfferState
from matching.entrypoints.http.offer_schemas import OffersToPublish, OfferToPublish, OfferView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1/offers", tags=["offers"])

MayPublish: TypeAlias = Annotated[Scope, Depends(permitted(PUBLISH_OFFERS))]
MayWithdraw: TypeAlias = Annotated[Scope, Depends(permitted(WITHDRAW_OFFERS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_OFFERS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": OfferView, "description": "It was published before, just so."},
        **documented(
            UnknownArea,
            AreasNotReady,
            OutsideYourScope,
            PartyNotKnown,
            OfferAlreadyExpired,
            OfferIdTaken,
        ),
    },
)
async def publish_offer(
    body: OfferToPublish, app: App, scope: MayPublish, language: Speaking, response: Response
) -> OfferView:
    """Offer something; it may be proposed from now on."""
    published = await app.publish_offer(body.command(new_id), scope)
    location = f"{routes.prefix}/{published.thing.id}"
    entered(response, is_new=published.is_new, version=published.thing.version, location=location)
    return OfferView.of(published.thing, language)


@routes.post("/batch")
async def publish_offers(
    body: OffersToPublish, app: App, scope: MayPublish, request: Request
) -> BatchView:
    """Publish up to 500 offers; what is wrong with one of them stops none of the others."""
    outcomes = await each(
        body.offers,
        lambda items: app.publish_offers([item.command(new_id) for item in items], scope),
        at="/body/offers",
    )
    return batch_view(request, body.offers, outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFilter:
    """What a list of offers is limited to."""

    party_id: Annotated[UUID | None, Query(description="Only of this party.")] = None
    service: Annotated[ServiceCode | None, Query(description="Only of this service.")] = None
    state: Annotated[OfferState | None, Query(description="Only in this state.")] = None


@routes.get("")
async def list_offers(
    app: App,
    scope: MayRead,
    pages: Pages,
    language: Speaking,
    within: Within,
    wanted: Annotated[OfferFilter, Depends()],
    scheme: OfScheme = None,
) -> Page[OfferView]:
    """List offers page by page, the newest first; a party sees its own."""
    query = FindOffers(
        window=pages.window,
        scheme=scheme,
        within=within,
        party_id=None if wanted.party_id is None else PartyId(wanted.party_id),
        service=wanted.service,
        state=wanted.state,
    )
    found = await app.find_offers(query, scope)
    return pages.page(found, lambda offer: OfferView.of(offer, language))


@routes.get("/{offer_id}", responses=documented(OfferNotFound))
async def show_offer(
    offer_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> OfferView:
    """Show one offer."""
    offer = await app.find_offer(OfferId(offer_id), scope)
    tag(response, offer.version)
    return OfferView.of(offer, language)


@routes.post(
    "/{offer_id}/withdrawal",
    responses=documented(
        OfferNotFound, OfferAlreadyWithdrawn, OfferChangedMeanwhile, PreconditionFailed
    ),
)
async def withdraw_offer(
    offer_id: UUID,
    app: App,
    scope: MayWithdraw,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> OfferView:
    """Take an offer back. What was accepted stays; what was only proposed or asked ends."""
    offer = await app.withdraw_offer(WithdrawOffer(offer_id=OfferId(offer_id), seen=seen), scope)
    tag(response, offer.version)
    return OfferView.of(offer, language)
