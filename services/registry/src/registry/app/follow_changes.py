"""Following what changes, without a gap and from wherever one stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Window
    from registry.app.ports.changes import ChangeFilter, Changes, Stretch
    from registry.app.ports.work import UnitOfWork


async def follow_changes(
    wanted: ChangeFilter,
    scope: Scope,
    window: Window,
    *,
    unit_of_work: UnitOfWork,
    changes: Changes,
) -> Stretch:
    """Return what changed within the scope after the place where the caller stopped."""
    async with unit_of_work.transaction():
        return await changes.after(wanted, scope, window)
