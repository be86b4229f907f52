"""Where a caller may enter things: in areas that exist and lie within the caller's scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.grants import OutsideYourScope
from common.places import UnknownArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cases.app.ports import Areas
    from common.grants import Permission, Scope
    from common.places import Area, AreaRef


async def known_areas(areas: Areas, refs: Iterable[AreaRef]) -> Mapping[AreaRef, Area]:
    """Return those of the areas that the list in force has, asking once for each."""
    found: dict[AreaRef, Area] = {}
    for ref in frozenset(refs):
        try:
            found[ref] = await areas.find(ref)
        except UnknownArea:
            continue
    return found


def area_within(
    known: Mapping[AreaRef, Area], ref: AreaRef, within: Scope, *, under: Permission
) -> Area:
    """Return an area in which the caller may enter things.

    Raises:
        UnknownArea: The list in force has no such code.
        OutsideYourScope: The area is real, and somebody else's.
    """
    area = known.get(ref)
    if area is None:
        raise UnknownArea(scheme=ref.scheme, area=ref.code)
    if not within.covers(area):
        raise OutsideYourScope(permission=under.name)
    return area
