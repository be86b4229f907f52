"""Putting a list of areas in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from common.clock import CHINA, Clock
from common.vocabulary import AreaScheme
from registry.app.ports.areas import (
    Administrations,
    AreaList,
    AreaLists,
    AreaRecords,
    AreaSources,
    Digest,
)
from registry.app.ports.work import UnitOfWork
from registry.domain.administration import administered_on
from registry.domain.area_list import Edition, areas_of
from registry.domain.errors.areas import AreaListSuperseded, AreasWouldBeLost

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from registry.app.ports.areas import (
        AreaSource,
    )
    from registry.domain.area_list import ListedArea


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFile:
    """Somebody's file, and the day as of which what it says holds."""

    path: Path
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAreas:
    """Put a list in force, or what of it concerns one area; without a file the service's own."""

    scheme: AreaScheme = AreaScheme.NBS
    within: str | None = None
    file: AreaFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportingAreas:
    """What an import of areas needs."""

    unit_of_work: UnitOfWork
    lists: AreaLists
    records: AreaRecords
    administrations: Administrations
    sources: AreaSources
    digest: Digest
    clock: Clock

    async def __call__(self, command: ImportAreas) -> AreaList:
        """Publish a list of areas; one that was published before changes nothing.

        Raises:
            AreaRowUnreadable: A row of the file says nothing.
            UnknownArea: The source has no such area, or lacks a parent that it names.
            AreaListedTwice: It has a code twice.
            AreaCycle: An area would lie within itself.
            AreaLevelsOutOfOrder: An area would lie in one that is not above it.
            AreaListSuperseded: The list in force is of a later day.
            AreasWouldBeLost: The list in force is of the same day, and not all of it is in this.
        """
        source = self._source(command)
        edition = Edition(
            scheme=source.scheme, day=source.day, within=command.within, source=source.name
        )
        async with self.unit_of_work.transaction():
            await self.lists.lock()
            current = await self.lists.in_force(edition.scheme)
            if current is not None:
                _refuse_older(edition, current)
                if await self.lists.find(edition.list_id) is not None:
                    return current
            return await self._put_in_force(edition, source, current)

    def _source(self, command: ImportAreas) -> AreaSource:
        if command.file is None:
            return self.sources.packaged(command.scheme)
        return self.sources.file(command.file.path, scheme=command.scheme, day=command.file.day)

    async def _put_in_force(
        self, edition: Edition, source: AreaSource, current: AreaList | None
    ) -> AreaList:
        await self.administrations.seed(self.sources.administrations(edition.scheme))
        known = await self.administrations.of_scheme(edition.scheme)
        today = self.clock.now().astimezone(CHINA).date()
        areas = areas_of(edition, source.units(), administered_on(known, today))
        if current is not None:
            await _refuse_loss(edition, current, areas, self.lists)
        published = AreaList(
            list_id=edition.list_id,
            scheme=edition.scheme,
            edition=edition.day,
            count=len(areas),
            sha256=self.digest(areas),
            path=f"/registry/v1/area_lists/{edition.list_id}/areas.ndjson",
            published_at=_after(current, self.clock.now()),
            is_in_force=True,
        )
        await self.lists.publish(published, areas)
        await self.records.keep(edition.scheme, edition.day, areas)
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
