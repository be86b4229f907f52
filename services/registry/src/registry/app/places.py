"""Where things are, and whether that is within what a caller may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.grants import OutsideYourScope
from common.places import UnknownArea

if TYPE_CHECKING:
    from uuid import UUID

    from common.grants import Permission, Scope
    from common.places import Area, AreaRef
    from registry.app.ports.areas import Areas


async def area_within(scope: Scope, ref: AreaRef, *, areas: Areas, permission: Permission) -> Area:
    """Return the area in which something is to be made.

    Raises:
        UnknownArea: No list in force has it.
        OutsideYourScope: The caller's grants do not reach it.
    """
    area = await areas.find(ref)
    if not scope.covers(area):
        raise OutsideYourScope(permission=permission.name)
    return area


async def is_within(scope: Scope, ref: AreaRef, *, areas: Areas, org: UUID | None = None) -> bool:
    """Tell whether something that exists is within a scope.

    What stands in an area that a newer list no longer has is seen by those who see everything.
    """
    if scope.covers(org=org):
        return True
    try:
        return scope.covers(await areas.find(ref), org=org)
    except UnknownArea:
        return False


async def is_under(root: AreaRef, ref: AreaRef, *, areas: Areas) -> bool:
    """Tell whether an area is another one or part of it; one that is not listed is part of none."""
    try:
        return (await areas.find(ref)).lies_within(root)
    except UnknownArea:
        return False
