"""The stories of needs over HTTP."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends

from common.grants import Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from reporting.app.permissions import READ_NEEDS
from reporting.domain.errors import AsOfInTheFuture, NeedNotReported
from reporting.entrypoints.http.questions import App, AsOf, WantedNeeds
from reporting.entrypoints.http.stories import StoryView, WholeStoryView

routes: Final = router("/reporting/v1/needs", tags=["needs"])

Within = Annotated[Scope, Depends(permitted(READ_NEEDS))]


@routes.get("")
async def list_needs(
    wanted: WantedNeeds, within: Within, app: App, pages: Pages, language: Speaking
) -> Page[StoryView]:
    """List the needs of your areas as they stand now, by id."""
    found = await app.find_needs(wanted, pages.window, within)
    return pages.page(found, lambda story: StoryView.of(story, language))


@routes.get("/{need_id}", responses=documented(NeedNotReported, AsOfInTheFuture))
async def show_need(
    need_id: UUID, within: Within, app: App, language: Speaking, as_of: AsOf = None
) -> WholeStoryView:
    """Tell the story of one need: its times, its societies, its lines, and the events behind it."""
    return WholeStoryView.whole(await app.show_need(need_id, as_of, within), language)
