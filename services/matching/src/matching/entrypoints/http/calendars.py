"""Calendars of offers and the sessions that they come to."""

from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from matching.app.permissions import READ_OFFERS, SCHEDULE_OFFERS
from matching.app.schedule_offers import PutCalendar
from matching.domain.errors import (
    AllottedByQuantity,
    CalendarNotFound,
    NotByAppointment,
    OfferChangedMeanwhile,
    OfferNoLongerStands,
    OfferNotFound,
    OfferOfServiceList,
)
from matching.domain.identity import OfferId
from matching.entrypoints.http.calendar_schemas import CalendarBody, CalendarView, SessionView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1/offers", tags=["offers"])

MaySchedule: TypeAlias = Annotated[Scope, Depends(permitted(SCHEDULE_OFFERS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_OFFERS))]


@routes.put(
    "/{offer_id}/calendar",
    responses=documented(
        OfferNotFound,
        OfferOfServiceList,
        OfferNoLongerStands,
        NotByAppointment,
        AllottedByQuantity,
        OfferChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def put_calendar(
    offer_id: UUID,
    body: CalendarBody,
    app: App,
    scope: MaySchedule,
    seen: IfMatch,
    response: Response,
) -> CalendarView:
    """Say when an offer can be had; its sessions of the next eight weeks are published at once.

    What is booked stays booked, also where the new calendar has nothing.
    """
    command = PutCalendar(offer_id=OfferId(offer_id), calendar=body.meant(), seen=seen)
    scheduled = await app.put_calendar(command, scope)
    tag(response, scheduled.version)
    return CalendarView.of(scheduled)


@routes.get("/{offer_id}/calendar", responses=documented(OfferNotFound, CalendarNotFound))
async def show_calendar(
    offer_id: UUID, app: App, scope: MayRead, response: Response
) -> CalendarView:
    """Show when an offer can be had."""
    scheduled = await app.find_calendar(OfferId(offer_id), scope)
    tag(response, scheduled.version)
    return CalendarView.of(scheduled)


@routes.get("/{offer_id}/sessions", responses=documented(OfferNotFound))
async def list_sessions(
    offer_id: UUID, app: App, scope: MayRead, pages: Pages, language: Speaking
) -> Page[SessionView]:
    """List the sessions of an offer page by page, the earliest first."""
    found = await app.find_sessions(OfferId(offer_id), pages.window, scope)
    return pages.page(found, lambda session: SessionView.of(session, language))
