"""Allotments: parts of offers that other pools have."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.creations import entered
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.ids import new_id
from common.places import AreasNotReady, UnknownArea
from matching.app.allot_offers import RecallAllotment
from matching.app.permissions import ALLOT_OFFERS, READ_OFFERS
from matching.domain.errors import (
    AllotmentAlreadyEnded,
    AllotmentIdTaken,
    AllotmentNotFound,
    AllotmentOutlastsOffer,
    AllotmentWithinPool,
    OfferAlreadyExpired,
    OfferChangedMeanwhile,
    OfferExhausted,
    OfferNoLongerStands,
    OfferNotAllottable,
    OfferNotFound,
    ScopeTooWide,
)
from matching.domain.identity import AllotmentId, OfferId
from matching.entrypoints.http.allotment_schemas import AllotmentToGrant, AllotmentView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1/offers", tags=["offers"])

MayAllot: TypeAlias = Annotated[Scope, Depends(permitted(ALLOT_OFFERS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_OFFERS))]


@routes.post(
    "/{offer_id}/allotments",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": AllotmentView, "description": "It was granted before, just so."},
        **documented(
            OfferNotFound,
            UnknownArea,
            AreasNotReady,
            ScopeTooWide,
            AllotmentWithinPool,
            AllotmentOutlastsOffer,
            AllotmentIdTaken,
            OfferAlreadyExpired,
            OfferNoLongerStands,
            OfferNotAllottable,
            OfferExhausted,
            OfferChangedMeanwhile,
        ),
    },
)
async def grant_allotment(
    offer_id: UUID,
    body: AllotmentToGrant,
    app: App,
    scope: MayAllot,
    language: Speaking,
    response: Response,
) -> AllotmentView:
    """Let an area of another pool have part of an offer until an instant.

    There it is an offer of its own within moments. What is unused at the end comes back.
    """
    granted = await app.grant_allotment(body.command(OfferId(offer_id), new_id), scope)
    entered(response, is_new=granted.is_new, version=granted.allotment.version)
    return AllotmentView.of(granted.allotment, language)


@routes.get("/{offer_id}/allotments", responses=documented(OfferNotFound))
async def list_allotments(
    offer_id: UUID, app: App, scope: MayRead, pages: Pages, language: Speaking
) -> Page[AllotmentView]:
    """List what other pools have of an offer, or had, page by page, the latest first."""
    found = await app.find_allotments(OfferId(offer_id), pages.window, scope)
    return pages.page(found, lambda allotment: AllotmentView.of(allotment, language))


@routes.post(
    "/{offer_id}/allotments/{allotment_id}/return",
    responses=documented(
        OfferNotFound, AllotmentNotFound, AllotmentAlreadyEnded, PreconditionFailed
    ),
)
async def recall_allotment(
    offer_id: UUID,
    allotment_id: UUID,
    app: App,
    scope: MayAllot,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> AllotmentView:
    """Take back early what is left of an allotment. What was accepted there stays accepted."""
    command = RecallAllotment(
        offer_id=OfferId(offer_id), allotment_id=AllotmentId(allotment_id), seen=seen
    )
    allotment = await app.recall_allotment(command, scope)
    tag(response, allotment.version)
    return AllotmentView.of(allotment, language)
