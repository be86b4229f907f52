"""The party's answer: whoever is asked says yes or no, and of rival answers one counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.clock import CHINA
from common.errors import PreconditionFailed
from common.vocabulary import Answer
from matching.app.holdings import hold
from matching.app.ports import Refusal
from matching.app.territory import reaches
from matching.domain.errors import (
    AskOfAnotherParty,
    LineAlreadyFilled,
    MatchNotKnown,
    PartyMayNotServe,
)
from matching.domain.identity import MatchId, PartyId
from matching.domain.match import HOLDING, STANDING, DeclineReason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.ports import Areas, Matching, Store, Views
    from matching.app.queries import SeenMatch
    from matching.domain.match import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptMatch:
    """Say yes; ``seen`` is the version of the match that the party decided upon."""

    match_id: MatchId
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineMatch:
    """Say no, which is final for this need."""

    match_id: MatchId
    reason: DeclineReason
    note: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeAnswer:
    """A party without an account answered by a one-time link."""

    match_id: MatchId
    party_id: PartyId
    answer: Answer


async def accept_match(
    command: AcceptMatch, within: Scope, *, store: Store, views: Views, areas: Areas, clock: Clock
) -> SeenMatch:
    """Hold the capacity for the line, and tell everybody else who was asked about it.

    Raises:
        MatchNotKnown: There is none, or none of this caller's.
        MatchNotAsked: Nobody asked yet.
        MatchAlreadyDecided: There is an outcome, whoever caused it.
        LineAlreadyFilled: Another party was faster.
        OfferExhausted: Others hold too much of the offer.
        OfferNoLongerStands: It was withdrawn or is past its time.
        PartyMayNotServe: The party is suspended, or lacks a vetting that the line needs.
    """
    own = await _own(command.match_id, within, store=store, areas=areas)
    # The answer reaches farther than the party's sight: to the need, and to the rivals.
    with cleared(system("answer to a match")):
        await _accept(own, seen=command.seen, store=store, at=(at := clock.now()))
        return await views.match(own.id, within, at=at)


async def _accept(own: Match, *, seen: int | None, store: Store, at: datetime) -> None:
    async with store.transaction() as matching:
        rivals = await matching.matches.lock_line(own.pairing.line_id)
        match = next(each for each in rivals if each.id == own.id)
        refuse_unless_seen(match, seen)
        match.accept(at=at)
        _refuse_if_filled(rivals)
        await _refuse_unless_fit(match, matching=matching, at=at)
        accepted = (await hold(match, matching=matching, at=at)).accept(at=at)
        others = [each for each in rivals if each.id != match.id and each.state in STANDING]
        await matching.matches.save([accepted, *(each.supersede(at=at) for each in others)])


async def decline_match(
    command: DeclineMatch, within: Scope, *, store: Store, views: Views, areas: Areas, clock: Clock
) -> SeenMatch:
    """Note the no, so that this party is not asked again for this need.

    Raises:
        MatchNotKnown: There is none, or none of this caller's.
        MatchNotAsked: Nobody asked yet.
        MatchAlreadyDecided: There is an outcome, whoever caused it.
    """
    own = await _own(command.match_id, within, store=store, areas=areas)
    with cleared(system("answer to a match")):
        await _decline(own, command, store=store, at=(at := clock.now()))
        return await views.match(own.id, within, at=at)


async def _decline(own: Match, command: DeclineMatch, *, store: Store, at: datetime) -> None:
    async with store.transaction() as matching:
        need = await matching.needs.lock(own.pairing.need_id)
        match = await matching.matches.lock(own.id)
        refuse_unless_seen(match, command.seen)
        declined = match.decline(command.reason, at=at)
        await matching.matches.save([declined], note=command.note)
        await matching.needs.save(need.revised())
        await matching.needs.add_refusal(
            Refusal(
                need_id=need.id,
                party_id=match.pairing.party_id,
                reason=command.reason,
                said_on=at.astimezone(CHINA).date(),
                recorded_at=at,
            )
        )


async def take_answer(command: TakeAnswer, *, store: Store, clock: Clock) -> None:
    """Take what a party without an account answered; after somebody else's decision it is late.

    Raises:
        MatchNotKnown: Nothing was ever proposed under this id.
        AskOfAnotherParty: The match is with somebody else.
        MatchNotAsked: Nobody asked yet.
        LineAlreadyFilled: Another party was faster.
        OfferExhausted: Others hold too much of the offer.
        OfferNoLongerStands: It was withdrawn or is past its time.
        PartyMayNotServe: The party is suspended, or lacks a vetting that the line needs.
    """
    async with store.transaction() as matching:
        seen = await matching.matches.get(command.match_id)
        if seen.pairing.party_id != command.party_id:
            raise AskOfAnotherParty(match_id=seen.id, party_id=command.party_id)
        await matching.needs.lock(seen.pairing.need_id)
        match = await matching.matches.lock(seen.id)
        if match.state not in STANDING:
            return
        if command.answer is Answer.ACCEPTED:
            await _accept(match, seen=None, store=store, at=clock.now())
            return
        no = DeclineMatch(match_id=match.id, reason=DeclineReason.OTHER)
        await _decline(match, no, store=store, at=clock.now())


def refuse_unless_seen(match: Match, seen: int | None) -> None:
    """Let a decision be made only on the version that the caller has read, if they say which.

    Raises:
        PreconditionFailed: It has changed since.
    """
    if seen is not None and seen != match.version:
        raise PreconditionFailed(version=match.version)


async def _own(match_id: MatchId, within: Scope, *, store: Store, areas: Areas) -> Match:
    async with store.transaction() as matching:
        match = await matching.matches.get(match_id)
    party_id = match.pairing.party_id
    is_own = within.covers(org=party_id) or await _is_of_station(
        party_id, within, store=store, areas=areas
    )
    if not is_own or not (match.is_known_to_party or within.is_everywhere):
        raise MatchNotKnown(match_id=match_id)
    return match


async def _is_of_station(party_id: PartyId, within: Scope, *, store: Store, areas: Areas) -> bool:
    """Tell whether a station gives that the caller works for: one in the caller's area."""
    async with store.transaction() as matching:
        party = (await matching.parties.find_many([party_id])).get(party_id)
    if party is None or not party.is_station:
        return False
    return await reaches(within, party.area, areas=areas)


def _refuse_if_filled(rivals: Sequence[Match]) -> None:
    held = next((match for match in rivals if match.state in HOLDING), None)
    if held is not None:
        raise LineAlreadyFilled(line_id=held.pairing.line_id)


async def _refuse_unless_fit(match: Match, *, matching: Matching, at: datetime) -> None:
    party = await matching.parties.get(match.pairing.party_id)
    line = await matching.needs.line(match.pairing.line_id)
    is_vetted = party.is_vetted(on=at.astimezone(CHINA).date())
    if not party.is_active or (line.needs_vetting and not is_vetted):
        raise PartyMayNotServe(party_id=party.id)
