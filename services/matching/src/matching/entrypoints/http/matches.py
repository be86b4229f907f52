"""Matches: finding them, answering them, and listening to what becomes of them."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.sse import EventSourceResponse, ResumeAfter, ServerSentEvent, while_admitted
from common.http.versions import IfMatch, tag
from common.vocabulary import MatchState
from matching.app.answer_match import AcceptMatch, DeclineMatch
from matching.app.permissions import ANSWER_MATCHES, READ_MATCHES, WATCH_PROPOSALS
from matching.app.queries import FindMatches
from matching.domain.errors import (
    LineAlreadyFilled,
    MatchAlreadyDecided,
    MatchChangedMeanwhile,
    MatchNotAsked,
    MatchNotKnown,
    NeedHasEnded,
    NeedRevisedMeanwhile,
    OfferChangedMeanwhile,
    OfferExhausted,
    OfferNoLongerStands,
    PartyMayNotServe,
    SessionTaken,
)
from matching.domain.identity import MatchId, NeedId, PartyId
from matching.entrypoints.http.match_schemas import Decline, MatchView, ProposalView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1", tags=["matches"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_MATCHES))]
MayAnswer: TypeAlias = Annotated[Scope, Depends(permitted(ANSWER_MATCHES))]
MayWatch: TypeAlias = Annotated[Scope, Depends(permitted(WATCH_PROPOSALS))]


@routes.get("/matches")
async def list_matches(
    app: App,
    scope: MayRead,
    pages: Pages,
    language: Speaking,
    need_id: Annotated[UUID | None, Query(description="Only of this need.")] = None,
    party_id: Annotated[UUID | None, Query(description="Only of this party.")] = None,
    state: Annotated[MatchState | None, Query(description="Only in this state.")] = None,
    misfit: Annotated[
        bool | None,
        Query(description="Only what was accepted and does not fit any more, or only the rest."),
    ] = None,
) -> Page[MatchView]:
    """List matches page by page, the newest first; a party sees those that it was asked about."""
    query = FindMatches(
        window=pages.window,
        need_id=None if need_id is None else NeedId(need_id),
        party_id=None if party_id is None else PartyId(party_id),
        state=state,
        is_misfit=misfit,
    )
    found = await app.find_matches(query, scope)
    return pages.page(found, lambda seen: MatchView.of(seen, language))


@routes.get("/matches/{match_id}", responses=documented(MatchNotKnown))
async def show_match(
    match_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> MatchView:
    """Show one match."""
    seen = await app.find_match(MatchId(match_id), scope)
    tag(response, seen.match.version)
    return MatchView.of(seen, language)


@routes.post(
    "/matches/{match_id}/acceptance",
    responses=documented(
        MatchNotKnown,
        MatchNotAsked,
        MatchAlreadyDecided,
        MatchChangedMeanwhile,
        LineAlreadyFilled,
        OfferExhausted,
        SessionTaken,
        OfferNoLongerStands,
        OfferChangedMeanwhile,
        PartyMayNotServe,
        PreconditionFailed,
    ),
)
async def accept_match(
    match_id: UUID,
    app: App,
    scope: MayAnswer,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> MatchView:
    """Say yes: the line is filled and the capacity is held. Of rival answers the first counts."""
    match = await app.accept_match(AcceptMatch(match_id=MatchId(match_id), seen=seen), scope)
    tag(response, match.match.version)
    return MatchView.of(match, language)


@routes.post(
    "/matches/{match_id}/decline",
    responses=documented(
        MatchNotKnown,
        MatchNotAsked,
        MatchAlreadyDecided,
        MatchChangedMeanwhile,
        NeedHasEnded,
        NeedRevisedMeanwhile,
        PreconditionFailed,
    ),
)
async def decline_match(
    match_id: UUID,
    body: Decline,
    app: App,
    scope: MayAnswer,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> MatchView:
    """Say no. It is final for this need, and the next best is asked."""
    command = DeclineMatch(
        match_id=MatchId(match_id), reason=body.because(), note=body.note, seen=seen
    )
    match = await app.decline_match(command, scope)
    tag(response, match.match.version)
    return MatchView.of(match, language)


@routes.get(
    "/proposals/stream",
    response_class=EventSourceResponse,
    tags=["proposals"],
)
async def stream_proposals(
    request: Request, app: App, scope: MayWatch, resume: ResumeAfter
) -> AsyncIterator[ServerSentEvent]:
    """Tell, as it happens, what becomes of the matches within the caller's scope.

    Each event's `id` is its sequence; with `Last-Event-ID` the stream goes on right after it.
    """
    async with (
        aclosing(app.watch_proposals(scope, resume)) as proposals,
        aclosing(while_admitted(request, proposals)) as admitted,
    ):
        async for proposal in admitted:
            yield ServerSentEvent(
                event="reminder" if proposal.is_reminder else proposal.state.value,
                id=str(proposal.sequence),
                data=ProposalView.of(proposal),
            )
