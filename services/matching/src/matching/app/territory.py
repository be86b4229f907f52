"""Where things are, and whether that is within a caller's reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from common.errors import NotFound
from common.places import AreaRef, AreasNotReady, UnknownArea
from common.vocabulary import AreaLevel
from matching.domain.identity import PoolId
from matching.domain.site import Site

if TYPE_CHECKING:
    from uuid import UUID

    from common.grants import Scope
    from common.places import Position
    from matching.app.ports import Areas


@dataclass(eq=False)
class PlaceNotKnownYet(NotFound, code="place-not-known-yet", zh="尚未收到该地点的区划名录。"):
    """An event names an area that no list tells of yet; it waits for the list."""

    scheme: str
    area: str


async def site_of(ref: AreaRef, point: Position | None, *, areas: Areas) -> Site:
    """Return a place with the township, county and prefecture around it.

    Raises:
        UnknownArea: The list in force has no such code.
        AreasNotReady: There is no list yet.
    """
    area = await areas.find(ref)
    above = [await areas.find(AreaRef(ref.scheme, code)) for code in sorted(area.ancestors)]
    by_level = {each.level: each.ref for each in above}
    return Site(
        area=ref,
        pool_id=PoolId(area.pool_id),
        township=by_level.get(AreaLevel.TOWNSHIP),
        county=by_level.get(AreaLevel.COUNTY),
        prefecture=by_level.get(AreaLevel.PREFECTURE),
        point=point,
    )


async def told_site(ref: AreaRef, point: Position | None, *, pool_id: PoolId, areas: Areas) -> Site:
    """Return the place that an event tells of, in the pool that it was given at creation.

    Raises:
        PlaceNotKnownYet: The list of areas has not come this far.
    """
    return replace(await new_site(ref, point, areas=areas), pool_id=pool_id)


async def new_site(ref: AreaRef, point: Position | None, *, areas: Areas) -> Site:
    """Return the place that an event tells of, in the pool of its area today.

    Raises:
        PlaceNotKnownYet: The list of areas has not come this far.
    """
    try:
        return await site_of(ref, point, areas=areas)
    except (UnknownArea, AreasNotReady) as error:
        raise PlaceNotKnownYet(scheme=ref.scheme, area=ref.code) from error


async def reaches(scope: Scope, ref: AreaRef, *, areas: Areas, org: UUID | None = None) -> bool:
    """Tell whether a thing in this area, or of this party, is within a caller's scope."""
    if scope.covers(org=org):
        return True
    for root in sorted(scope.areas):
        if await areas.lies_within(ref, root):
            return True
    return False
