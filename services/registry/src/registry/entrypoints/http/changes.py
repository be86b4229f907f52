"""The change feed: what changed since somebody last asked."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Query

from common.grants import Scope
from common.http.feeds import Feed, Following
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.route import router
from registry.app.permissions import READ_CHANGES
from registry.app.ports.changes import ChangeFilter
from registry.domain.change import ThingKind
from registry.entrypoints.http.change_schemas import ChangeView
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["changes"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_CHANGES))]


@routes.get("/changes")
async def follow_changes(
    app: App,
    scope: MayRead,
    following: Following,
    within: Within,
    scheme: OfScheme = None,
    kind: Annotated[ThingKind | None, Query(description="Only things of this kind.")] = None,
) -> Feed[ChangeView]:
    """Tell what changed since the caller last asked, each thing once and at its latest change.

    Without `since` all there is is told. Nothing is ever missed: what is not final yet comes later.
    """
    wanted = ChangeFilter(within=within, scheme=scheme, kind=kind)
    found = await app.follow_changes(wanted, scope, following.window)
    return following.feed(
        [ChangeView.of(each) for each in found.items], until=found.until, is_more=found.is_more
    )
