"""What a station worker decides about a linkage plan: whom to ask, and who has said no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.clock import CHINA
from common.vocabulary import MatchState
from matching.app.ports import Refusal
from matching.app.territory import reaches
from matching.domain.errors import NeedNotKnown, PartyHasAccepted, RefusalInTheFuture
from matching.domain.identity import LineId, NeedId, PartyId
from matching.domain.match import HOLDING, STANDING, DeclineReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.ports import Areas, Matching, Store, Views
    from matching.app.queries import SeenPlan
    from matching.domain.match import Match
    from matching.domain.need import Need
    from matching.domain.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePlan:
    """Agree that whoever is proposed for these lines, by default for all, be asked."""

    need_id: NeedId
    line_ids: frozenset[LineId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRefusal:
    """Write down a no that was said by telephone."""

    need_id: NeedId
    party_id: PartyId
    reason: DeclineReason
    said_on: date


async def approve_plan(
    command: ApprovePlan, within: Scope, *, store: Store, views: Views, areas: Areas, clock: Clock
) -> SeenPlan:
    """Ask the parties proposed for the lines, now and whenever another one is proposed later.

    Raises:
        NeedNotKnown: There is no such need, or none for this caller.
        NeedHasEnded: Nothing more may be matched to it.
        LineNotKnown: The need has no such line.
    """
    at = clock.now()
    async with store.transaction() as matching:
        need = await _lock_visible(command.need_id, within, matching=matching, areas=areas)
        approved = need.approve(command.line_ids, at=at)
        await matching.needs.save(approved)
        waiting = {line.id for line in approved.lines if line.is_approved}
        matches = await matching.matches.lock_need(need.id)
        await matching.matches.save(
            [match.ask(at=at) for match in matches if _is_to_be_asked(match, waiting)]
        )
        return await views.plan(need.id, within, at=at)


async def note_refusal(
    command: NoteRefusal, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Refusal:
    """Take a no that a worker heard; it ends what was proposed to the party for this need.

    Raises:
        NeedNotKnown: There is no such need, or none for this caller.
        NeedHasEnded: Nothing more may be matched to it.
        PartyNotKnown: Nobody is known under this id.
        PartyHasAccepted: The party has said yes to a line of the need.
        RefusalInTheFuture: The day is still to come.
    """
    at = clock.now()
    if command.said_on > at.astimezone(CHINA).date():
        raise RefusalInTheFuture(said_on=command.said_on)
    async with store.transaction() as matching:
        need = await _lock_visible(command.need_id, within, matching=matching, areas=areas)
        await matching.needs.save(need.revised())
        party = await _party(command.party_id, store=store)
        own = _of_party(await matching.matches.lock_need(need.id), party.id)
        _refuse_if_accepted(own, party.id)
        standing = [match for match in own if match.state in STANDING]
        await matching.matches.save([match.refuse(command.reason, at=at) for match in standing])
        refusal = Refusal(
            need_id=need.id,
            party_id=party.id,
            reason=command.reason,
            said_on=command.said_on,
            recorded_at=at,
        )
        await matching.needs.add_refusal(refusal)
    return refusal


async def _lock_visible(
    need_id: NeedId, within: Scope, *, matching: Matching, areas: Areas
) -> Need:
    need = await matching.needs.lock(need_id)
    if not await reaches(within, need.site.area, areas=areas):
        raise NeedNotKnown(need_id=need_id)
    return need


async def _party(party_id: PartyId, *, store: Store) -> Party:
    # Whoever rang up may be registered in the next county.
    with cleared(system("party that said no")):
        async with store.transaction() as matching:
            return await matching.parties.get(party_id)


def _is_to_be_asked(match: Match, approved: set[LineId]) -> bool:
    return match.state is MatchState.PROPOSED and match.pairing.line_id in approved


def _of_party(matches: Sequence[Match], party_id: PartyId) -> list[Match]:
    return [match for match in matches if match.pairing.party_id == party_id]


def _refuse_if_accepted(own: Sequence[Match], party_id: PartyId) -> None:
    held = next((match for match in own if match.state in HOLDING), None)
    if held is not None:
        raise PartyHasAccepted(party_id=party_id, match_id=held.id)
