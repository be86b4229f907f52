"""Deciding a match again from what its plan knew."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from common.clearance import cleared, system
from matching.domain.decision import replay
from matching.domain.errors import DecisionNotKept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.ports import Views
    from matching.domain.decision import Decision, Kernel, Replayed
    from matching.domain.identity import MatchId


class Decisions(Protocol):
    """What plans knew when they proposed matches."""

    async def keep(self, decisions: Sequence[Decision]) -> None:
        """Keep what a plan knew, in the transaction that writes the plan."""
        ...

    async def of_match(self, match_id: MatchId) -> Decision | None:
        """Return what the plan knew that proposed a match, if it was kept."""
        ...

    async def note_replay(self, replayed: Replayed, *, at: datetime) -> None:
        """Note how a decision came out when it was last made again."""
        ...


async def replay_match(
    match_id: MatchId,
    within: Scope,
    *,
    views: Views,
    decisions: Decisions,
    kernel: Kernel,
    clock: Clock,
) -> Replayed:
    """Make the decision behind a match again, and note how it came out.

    Raises:
        MatchNotKnown: There is none, or none for this caller.
        DecisionNotKept: It was made before decisions were kept, or too much competed with it.
    """
    at = clock.now()
    await views.match(match_id, within, at=at)
    # What competed with it belongs to others as well; the answer shows ids and points only.
    with cleared(system("replay of a decision")):
        decision = await decisions.of_match(match_id)
    if decision is None:
        raise DecisionNotKept(match_id=match_id)
    # Numbers are crunched beside the event loop, which has people to answer.
    replayed = await asyncio.to_thread(replay, decision, kernel)
    await decisions.note_replay(replayed, at=at)
    return replayed
