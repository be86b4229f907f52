"""Hours of volunteers: each side says how long it was, and both together confirm it."""

from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends

from common.grants import Scope
from common.http.languages import Speaking
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.words import Day
from matching.app.confirm_hours import StateHours
from matching.app.permissions import CONFIRM_HOURS, READ_MATCHES, STATE_HOURS
from matching.domain.errors import (
    HoursAlreadyConfirmed,
    HoursOfVolunteersOnly,
    MatchNotAccepted,
    MatchNotKnown,
    OneSpeaksForBoth,
    ServiceDayBeforeMatch,
    ServiceDayToCome,
)
from matching.domain.identity import MatchId
from matching.domain.side import Side
from matching.entrypoints.http.hours_schemas import HoursOfMatchView, HoursToState, HoursView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1/matches/{match_id}/hours", tags=["hours"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_MATCHES))]
MayState: TypeAlias = Annotated[Scope, Depends(permitted(STATE_HOURS))]
MayConfirm: TypeAlias = Annotated[Scope, Depends(permitted(CONFIRM_HOURS))]

_STATED = documented(
    MatchNotKnown,
    MatchNotAccepted,
    HoursOfVolunteersOnly,
    ServiceDayToCome,
    ServiceDayBeforeMatch,
    HoursAlreadyConfirmed,
    OneSpeaksForBoth,
)


@routes.get("", responses=documented(MatchNotKnown))
async def list_hours(
    match_id: UUID, app: App, scope: MayRead, language: Speaking
) -> HoursOfMatchView:
    """List the days of a match that somebody has spoken of, with what each side says."""
    found = await app.list_hours(MatchId(match_id), scope)
    return HoursOfMatchView(items=[HoursView.of(hours, language) for hours in found])


@routes.put("/{served_on}/given", responses=_STATED)
async def state_hours(
    match_id: UUID,
    served_on: Day,
    body: HoursToState,
    app: App,
    scope: MayState,
    language: Speaking,
) -> HoursView:
    """Say, as the giver, how long it was; the same again changes nothing."""
    command = StateHours(
        match_id=MatchId(match_id), served_on=served_on, side=Side.GIVER, minutes=body.minutes
    )
    return HoursView.of(await app.state_hours(command, scope), language)


@routes.put("/{served_on}/received", responses=_STATED)
async def confirm_hours(
    match_id: UUID,
    served_on: Day,
    body: HoursToState,
    app: App,
    scope: MayConfirm,
    language: Speaking,
) -> HoursView:
    """Confirm or correct, for the receiving side; the same again changes nothing."""
    command = StateHours(
        match_id=MatchId(match_id), served_on=served_on, side=Side.RECEIVER, minutes=body.minutes
    )
    return HoursView.of(await app.state_hours(command, scope), language)
