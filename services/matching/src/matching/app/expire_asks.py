"""Ending asks that nobody answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from common.clock import CHINA
from common.vocabulary import MatchState
from matching.app.ports import Refusal
from matching.domain.match import DeclineReason

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from common.clock import Clock
    from matching.app.planning_ports import Plans
    from matching.app.policy_ports import Policies
    from matching.app.ports import Store
    from matching.domain.identity import MatchId


async def expire_asks(
    partitions: Collection[int], *, plans: Plans, store: Store, policies: Policies, clock: Clock
) -> int:
    """End the asks of these partitions that have waited too long, each by itself.

    Silence counts as a no to this need: the next best is asked, and not the same party again.

    Returns:
        How many were ended.
    """
    at = clock.now()
    # The policies of areas differ: whoever waited long enough for one of them is looked at.
    patience = timedelta(seconds=await policies.shortest_patience(at=at))
    overdue = await plans.unanswered(partitions, asked_before=at - patience)
    ended = [await _expire(match_id, store=store, policies=policies, at=at) for match_id in overdue]
    return sum(ended)


async def _expire(match_id: MatchId, *, store: Store, policies: Policies, at: datetime) -> bool:
    async with store.transaction() as matching:
        seen = await matching.matches.get(match_id)
        need = await matching.needs.lock(seen.pairing.need_id)
        policy = await policies.of_place(need.site.area, need.site.pool_id, at=at)
        patience = timedelta(seconds=policy.asking.patience_seconds)
        if seen.asked_at is None or seen.asked_at >= at - patience:
            return False
        match = await matching.matches.lock(match_id)
        if match.state is not MatchState.ASKED:
            return False
        await matching.matches.save([match.expire(at=at)])
        await matching.needs.save(need.revised())
        await matching.needs.add_refusal(
            Refusal(
                need_id=need.id,
                party_id=match.pairing.party_id,
                reason=DeclineReason.NO_ANSWER,
                said_on=at.astimezone(CHINA).date(),
                recorded_at=at,
            )
        )
    return True
