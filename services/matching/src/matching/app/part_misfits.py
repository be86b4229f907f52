"""What becomes of the matches of a need when its time or place changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matching.domain.explanation import Circumstances
from matching.domain.match import HOLDING, STANDING, Misfit
from matching.domain.misfit import broken_by_change
from matching.domain.rules import SESSION_FREE
from matching.domain.session import candidates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from matching.app.ports import Matching
    from matching.domain.identity import MatchId
    from matching.domain.match import Match
    from matching.domain.need import Need
    from matching.domain.policy import Policy


async def part_misfits(
    before: Need, after: Need, policy: Policy, *, matching: Matching, at: datetime
) -> None:
    """End what was proposed or asked and fits no more; report what was accepted.

    Whoever calls has locked the need.
    """
    matches = [
        match
        for match in await matching.matches.lock_need(after.id)
        if match.state in STANDING | HOLDING
    ]
    around = await _around(matches, matching=matching)
    broken = dict(broken_by_change(before, after, around, policy, at=at))
    standing = [match for match in matches if match.state in STANDING and match.id in broken]
    await matching.matches.save([match.supersede(at=at) for match in standing])
    held = [match for match in matches if match.holds > match.counted]
    late = await _on_other_days(held, after, matching=matching, at=at)
    for match in held:
        rules = broken.get(match.id, ()) or late.get(match.id, ())
        misfit = Misfit(at, rules) if rules else None
        if misfit is not None or match.misfit is not None:
            await matching.matches.mark_misfit(match, misfit, area=after.site.area)


async def _around(matches: Sequence[Match], *, matching: Matching) -> Circumstances:
    offers = await matching.offers.find_many({match.pairing.offer_id for match in matches})
    parties = await matching.parties.find_many({match.pairing.party_id for match in matches})
    return Circumstances(
        offers=tuple(offers[offer_id] for offer_id in sorted(offers)),
        parties=parties,
        refusals={},
        matches=tuple(matches),
    )


async def _on_other_days(
    held: Sequence[Match], need: Need, *, matching: Matching, at: datetime
) -> Mapping[MatchId, tuple[str, ...]]:
    """Return the matches whose booked session, still to come, does not suit their line any more."""
    booked = await matching.sessions.booked([match.id for match in held])
    lines = {line.id: line for line in need.lines}
    late: dict[MatchId, tuple[str, ...]] = {}
    for match in held:
        session = booked.get(match.id)
        if session is None or session.bookable_until <= at:
            continue
        # Its own seats are no obstacle to it.
        unbooked = replace(session, held=session.held - match.holds, is_closed=False)
        if not candidates([unbooked], lines[match.pairing.line_id], at=at):
            late[match.id] = (SESSION_FREE,)
    return late
