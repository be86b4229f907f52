"""The worker's desk: the queue, linkage plans with their reasons, approvals and refusals."""

from http import HTTPStatus
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from fastapi import Depends, Query

from common.grants import Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from matching.app.permissions import DECIDE_PLANS, READ_NEEDS, READ_PLANS
from matching.app.queries import FindNeeds
from matching.domain.errors import (
    LineNotKnown,
    MatchChangedMeanwhile,
    NeedHasEnded,
    NeedNotKnown,
    NeedRevisedMeanwhile,
    OfferNotFound,
    PartyHasAccepted,
    PartyNotKnown,
    RefusalInTheFuture,
)
from matching.domain.identity import NeedId, OfferId
from matching.domain.need import NeedState
from matching.entrypoints.http.explanation_schemas import CandidatesView, ExplanationView
from matching.entrypoints.http.need_schemas import (
    Approval,
    QueuedNeedView,
    RefusalToNote,
    RefusalView,
)
from matching.entrypoints.http.plan_schemas import PlanView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1/needs", tags=["needs"])

MayReadNeeds: TypeAlias = Annotated[Scope, Depends(permitted(READ_NEEDS))]
MayReadPlans: TypeAlias = Annotated[Scope, Depends(permitted(READ_PLANS))]
MayDecide: TypeAlias = Annotated[Scope, Depends(permitted(DECIDE_PLANS))]


@routes.get("")
async def list_needs(
    app: App,
    scope: MayReadNeeds,
    pages: Pages,
    language: Speaking,
    within: Within,
    scheme: OfScheme = None,
    state: Annotated[NeedState, Query(description="Only in this state.")] = NeedState.OPEN,
    awaiting: Annotated[
        Literal["approval"] | None,
        Query(description="Only what waits for a worker, the longest waiting first."),
    ] = None,
) -> Page[QueuedNeedView]:
    """Look into the queue: the most urgent first, and of those the longest waiting."""
    query = FindNeeds(
        window=pages.window,
        scheme=scheme,
        within=within,
        state=state,
        awaits_approval=awaiting is not None,
    )
    found = await app.find_needs(query, scope)
    return pages.page(found, lambda queued: QueuedNeedView.of(queued, language))


@routes.get("/{need_id}/plan", responses=documented(NeedNotKnown))
async def show_plan(need_id: UUID, app: App, scope: MayReadPlans, language: Speaking) -> PlanView:
    """Show the linkage plan of a need: who does what and why, and what is missing."""
    return PlanView.of(await app.find_plan(NeedId(need_id), scope), language)


@routes.post(
    "/{need_id}/plan/approval",
    responses=documented(
        NeedNotKnown, NeedHasEnded, LineNotKnown, NeedRevisedMeanwhile, MatchChangedMeanwhile
    ),
)
async def approve_plan(
    need_id: UUID, body: Approval, app: App, scope: MayDecide, language: Speaking
) -> PlanView:
    """Approve lines: whoever is proposed for them is asked, now and later."""
    return PlanView.of(await app.approve_plan(body.command(need_id), scope), language)


@routes.post(
    "/{need_id}/refusals",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        NeedNotKnown,
        NeedHasEnded,
        PartyNotKnown,
        PartyHasAccepted,
        RefusalInTheFuture,
        NeedRevisedMeanwhile,
        MatchChangedMeanwhile,
    ),
)
async def note_refusal(
    need_id: UUID, body: RefusalToNote, app: App, scope: MayDecide, language: Speaking
) -> RefusalView:
    """Note a no that was told by telephone; the next best is proposed."""
    return RefusalView.of(await app.note_refusal(body.command(need_id), scope), language)


@routes.get("/{need_id}/explain", responses=documented(NeedNotKnown, OfferNotFound))
async def explain_offer(
    need_id: UUID,
    app: App,
    scope: MayReadNeeds,
    language: Speaking,
    offer: Annotated[UUID, Query(description="The offer in question.")],
) -> ExplanationView:
    """Explain an offer: every rule and every point, for each line of the need."""
    found = await app.explain_offer(NeedId(need_id), OfferId(offer), scope)
    return ExplanationView.of(need_id, offer, found, language)


@routes.get("/{need_id}/candidates", responses=documented(NeedNotKnown))
async def list_candidates(
    need_id: UUID, app: App, scope: MayReadNeeds, language: Speaking
) -> CandidatesView:
    """Show who could fill each line, best first, and who could not and why."""
    need, found = await app.find_candidates(NeedId(need_id), scope)
    return CandidatesView.of(need_id, need.lines, found, language)
