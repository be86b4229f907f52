"""What became of a yes: taken back, not kept, or served, and what both sides think of it."""

from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.languages import Speaking
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.http.words import Day
from matching.app.end_acceptance import DropOut
from matching.app.permissions import (
    DROP_OUT,
    READ_OUTCOMES,
    READ_RELIABILITY,
    TELL_AS_GIVER,
    TELL_AS_RECEIVER,
)
from matching.app.tell_outcome import GiveFeedback, TellNoShow
from matching.domain.errors import (
    MatchChangedMeanwhile,
    MatchNotAccepted,
    MatchNotKnown,
    NeedRevisedMeanwhile,
    NoShowAlreadyRecorded,
    OfferChangedMeanwhile,
    PartyNotKnown,
    ServiceDayBeforeMatch,
    ServiceDayToCome,
    ServiceHasBegun,
)
from matching.domain.identity import MatchId, PartyId
from matching.domain.side import Side
from matching.entrypoints.http.match_schemas import Decline, MatchView
from matching.entrypoints.http.outcome_schemas import (
    FeedbackToGive,
    FeedbackView,
    NoShowToTell,
    NoShowView,
    OutcomeView,
    ReliabilityView,
)
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1", tags=["outcomes"])

OF_MATCH = "/matches/{match_id}"
MayDropOut: TypeAlias = Annotated[Scope, Depends(permitted(DROP_OUT))]
MayTell: TypeAlias = Annotated[Scope, Depends(permitted(TELL_AS_GIVER))]
MayTellForOthers: TypeAlias = Annotated[Scope, Depends(permitted(TELL_AS_RECEIVER))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_OUTCOMES))]
MayReadReliability: TypeAlias = Annotated[Scope, Depends(permitted(READ_RELIABILITY))]

_MISSED = documented(
    MatchNotKnown,
    MatchNotAccepted,
    ServiceDayToCome,
    ServiceDayBeforeMatch,
    NoShowAlreadyRecorded,
    MatchChangedMeanwhile,
    NeedRevisedMeanwhile,
    OfferChangedMeanwhile,
)
_RATED = documented(MatchNotKnown, MatchNotAccepted)


@routes.post(
    f"{OF_MATCH}/withdrawal",
    responses=documented(
        MatchNotKnown,
        MatchNotAccepted,
        ServiceHasBegun,
        MatchChangedMeanwhile,
        NeedRevisedMeanwhile,
        OfferChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def drop_out(
    match_id: UUID,
    body: Decline,
    app: App,
    scope: MayDropOut,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> MatchView:
    """Take a yes back before the service; the line is urgent, and the next are asked at once."""
    command = DropOut(match_id=MatchId(match_id), reason=body.because(), note=body.note, seen=seen)
    ended = await app.drop_out(command, scope)
    tag(response, ended.match.version)
    return MatchView.of(ended, language)


@routes.put(f"{OF_MATCH}/no_shows/{{missed_on}}/given", responses=_MISSED)
async def tell_no_show(
    match_id: UUID, missed_on: Day, body: NoShowToTell, app: App, scope: MayTell, language: Speaking
) -> NoShowView:
    """Say, as the giver, that nothing happened on a day, and who was missing."""
    command = TellNoShow(
        match_id=MatchId(match_id), missed_on=missed_on, side=Side.GIVER, absent=body.absent
    )
    return NoShowView.of(await app.tell_no_show(command, scope), language)


@routes.put(f"{OF_MATCH}/no_shows/{{missed_on}}/received", responses=_MISSED)
async def tell_no_show_for_receiver(
    match_id: UUID,
    missed_on: Day,
    body: NoShowToTell,
    app: App,
    scope: MayTellForOthers,
    language: Speaking,
) -> NoShowView:
    """Say, for the receiving side, that nothing happened on a day, and who was missing."""
    command = TellNoShow(
        match_id=MatchId(match_id), missed_on=missed_on, side=Side.RECEIVER, absent=body.absent
    )
    return NoShowView.of(await app.tell_no_show(command, scope), language)


@routes.put(f"{OF_MATCH}/feedback/given", responses=_RATED)
async def give_feedback(
    match_id: UUID, body: FeedbackToGive, app: App, scope: MayTell, language: Speaking
) -> FeedbackView:
    """Say, as the giver, what you think of it; it takes the place of what you said before."""
    command = GiveFeedback(match_id=MatchId(match_id), side=Side.GIVER, opinion=body.opinion())
    return FeedbackView.of(await app.give_feedback(command, scope), language)


@routes.put(f"{OF_MATCH}/feedback/received", responses=_RATED)
async def give_feedback_for_receiver(
    match_id: UUID, body: FeedbackToGive, app: App, scope: MayTellForOthers, language: Speaking
) -> FeedbackView:
    """Say what the receiving side thinks of it, in place of what was said before."""
    command = GiveFeedback(match_id=MatchId(match_id), side=Side.RECEIVER, opinion=body.opinion())
    return FeedbackView.of(await app.give_feedback(command, scope), language)


@routes.get(f"{OF_MATCH}/outcome", responses=documented(MatchNotKnown))
async def show_outcome(match_id: UUID, app: App, scope: MayRead, language: Speaking) -> OutcomeView:
    """Show what both sides told of a match: no-shows and feedback, with who says so."""
    return OutcomeView.of(await app.find_outcome(MatchId(match_id), scope), language)


@routes.get("/parties/{party_id}/reliability", responses=documented(PartyNotKnown))
async def show_reliability(party_id: UUID, app: App, scope: MayReadReliability) -> ReliabilityView:
    """Show how a party has kept its word: completed, not come, taken back, in 180 days."""
    return ReliabilityView.of(party_id, await app.find_reliability(PartyId(party_id), scope))
