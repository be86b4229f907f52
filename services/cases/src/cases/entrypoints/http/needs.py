"""Needs: told one at a time or in batches, looked up, listed, withdrawn, closed."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from cases.app.close_need import CloseNeed
from cases.app.permissions import (
    CHANGE_NEEDS,
    CLOSE_NEEDS,
    READ_NEEDS,
    SUBMIT_NEEDS,
    WITHDRAW_NEEDS,
)
from cases.app.queries import FindNeeds
from cases.app.withdraw_need import WithdrawNeed
from cases.domain.errors import (
    ClientOfGroupGiven,
    LineIdsRepeated,
    LineIdTaken,
    LineNotFound,
    MeetingNotFound,
    NeedAlreadyEnded,
    NeedChangedMeanwhile,
    NeedIdTaken,
    NeedLinesOpen,
    NeedNotFound,
    NeedStaysInItsPool,
    PlaceLeftBehind,
    PlaceOfHomeGiven,
)
from cases.domain.need import NeedId, NeedState
from cases.entrypoints.http.need_bodies import (
    NeedsToSubmit,
    NeedToChange,
    NeedToClose,
    NeedToSubmit,
)
from cases.entrypoints.http.need_views import NeedView
from cases.entrypoints.http.shared import App, Limits
from common.errors import PreconditionFailed
from common.grants import OutsideYourScope, Scope
from common.http.batches import BatchView, batch_view, each
from common.http.creations import entered
from common.http.idempotency import only_adds
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.places import AreasNotReady, UnknownArea

routes = router("/cases/v1/needs", tags=["needs"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_NEEDS))]
MaySubmit: TypeAlias = Annotated[Scope, Depends(permitted(SUBMIT_NEEDS))]
MayChange: TypeAlias = Annotated[Scope, Depends(permitted(CHANGE_NEEDS))]
MayWithdraw: TypeAlias = Annotated[Scope, Depends(permitted(WITHDRAW_NEEDS))]
MayClose: TypeAlias = Annotated[Scope, Depends(permitted(CLOSE_NEEDS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": NeedView, "description": "The same need was told already."},
        **documented(
            AreasNotReady,
            ClientOfGroupGiven,
            LineIdsRepeated,
            LineIdTaken,
            MeetingNotFound,
            NeedIdTaken,
            OutsideYourScope,
            PlaceOfHomeGiven,
            UnknownArea,
        ),
    },
)
@only_adds
async def submit_need(
    body: NeedToSubmit, app: App, within: MaySubmit, language: Speaking, response: Response
) -> NeedView:
    """Tell a need. Its lines keep their ids, or are given ones that follow from its own."""
    told = await app.submit_need(body.command(), within)
    location = f"/cases/v1/needs/{told.thing.need.id}"
    entered(response, is_new=told.is_new, version=told.thing.need.version, location=location)
    return NeedView.of(told.thing, language)


@routes.post("/batch", responses=documented(AreasNotReady, LineIdTaken))
@only_adds
async def submit_needs(
    body: NeedsToSubmit, app: App, within: MaySubmit, request: Request
) -> BatchView:
    """Tell up to 500 needs. Each is answered on its own: 201 new, 200 told before, or a problem."""
    outcomes = await each(
        body.needs,
        lambda needs: app.submit_needs([need.command() for need in needs], within),
        at="/body/needs",
    )
    return batch_view(request, body.needs, outcomes)


@routes.get("")
async def list_needs(
    app: App,
    within: MayRead,
    where: Limits,
    pages: Pages,
    language: Speaking,
    state: Annotated[NeedState | None, Query(description="Only needs in this state.")] = None,
) -> Page[NeedView]:
    """List needs, the last submitted first."""
    query = FindNeeds(window=pages.window, where=where, state=state)
    found = await app.find_needs(query, within)
    return pages.page(found, partial(NeedView.of, language=language))


@routes.get("/{need_id}", responses=documented(NeedNotFound))
async def show_need(
    need_id: UUID, app: App, within: MayRead, language: Speaking, response: Response
) -> NeedView:
    """Show a need and how far its lines have come."""
    found = await app.find_need(NeedId(need_id), within)
    tag(response, found.need.version)
    return NeedView.of(found, language)


@routes.patch(
    "/{need_id}",
    responses=documented(
        AreasNotReady,
        LineNotFound,
        NeedAlreadyEnded,
        NeedChangedMeanwhile,
        NeedNotFound,
        NeedStaysInItsPool,
        OutsideYourScope,
        PlaceLeftBehind,
        PlaceOfHomeGiven,
        PreconditionFailed,
        UnknownArea,
    ),
)
async def change_need(
    need_id: UUID,
    body: NeedToChange,
    app: App,
    within: MayChange,
    seen: IfMatch,
    language: Speaking,
    response: Response,
) -> NeedView:
    """Change the time or place of an open need; whoever has said no to it may be asked again."""
    changed = await app.change_need(body.command(need_id, seen), within)
    tag(response, changed.need.version)
    return NeedView.of(changed, language)


@routes.post(
    "/{need_id}/withdrawal",
    responses=documented(NeedAlreadyEnded, NeedChangedMeanwhile, NeedNotFound, PreconditionFailed),
)
async def withdraw_need(
    need_id: UUID,
    app: App,
    within: MayWithdraw,
    seen: IfMatch,
    language: Speaking,
    response: Response,
) -> NeedView:
    """Take a need back: nobody needs it any more, or it was told by mistake."""
    command = WithdrawNeed(need_id=NeedId(need_id), seen=seen)
    withdrawn = await app.withdraw_need(command, within)
    tag(response, withdrawn.need.version)
    return NeedView.of(withdrawn, language)


@routes.post(
    "/{need_id}/closure",
    responses=documented(
        NeedAlreadyEnded, NeedChangedMeanwhile, NeedLinesOpen, NeedNotFound, PreconditionFailed
    ),
)
async def close_need(
    need_id: UUID,
    body: NeedToClose,
    app: App,
    within: MayClose,
    seen: IfMatch,
    language: Speaking,
    response: Response,
) -> NeedView:
    """End work on a need. It is met when every line that was asked for is fulfilled."""
    command = CloseNeed(need_id=NeedId(need_id), is_met=body.is_met, note=body.note, seen=seen)
    closed = await app.close_need(command, within)
    tag(response, closed.need.version)
    return NeedView.of(closed, language)
