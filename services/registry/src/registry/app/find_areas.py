"""Looking at areas and the lists that they come from; both are public knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.domain.errors.areas import AreaListNotFound, AreaNotFound

if TYPE_CHECKING:
    from uuid import UUID

    from common.paging import Slice, Window
    from common.places import AreaRef
    from registry.app.ports.areas import AreaFilter, AreaList, AreaLists
    from registry.app.ports.work import UnitOfWork
    from registry.domain.area_list import ListedArea


async def find_area(ref: AreaRef, *, unit_of_work: UnitOfWork, lists: AreaLists) -> ListedArea:
    """Return an area of the list in force.

    Raises:
        AreaNotFound: It has no such code.
    """
    async with unit_of_work.transaction():
        area = await lists.area(ref)
    if area is None:
        raise AreaNotFound(scheme=ref.scheme, area=ref.code)
    return area


async def list_areas(
    wanted: AreaFilter, window: Window, *, unit_of_work: UnitOfWork, lists: AreaLists
) -> Slice[ListedArea]:
    """Return areas of the list in force, in the order of their codes."""
    async with unit_of_work.transaction():
        return await lists.areas(wanted, window)


async def find_area_list(list_id: UUID, *, unit_of_work: UnitOfWork, lists: AreaLists) -> AreaList:
    """Return a list that was published, in force or not.

    Raises:
        AreaListNotFound: It never was.
    """
    async with unit_of_work.transaction():
        found = await lists.find(list_id)
    if found is None:
        raise AreaListNotFound(list_id=list_id)
    return found


async def list_area_lists(
    window: Window, *, unit_of_work: UnitOfWork, lists: AreaLists
) -> Slice[AreaList]:
    """Return all lists that were ever published, in the order of their ids."""
    async with unit_of_work.transaction():
        return await lists.page(window)
