"""Community meetings (协商会): put on record, looked up, listed."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from cases.app.permissions import READ_MEETINGS, RECORD_MEETINGS
from cases.app.queries import FindMeetings
from cases.domain.errors import MeetingIdTaken, MeetingNotFound, MeetingNotHeldYet
from cases.domain.meeting import MeetingId
from cases.entrypoints.http.meeting_schemas import MeetingToRecord, MeetingView
from cases.entrypoints.http.shared import App, Limits
from common.grants import OutsideYourScope, Scope
from common.http.creations import entered
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import tag
from common.places import AreasNotReady, UnknownArea

routes = router("/cases/v1/meetings", tags=["meetings"])

MayRecord: TypeAlias = Annotated[Scope, Depends(permitted(RECORD_MEETINGS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_MEETINGS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": MeetingView, "description": "The same minutes were on record already."},
        **documented(
            UnknownArea, AreasNotReady, OutsideYourScope, MeetingNotHeldYet, MeetingIdTaken
        ),
    },
)
async def record_meeting(
    body: MeetingToRecord, app: App, within: MayRecord, language: Speaking, response: Response
) -> MeetingView:
    """Put the minutes of a meeting on record; they are final."""
    recorded = await app.record_meeting(body.command(), within)
    location = f"/cases/v1/meetings/{recorded.thing.id}"
    entered(response, is_new=recorded.is_new, version=recorded.thing.version, location=location)
    return MeetingView.of(recorded.thing, language)


@routes.get("")
async def list_meetings(
    app: App, within: MayRead, where: Limits, pages: Pages, language: Speaking
) -> Page[MeetingView]:
    """List meetings, the last recorded first."""
    found = await app.find_meetings(FindMeetings(window=pages.window, where=where), within)
    return pages.page(found, partial(MeetingView.of, language=language))


@routes.get("/{meeting_id}", responses=documented(MeetingNotFound))
async def show_meeting(
    meeting_id: UUID, app: App, within: MayRead, language: Speaking, response: Response
) -> MeetingView:
    """Show a meeting."""
    meeting = await app.find_meeting(MeetingId(meeting_id), within)
    tag(response, meeting.version)
    return MeetingView.of(meeting, language)
