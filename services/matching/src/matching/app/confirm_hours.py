"""Hours of volunteers: the giver and a worker of the need's area each say how long it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from matching.app.queries import SeenMatch
from matching.domain.hours import Hours, Word, refuse_unless_served
from matching.domain.identity import MatchId
from matching.domain.side import Side

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.ports import Store, Views


@dataclass(frozen=True, slots=True, kw_only=True)
class StateHours:
    """Say, for one side, how long the service of a day was."""

    match_id: MatchId
    served_on: date
    side: Side
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHours:
    """A day's hours with the match that they are of."""

    hours: Hours
    seen: SeenMatch


async def state_hours(
    command: StateHours, within: Scope, *, store: Store, views: Views, clock: Clock
) -> SeenHours:
    """Keep what one side says; when both say the same, tell it to the volunteer's record.

    Saying the same again changes nothing.

    Raises:
        MatchNotKnown: There is none, or none for this caller.
        MatchNotAccepted: Nobody said yes, or nothing was given before it ended.
        HoursOfVolunteersOnly: The party is of another society.
        ServiceDayToCome: The day is still to come.
        ServiceDayBeforeMatch: Nobody had thought of the match on that day.
        HoursAlreadyConfirmed: Both have agreed on another figure.
        OneSpeaksForBoth: The caller has spoken for the other side.
    """
    at = clock.now()
    seen = await views.match(command.match_id, within, at=at)
    word = Word(minutes=command.minutes, by=within.sub, at=at)
    with cleared(system("hours of a match")):
        return SeenHours(hours=await _state(command, word, store=store, at=at), seen=seen)


async def _state(command: StateHours, word: Word, *, store: Store, at: datetime) -> Hours:
    async with store.transaction() as matching:
        # Whoever speaks of a match holds its row: the two sides come one after the other.
        match = await matching.matches.lock(command.match_id)
        refuse_unless_served(match, command.served_on, at=at)
        hours = await matching.hours.find(match.id, command.served_on)
        begun = hours or Hours.begin(match, command.served_on)
        change = begun.state_by(command.side, word)
        await matching.hours.save(change)
        return change.state


async def list_hours(
    match_id: MatchId, within: Scope, *, store: Store, views: Views, clock: Clock
) -> Sequence[SeenHours]:
    """Return every day that somebody has spoken of, in order.

    Raises:
        MatchNotKnown: There is none, or none for this caller.
    """
    seen = await views.match(match_id, within, at=clock.now())
    async with store.transaction() as matching:
        found = await matching.hours.of_match(match_id)
    return [SeenHours(hours=hours, seen=seen) for hours in found]
