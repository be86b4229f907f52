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
from common.http.languages import Language, Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.ids import new_id
from common.places import AreasNotReady, UnknownArea
from common.vocabulary import ServiceCode
from matching.app.confirm_offers import ConfirmOffer
from matching.app.moderate_offers import ModerateOffer
from matching.app.permissions import (
    CONFIRM_OFFERS,
    MODERATE_OFFERS,
    PUBLISH_OFFERS,
    READ_OFFERS,
    WITHDRAW_OFFERS,
)
from matching.app.queries import FindOffers, SeenOffer
from matching.app.withdraw_offer import WithdrawOffer
from matching.domain.errors import (
    OfferAlreadyExpired,
    OfferAlreadyModerated,
    OfferAlreadyWithdrawn,
    OfferChangedMeanwhile,
    OfferIdTaken,
    OfferNoLongerStands,
    OfferNotFound,
    OfferOfServiceList,
    PartyNotKnown,
    ScopeTooWide,
    TooManyOffersToday,
    TooManyOpenOffers,
)
from matching.domain.identity import OfferId, PartyId
from matching.domain.moderation import Moderation
from matching.domain.offer import OfferState
from matching.entrypoints.http.offer_schemas import (
    OffersToPublish,
    OfferToPublish,
    OfferView,
    RefusalOfOffer,
)
from matching.entrypoints.http.schemas import App
from matching.entrypoints.http.usage_schemas import UsageView

routes = router("/matching/v1/offers", tags=["offers"])

MayPublish: TypeAlias = Annotated[Scope, Depends(permitted(PUBLISH_OFFERS))]
MayWithdraw: TypeAlias = Annotated[Scope, Depends(permitted(WITHDRAW_OFFERS))]
MayConfirm: TypeAlias = Annotated[Scope, Depends(permitted(CONFIRM_OFFERS))]
MayModerate: TypeAlias = Annotated[Scope, Depends(permitted(MODERATE_OFFERS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_OFFERS))]

_MODERATED = documented(
    OfferNotFound, OfferAlreadyModerated, OfferChangedMeanwhile, PreconditionFailed
)


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
            ScopeTooWide,
            TooManyOpenOffers,
            TooManyOffersToday,
        ),
    },
)
async def publish_offer(
    body: OfferToPublish, app: App, scope: MayPublish, language: Speaking, response: Response
) -> OfferView:
    """Offer something; it may be proposed from now on, or once a worker has approved it."""
    published = await app.publish_offer(body.command(new_id), scope)
    location = f"{routes.prefix}/{published.thing.id}"
    entered(response, is_new=published.is_new, version=published.thing.version, location=location)
    return OfferView.of(published.seen, language)


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
    moderation: Annotated[
        Moderation | None, Query(description="Only what has come so far in moderation.")
    ] = None
    hidden: Annotated[
        bool | None,
        Query(
            description="Only what is left out of plans, or only what is not. Not said: its owner "
            "sees both, others what is not."
        ),
    ] = None
    to_be_confirmed: Annotated[
        bool | None, Query(description="Only what its owner is asked to confirm, or only the rest.")
    ] = None


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
        moderation=wanted.moderation,
        is_hidden=wanted.hidden,
        is_to_be_confirmed=wanted.to_be_confirmed,
    )
    found = await app.find_offers(query, scope)
    return pages.page(found, lambda seen: OfferView.of(seen, language))


@routes.get("/{offer_id}", responses=documented(OfferNotFound))
async def show_offer(
    offer_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> OfferView:
    """Show one offer."""
    seen = await app.find_offer(OfferId(offer_id), scope)
    return _shown(seen, language, response)


@routes.post(
    "/{offer_id}/withdrawal",
    responses=documented(
        OfferNotFound,
        OfferOfServiceList,
        OfferAlreadyWithdrawn,
        OfferChangedMeanwhile,
        PreconditionFailed,
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
    command = WithdrawOffer(offer_id=OfferId(offer_id), seen=seen)
    return _shown(await app.withdraw_offer(command, scope), language, response)


@routes.post(
    "/{offer_id}/confirmation",
    responses=documented(
        OfferNotFound,
        OfferOfServiceList,
        OfferNoLongerStands,
        OfferChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def confirm_offer(
    offer_id: UUID,
    app: App,
    scope: MayConfirm,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> OfferView:
    """Say that an offer still holds. It counts as new, and comes back into plans if it was old."""
    command = ConfirmOffer(offer_id=OfferId(offer_id), seen=seen)
    return _shown(await app.confirm_offer(command, scope), language, response)


@routes.post("/{offer_id}/approval", responses=_MODERATED)
async def approve_offer(
    offer_id: UUID,
    app: App,
    scope: MayModerate,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> OfferView:
    """Approve a pending offer of the own area, so that it may be planned."""
    command = ModerateOffer(offer_id=OfferId(offer_id), seen=seen)
    return _shown(await app.moderate_offer(command, scope), language, response)


@routes.post("/{offer_id}/refusal", responses=_MODERATED)
async def refuse_offer(
    offer_id: UUID,
    body: RefusalOfOffer,
    app: App,
    scope: MayModerate,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> OfferView:
    """Refuse a pending offer of the own area; its publisher sees why, and may offer anew."""
    command = ModerateOffer(offer_id=OfferId(offer_id), refused=body.because(), seen=seen)
    return _shown(await app.moderate_offer(command, scope), language, response)


@routes.get("/{offer_id}/usage", responses=documented(OfferNotFound))
async def show_usage(offer_id: UUID, app: App, scope: MayRead, language: Speaking) -> UsageView:
    """Say why an offer was used or not: lines it fits, rules that keep it from others, asks."""
    return UsageView.of(await app.find_usage(OfferId(offer_id), scope), language)


def _shown(seen: SeenOffer, language: Language, response: Response) -> OfferView:
    tag(response, seen.offer.version)
    return OfferView.of(seen, language)
