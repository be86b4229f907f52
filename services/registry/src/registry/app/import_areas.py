"""Putting a list of areas in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from registry.app.ports.areas import AreaList
from registry.domain.area_list import Edition, areas_of
from registry.domain.errors.areas import AreaListSuperseded, AreasWouldBeLost

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from common.clock import Clock
    from registry.app.ports.areas import AreaLists, Digest, Townships
    from registry.app.ports.work import UnitOfWork
    from registry.domain.area_list import ListedArea


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAreas:
    """Put the list that this service carries in force, or what of it concerns one area."""

    within: str | None = None


async def import_areas(
    command: ImportAreas,
    *,
    unit_of_work: UnitOfWork,
    lists: AreaLists,
    townships: Townships,
    digest: Digest,
    clock: Clock,
) -> AreaList:
    """Publish a list of areas; one that is in force already changes nothing.

    Raises:
        UnknownArea: The source has no such area.
        AreaListSuperseded: The list in force is of a later day.
        AreasWouldBeLost: The list in force is of the same day, and not all of it is in this one.
    """
    edition = Edition(scheme=townships.scheme, day=townships.day, within=command.within)
    async with unit_of_work.transaction():
        await lists.lock()
        current = await lists.in_force(edition.scheme)
        if current is not None:
            if current.list_id == edition.list_id:
                return current
            _refuse_older(edition, current)
        areas = areas_of(edition, townships.rows())
        if current is not None:
            await _refuse_loss(edition, current, areas, lists)
        published = AreaList(
            list_id=edition.list_id,
            scheme=edition.scheme,
            edition=edition.day,
            count=len(areas),
            sha256=digest(areas),
            path=f"/registry/v1/area_lists/{edition.list_id}/areas.ndjson",
            published_at=_after(current, clock.now()),
            is_in_force=True,
        )
        await lists.publish(published, areas)
        return published


def _after(current: AreaList | None, now: datetime) -> datetime:
    # Readers take the newest list of a day, so the clock may not put a replacement first.
    return now if current is None else max(now, current.published_at + timedelta(milliseconds=1))


def _refuse_older(edition: Edition, current: AreaList) -> None:
    if edition.day < current.edition:
        raise AreaListSuperseded(list_id=edition.list_id, in_force=current.list_id)


async def _refuse_loss(
    edition: Edition, current: AreaList, areas: Sequence[ListedArea], lists: AreaLists
) -> None:
    if edition.day > current.edition:
        return
    lost = await lists.codes(edition.scheme) - {area.ref.code for area in areas}
    if lost:
        raise AreasWouldBeLost(list_id=edition.list_id, in_force=current.list_id, lost=len(lost))
