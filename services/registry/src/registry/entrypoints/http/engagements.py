"""What experts are engaged for: beginning, ending, finding."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.creations import entered
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from registry.app.permissions import READ_EXPERTS, WRITE_EXPERTS
from registry.app.ports.experts import EngagementFilter
from registry.domain.engagement import EngagementKind
from registry.domain.errors.experts import (
    EngagementChangedMeanwhile,
    EngagementIdTaken,
    EngagementNeedsStation,
    EngagementNotFound,
    EngagementOverlaps,
    ExpertNotFound,
)
from registry.domain.errors.references import DaysOutOfOrder
from registry.domain.errors.stations import StationNotFound
from registry.domain.errors.tenures import TermNotWithin, TermOver
from registry.entrypoints.http.expert_schemas import EngagementView, ExpertToEngage
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.tenure_schemas import TermToEnd

routes = router("/registry/v1/engagements", tags=["experts"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_EXPERTS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_EXPERTS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": EngagementView, "description": "It was entered before, just so."},
        **documented(
            ExpertNotFound,
            StationNotFound,
            TermNotWithin,
            EngagementNeedsStation,
            EngagementOverlaps,
            EngagementIdTaken,
            DaysOutOfOrder,
        ),
    },
)
async def engage_expert(
    body: ExpertToEngage, app: App, scope: MayWrite, language: Speaking, response: Response
) -> EngagementView:
    """Engage an expert within their term, at a station or for the area of the pool."""
    made = await app.profession.engagements.engage(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return EngagementView.of(made.thing, language)


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    expert_id: Annotated[UUID | None, Query(description="Only of this expert.")] = None,
    kind: Annotated[EngagementKind | None, Query(description="Only of this kind.")] = None,
    station_id: Annotated[UUID | None, Query(description="Only at this station.")] = None,
    on: Annotated[date | None, Query(description="Only what holds on this day.")] = None,
) -> EngagementFilter:
    return EngagementFilter(
        within=within, scheme=scheme, expert=expert_id, kind=kind, station=station_id, on=on
    )


@routes.get("")
async def list_engagements(
    app: App,
    wanted: Annotated[EngagementFilter, Depends(_wanted)],
    scope: MayRead,
    pages: Pages,
    language: Speaking,
) -> Page[EngagementView]:
    """List the engagements that the caller may see, page by page."""
    found = await app.profession.engagements.list(wanted, scope, pages.window)
    return pages.page(found, lambda engagement: EngagementView.of(engagement, language))


@routes.get("/{engagement_id}", responses=documented(EngagementNotFound))
async def show_engagement(
    engagement_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> EngagementView:
    """Show one engagement."""
    engagement = await app.profession.engagements.find(engagement_id, scope)
    tag(response, engagement.version)
    return EngagementView.of(engagement, language)


@routes.post(
    "/{engagement_id}/end",
    responses=documented(
        EngagementNotFound, TermOver, DaysOutOfOrder, EngagementChangedMeanwhile, PreconditionFailed
    ),
)
async def end_engagement(
    engagement_id: UUID,
    body: TermToEnd,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> EngagementView:
    """End an engagement before its time."""
    engagement = await app.profession.engagements.end(body.command(engagement_id, seen), scope)
    tag(response, engagement.version)
    return EngagementView.of(engagement, language)
