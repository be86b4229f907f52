"""Taking a need back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.domain.need import NeedId
from cases.domain.progress import FollowedNeed

if TYPE_CHECKING:
    from cases.app.ports import Store
    from common.clock import Clock
    from common.grants import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawNeed:
    """Take a need back: nobody needs it any more, or it was told by mistake."""

    need_id: NeedId
    seen: int | None = None


async def withdraw_need(
    command: WithdrawNeed, within: Scope, *, store: Store, clock: Clock
) -> FollowedNeed:
    """Withdraw a need and tell the other services."""
    async with store.transaction() as cases:
        need = await cases.needs.get(command.need_id, within=within)
        need.refuse_unless_seen(command.seen)
        change = need.withdraw(at=clock.now())
        await cases.needs.save(change)
        progress = await cases.needs.progress_of(need.id)
    return FollowedNeed(change.state, progress)
