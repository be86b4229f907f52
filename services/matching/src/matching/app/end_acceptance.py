"""A yes that comes to nothing: taken back in time or not kept; others are asked at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.clock import CHINA
from matching.app.answer_match import refuse_unless_seen
from matching.app.holdings import give_back
from matching.app.ports import Refusal
from matching.domain.identity import MatchId
from matching.domain.match import DeclineReason

if TYPE_CHECKING:
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.ports import Matching, Store, Views
    from matching.app.queries import SeenMatch
    from matching.domain.match import Match, MatchChange
    from matching.domain.need import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOut:
    """Take a yes back; ``seen`` is the version of the match that was decided upon."""

    match_id: MatchId
    reason: DeclineReason
    note: str | None = None
    seen: int | None = None


async def drop_out(
    command: DropOut, within: Scope, *, store: Store, views: Views, clock: Clock
) -> SeenMatch:
    """End an acceptance before its service; the line is urgent and the next are asked at once.

    Raises:
        MatchNotKnown: There is none, or none for this caller.
        MatchNotAccepted: Nobody said yes, or it has ended.
        ServiceHasBegun: Part of it was given.
    """
    at = clock.now()
    await views.match(command.match_id, within, at=at)
    with cleared(system("end of an acceptance")):
        async with store.transaction() as matching:
            need, match = await lock_with_need(command.match_id, matching=matching)
            refuse_unless_seen(match, command.seen)
            ended = match.drop_out(command.reason, at=at)
            await end_acceptance(match, ended, need, matching=matching, note=command.note)
        return await views.match(command.match_id, within, at=at)


async def lock_with_need(match_id: MatchId, *, matching: Matching) -> tuple[Need, Match]:
    """Return a match and its need, in the order in which everybody locks them."""
    seen = await matching.matches.get(match_id)
    need = await matching.needs.lock(seen.pairing.need_id)
    return need, await matching.matches.lock(match_id)


async def end_acceptance(
    before: Match, ended: MatchChange, need: Need, *, matching: Matching, note: str | None = None
) -> None:
    """Give back what an acceptance held and open its line again.

    The line stays approved, so whoever is proposed next is asked at once; and the party that did
    not keep its word is not asked for this need again.
    """
    match, at = ended.state, ended.facts[-1].at
    await matching.matches.save([ended], note=note)
    await matching.needs.save(need.reopened(match.pairing.line_id, at=at))
    await matching.needs.add_refusal(_refusal(match, at=at))
    await give_back([before], matching=matching, at=at)


def _refusal(match: Match, *, at: datetime) -> Refusal:
    return Refusal(
        need_id=match.pairing.need_id,
        party_id=match.pairing.party_id,
        reason=match.reason or DeclineReason.OTHER,
        said_on=at.astimezone(CHINA).date(),
        recorded_at=at,
    )
