"""Handing a whole list of areas to those who keep a copy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.app.find_areas import find_area_list
from registry.app.ports.areas import AreaList
from registry.domain.area_list import PublishedArea
from registry.domain.errors.areas import AreaListSuperseded

if TYPE_CHECKING:
    from uuid import UUID

    from registry.app.ports.areas import AreaLists
    from registry.app.ports.work import UnitOfWork

AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedList:
    """A list, and its areas in the order of their codes, a thousand at a time."""

    published: AreaList
    areas: AsyncIterator[Sequence[PublishedArea]]


async def fetch_area_list(
    list_id: UUID, *, unit_of_work: UnitOfWork, lists: AreaLists
) -> FetchedList:
    """Return a list that is in force.

    No transaction stays open while a slow reader reads. A list that is replaced meanwhile ends
    early, and its reader sees that by count and digest.

    Raises:
        AreaListNotFound: It was never published.
        AreaListSuperseded: Its areas are gone; a newer list has taken their place.
    """
    async with unit_of_work.transaction():
        published = await find_area_list(list_id, unit_of_work=unit_of_work, lists=lists)
        if not published.is_in_force:
            await _refuse(published, lists)
    return FetchedList(published=published, areas=_pages(published, lists))


async def _refuse(published: AreaList, lists: AreaLists) -> None:
    current = await lists.in_force(published.scheme)
    assert current is not None, "only another list can have taken its place"
    raise AreaListSuperseded(list_id=published.list_id, in_force=current.list_id)


async def _pages(published: AreaList, lists: AreaLists) -> AsyncIterator[Sequence[PublishedArea]]:
    after: str | None = None
    while areas := await lists.lines(published, after=after, limit=AT_ONCE):
        yield areas
        after = areas[-1].ref.code
