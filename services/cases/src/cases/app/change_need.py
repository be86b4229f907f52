"""Changing when and where a need is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.app.permissions import CHANGE_NEEDS
from cases.app.territory import area_within
from cases.domain.need import NeedId
from cases.domain.need_change import Edit, ToArea
from cases.domain.progress import FollowedNeed
from common.places import AreaRef
from common.vocabulary import AreaScheme

if TYPE_CHECKING:
    from cases.app.ports import Areas, Store
    from cases.domain.need import Need
    from common.clock import Clock
    from common.grants import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNeed:
    """Say when and where a need is now; ``seen`` is the version that was read.

    Without a ``scheme``, the code of another area is one of the list that the need's area is of.
    """

    need_id: NeedId
    edits: tuple[Edit, ...] = ()
    area: str | None = None
    scheme: AreaScheme | None = None
    seen: int | None = None


async def change_need(
    command: ChangeNeed, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> FollowedNeed:
    """Change a need and tell the other services; what is as it was is told to nobody.

    Raises:
        NeedNotFound: There is none within the scope.
        UnknownArea: The list in force has no such code.
        NeedStaysInItsPool: The area belongs to another pool.
        OutsideYourScope: The area is real, and somebody else's.
    """
    async with store.transaction() as cases:
        need = await cases.needs.get(command.need_id, within=within)
        need.refuse_unless_seen(command.seen)
        edits = await _edits(command, need, within, areas=areas)
        change = need.change(edits, at=clock.now())
        if change.facts:
            await cases.needs.save(change)
        progress = await cases.needs.progress_of(need.id)
    return FollowedNeed(change.state, progress)


async def _edits(
    command: ChangeNeed, need: Need, within: Scope, *, areas: Areas
) -> tuple[Edit, ...]:
    now = need.description.area
    code = now.code if command.area is None else command.area
    ref = AreaRef(now.scheme if command.scheme is None else command.scheme, code)
    if ref == now:
        # A need stays where it is, whatever becomes of the list of areas.
        return command.edits
    area = await areas.find(ref)
    need.refuse_pool(area.pool_id, of=ref)
    area_within({ref: area}, ref, within, under=CHANGE_NEEDS)
    return (ToArea(ref), *command.edits)
