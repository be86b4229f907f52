"""Ending work on a need."""

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
class CloseNeed:
    """End work on a need: everybody got what was asked for, or not and why."""

    need_id: NeedId
    is_met: bool
    note: str | None = None
    seen: int | None = None


async def close_need(
    command: CloseNeed, within: Scope, *, store: Store, clock: Clock
) -> FollowedNeed:
    """Close a need and tell the other services."""
    async with store.transaction() as cases:
        need = await cases.needs.get(command.need_id, within=within)
        need.refuse_unless_seen(command.seen)
        progress = await cases.needs.progress_of(need.id)
        change = need.close(
            is_met=command.is_met,
            fulfilled=progress.fulfilled,
            note=command.note,
            at=clock.now(),
        )
        await cases.needs.save(change)
    return FollowedNeed(change.state, progress)
