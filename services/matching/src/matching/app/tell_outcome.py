"""What both sides tell of an accepted match: that nobody came, and what they think of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.vocabulary import MatchState
from matching.app.end_acceptance import end_acceptance, lock_with_need
from matching.app.queries import SeenMatch
from matching.app.territory import reaches
from matching.domain.errors import MatchNotAccepted, PartyNotKnown
from matching.domain.feedback import Feedback, Opinion, give_feedback
from matching.domain.hours import refuse_unless_day_of
from matching.domain.identity import MatchId, PartyId
from matching.domain.no_show import Absent, NoShow, say_absent
from matching.domain.reliability import UNTRIED, Reliability, counted_since
from matching.domain.side import Side

if TYPE_CHECKING:
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.ports import Areas, Matching, Store, Views
    from matching.domain.match import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class TellNoShow:
    """Say, for one side, that nothing happened on a day."""

    match_id: MatchId
    missed_on: date
    side: Side
    absent: Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFeedback:
    """Say, for one side, what it thinks of a match."""

    match_id: MatchId
    side: Side
    opinion: Opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that was told of a match."""

    seen: SeenMatch
    no_shows: Sequence[NoShow]
    feedback: Sequence[Feedback]


async def tell_no_show(
    command: TellNoShow, within: Scope, *, store: Store, views: Views, clock: Clock
) -> NoShow:
    """Note that nothing happened; if the giver was missing, the acceptance is over.

    The line is urgent then, and the next are asked at once. Whose service has begun, or who came
    and found nobody, keeps the line.

    Raises:
        MatchNotKnown: There is none, or none for this caller.
        MatchNotAccepted: Nobody said yes.
        ServiceDayToCome: The day is still to come.
        ServiceDayBeforeMatch: Nobody had thought of the match on that day.
        NoShowAlreadyRecorded: This side has said something else of the day.
    """
    at = clock.now()
    await views.match(command.match_id, within, at=at)
    with cleared(system("no-show")):
        async with store.transaction() as matching:
            return await _tell_no_show(command, matching=matching, by=within.sub, at=at)


async def _tell_no_show(
    command: TellNoShow, *, matching: Matching, by: str, at: datetime
) -> NoShow:
    need, match = await lock_with_need(command.match_id, matching=matching)
    _refuse_unless_accepted(match)
    refuse_unless_day_of(match, command.missed_on, at=at)
    change = say_absent(
        match,
        await matching.no_shows.find(match.id, command.missed_on, command.side),
        command.absent,
        missed_on=command.missed_on,
        side=command.side,
        by=by,
        at=at,
    )
    await matching.no_shows.save(change)
    if command.absent is Absent.GIVER and match.state is MatchState.ACCEPTED:
        await end_acceptance(match, match.miss(at=at), need, matching=matching)
    return change.state


async def give_opinion(
    command: GiveFeedback, within: Scope, *, store: Store, views: Views, clock: Clock
) -> Feedback:
    """Keep what one side thinks, in place of what it thought before.

    Raises:
        MatchNotKnown: There is none, or none for this caller.
        MatchNotAccepted: Nobody said yes.
    """
    at = clock.now()
    await views.match(command.match_id, within, at=at)
    with cleared(system("feedback")):
        async with store.transaction() as matching:
            match = await matching.matches.lock(command.match_id)
            _refuse_unless_accepted(match)
            known = await matching.feedback.find(match.id, command.side)
            change = give_feedback(
                match, known, command.opinion, side=command.side, by=within.sub, at=at
            )
            await matching.feedback.save(change)
    return change.state


async def find_outcome(
    match_id: MatchId, within: Scope, *, store: Store, views: Views, clock: Clock
) -> Outcome:
    """Return what was told of a match.

    Raises:
        MatchNotKnown: There is none, or none for this caller.
    """
    seen = await views.match(match_id, within, at=clock.now())
    async with store.transaction() as matching:
        return Outcome(
            seen=seen,
            no_shows=await matching.no_shows.of_match(match_id),
            feedback=await matching.feedback.of_match(match_id),
        )


async def find_reliability(
    party_id: PartyId, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Reliability:
    """Return how a party has kept its word.

    Raises:
        PartyNotKnown: There is none, or none for this caller.
    """
    async with store.transaction() as matching:
        party = await matching.parties.get(party_id)
    if not await reaches(within, party.area, areas=areas, org=party.id):
        raise PartyNotKnown(party_id=party_id)
    # It has served in areas that whoever asks does not see.
    with cleared(system("reliability of a party")):
        async with store.transaction() as matching:
            found = await matching.reliabilities.of_parties(
                [party_id], since=counted_since(clock.now())
            )
    return found.get(party_id, UNTRIED)


def _refuse_unless_accepted(match: Match) -> None:
    if not match.was_accepted:
        raise MatchNotAccepted(match_id=match.id, state=match.state)
